import { AsyncLocalStorage } from "node:async_hooks";
import type { LockMode, Release } from "./reader-writer-lock.js";

/**
 * One stretch of time in which one async context holds one table's lock.
 *
 * Work that the holder starts inside the section may join it. The lock goes back when the last of those who entered has left, so a nested
 * call that nobody awaited never runs unprotected. Code that still carries the section after that (a forgotten timer keeps its context for
 * ever) carries a closed one, which gives no rights.
 */
export class Section {
  readonly lock: object;
  readonly mode: LockMode;
  readonly #release: Release;
  #inside = 0;

  /**
   * @param lock whose section this is: what `currentSection` looks for
   * @param release gives the lock back when the section closes
   */
  constructor(lock: object, mode: LockMode, release: Release) {
    this.lock = lock;
    this.mode = mode;
    this.#release = release;
  }

  get isOpen(): boolean {
    return this.#inside > 0;
  }

  /** Enters the section, as its opener or as work nested in it: the function that leaves again, of which only the first call counts. */
  enter(): Release {
    this.#inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inside -= 1;
      if (this.#inside === 0) this.#release();
    };
  }
}

// The sections of a context, at most one open one for each lock. One store serves all locks, so that sections of several tables nest.
const context = new AsyncLocalStorage<readonly Section[]>();

/** The open section of this lock that the current async context is in. */
export function currentSection(lock: object): Section | undefined {
  return context.getStore()?.find((section) => section.lock === lock && section.isOpen);
}

/** Runs `fn`, and whatever it starts, in the current context's sections and this one. */
export function runInSection<R>(section: Section, fn: () => R): R {
  return context.run(including(section), fn);
}

/** Puts the rest of the current async context, and whatever it starts from here on, into this section. */
export function enterSection(section: Section): void {
  context.enterWith(including(section));
}

// Closed sections are dropped here: a context that lives for ever and takes a lock again and again must not grow.
function including(section: Section): readonly Section[] {
  const open = (context.getStore() ?? []).filter((outer) => outer.isOpen);
  return [...open, section];
}
