import { jest } from "@jest/globals";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { LockTimeoutError } from "../../src/base/errors.js";
import type { LockMode, ReaderWriterLock, Release } from "../../src/lock/reader-writer-lock.js";
import { LockModel } from "./rw-lock-model.js";

export type Step =
  | { readonly do: "acquire"; readonly mode: LockMode; readonly timeoutMs: number; readonly signal: number | undefined }
  | { readonly do: "try"; readonly mode: LockMode }
  | { readonly do: "release" | "release again" | "abort" | "advance"; readonly n: number }
  /** Lets every task go on that can. Without it the next step comes in the same turn. */
  | { readonly do: "turn" };

interface Wait {
  readonly id: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Drives a lock and its model side by side, on fake timers, and compares them after every step. */
export class LockRun {
  readonly lock: ReaderWriterLock;
  readonly model = new LockModel();
  readonly #controllers = [new AbortController(), new AbortController()];
  readonly #usedSignals: AbortSignal[] = [];
  /** What really became of each acquisition, and what the model says. */
  readonly #outcomes = new Map<number, string>();
  readonly #expected = new Map<number, string>();
  /** Release functions that are there to be called, and those that were. */
  readonly #held = new Map<number, Release>();
  readonly #spent: Release[] = [];
  readonly #waits = new Map<number, Wait>();
  #nowMs = 0;
  #ids = 0;
  /** The model's trace up to here has been seen by the tasks it grants the lock to. */
  #seen = 0;

  constructor(lock: ReaderWriterLock) {
    this.lock = lock;
  }

  async do(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      // Nothing is awaited between two steps of one turn: not even a microtask runs there.
      if (step.do === "turn") await this.#turn();
      else this.#do(step);
      this.#compare();
    }
  }

  #do(step: Exclude<Step, { do: "turn" }>): void {
    switch (step.do) {
      case "acquire":
        this.#acquire(step.mode, step.timeoutMs, step.signal === undefined ? undefined : this.#controllers[step.signal]!.signal);
        break;
      case "try":
        this.#try(step.mode);
        break;
      case "release":
        this.#release(step.n);
        break;
      case "release again":
        this.#spent.at(step.n % Math.max(this.#spent.length, 1))?.();
        break;
      case "abort":
        this.#abort(step.n);
        break;
      case "advance":
        this.#advance(step.n);
        break;
    }
  }

  /** Releases whatever is held until nothing is: every waiter must have had its turn by then. */
  async drain(): Promise<void> {
    await this.do([{ do: "turn" }]);
    while (this.#held.size > 0) await this.do([{ do: "release", n: 0 }, { do: "turn" }]);
    assert.deepEqual([this.lock.heldMode, this.lock.waiting], [undefined, 0]);
    assert.equal(jest.getTimerCount(), 0, "timers left behind");
    for (const signal of this.#usedSignals) assert.equal(getEventListeners(signal, "abort").length, 0, "abort listeners left behind");
  }

  #acquire(mode: LockMode, timeoutMs: number, signal: AbortSignal | undefined): void {
    const id = this.#ids++;
    const options = { timeoutMs, signal };
    if (signal !== undefined) this.#usedSignals.push(signal);
    const acquired = mode === "read" ? this.lock.acquireRead(options) : this.lock.acquireWrite(options);
    void acquired.then(
      (release) => {
        this.#outcomes.set(id, "granted");
        this.#held.set(id, release);
      },
      (error: unknown) => this.#outcomes.set(id, error instanceof LockTimeoutError ? "timed out" : String(error)),
    );
    if (timeoutMs === 0 && !this.model.isFreeFor(mode)) {
      this.#expected.set(id, "timed out");
      return;
    }
    this.model.arrive({ id, mode });
    if (this.model.queue.some((waiter) => waiter.id === id)) {
      this.#waits.set(id, { id, deadlineMs: this.#nowMs + timeoutMs, signal });
    }
  }

  #try(mode: LockMode): void {
    const release = mode === "read" ? this.lock.tryRead() : this.lock.tryWrite();
    assert.equal(release !== undefined, this.model.isFreeFor(mode), `try ${mode}`);
    if (release === undefined) return;
    const id = this.#ids++;
    this.model.arrive({ id, mode });
    this.#outcomes.set(id, "granted");
    this.#held.set(id, release);
  }

  #release(n: number): void {
    const held = [...this.#held];
    if (held.length === 0) return;
    const [id, release] = held[n % held.length]!;
    this.#held.delete(id);
    this.#spent.push(release);
    release();
    this.model.leave(id);
  }

  #abort(n: number): void {
    const { signal } = this.#controllers[n]!;
    this.#controllers[n]!.abort("aborted");
    this.#controllers[n] = new AbortController();
    this.#giveUp((wait) => wait.signal === signal, "aborted");
  }

  #advance(ms: number): void {
    jest.advanceTimersByTime(ms);
    this.#nowMs += ms;
    this.#giveUp((wait) => wait.deadlineMs <= this.#nowMs, "timed out");
  }

  /** In order of their time, of two at the same time the one that came first. A waiter that an earlier one's end admits is not given up. */
  #giveUp(isOver: (wait: Wait) => boolean, outcome: string): void {
    const over = [...this.#waits.values()].filter(isOver);
    if (outcome === "timed out") over.sort((a, b) => a.deadlineMs - b.deadlineMs || a.id - b.id);
    for (const { id } of over) {
      if (!this.model.queue.some((waiter) => waiter.id === id)) continue;
      this.model.giveUp(id);
      this.#waits.delete(id);
      this.#expected.set(id, outcome);
    }
  }

  async #turn(): Promise<void> {
    await nextTurn();
    // A task that was granted the lock and then finds its signal aborted gives it back, which may admit more.
    for (; this.#seen < this.model.trace.length; this.#seen += 1) {
      const { type, id } = this.model.trace[this.#seen]!;
      if (type !== "grant") continue;
      const isAborted = this.#waits.get(id)?.signal?.aborted === true;
      this.#waits.delete(id);
      this.#expected.set(id, isAborted ? "aborted" : "granted");
      if (isAborted) this.model.leave(id);
    }
    assert.deepEqual(this.#outcomes, this.#expected);
  }

  #compare(): void {
    const { heldMode, readers, waiting } = this.lock;
    const { model } = this;
    assert.deepEqual({ heldMode, readers, waiting }, { heldMode: model.heldMode, readers: model.readers, waiting: model.queue.length });
  }
}
