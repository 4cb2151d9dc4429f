import { refuse } from "../base/arguments.js";
import { describe } from "../base/describe.js";
import { DeadlockError, InvalidArgumentError } from "../base/errors.js";
import type { LockMode, ReaderWriterLock, Release } from "./reader-writer-lock.js";
import { RWLock } from "./rw-lock.js";
import { joinSignals } from "./joined-signal.js";
import { currentSection, enterSection, runInSection, Section } from "./section.js";
import type { WaitCounter } from "./wait-counter.js";
import { checkWaitOptions, type WaitOptions } from "./wait-options.js";

/** What a table's lock needs of the lock underneath, whatever carries it. */
export type SectionLock = Pick<ReaderWriterLock, "heldMode" | "waiting" | "acquireRead" | "acquireWrite" | "tryRead" | "tryWrite">;

/** How a table's lock is made. */
export interface TableLockOptions {
  /** The wait limit of calls that give none, in milliseconds; 5000 by default. It is that of a lock of its own, which it also makes when it retires. */
  readonly timeoutMs?: number | undefined;
  /** Counts the waits; one counter may serve all tables of a database. */
  readonly waits?: WaitCounter | undefined;
  /** The lock underneath, with a wait limit and a counter of its own; by default one that lives in this thread. */
  readonly lock?: SectionLock | undefined;
  /** Ends the waits for sections, when it aborts; what is open stays open. */
  readonly closing?: AbortSignal | undefined;
}

/**
 * The lock of one table: sections in which one async task, and whatever it starts inside them, has the table to itself or keeps writers out.
 *
 * A section belongs to the async context that runs in it. The holder's own verbs pass, and it may nest sections: anything inside its write
 * section, reading inside its read section. It may not write inside its read section: a read section is never upgraded. Other tasks of the
 * thread queue if they can wait, and get `DeadlockError` from a synchronous verb, which cannot. Reading needs no section: plain reads and
 * snapshots never wait.
 *
 * Sections wait and are granted by the rules of {@link RWLock}, and its bounds on waiting hold for them.
 */
export class TableLock {
  readonly #table: string;
  readonly #closing: AbortSignal | undefined;
  readonly #makeOwn: () => SectionLock;
  #lock: SectionLock;
  #isRetired = false;

  constructor(table: string, { timeoutMs, waits, lock, closing }: TableLockOptions = {}) {
    this.#table = table;
    this.#closing = closing;
    this.#makeOwn = () => new RWLock({ timeoutMs, name: this.#label }, waits);
    this.#lock = lock ?? this.#makeOwn();
  }

  /** Puts another lock underneath, one that other threads know. Only while nobody holds this one or waits for it. */
  moveTo(lock: SectionLock): void {
    this.#lock = lock;
  }

  /**
   * The table was dropped, so that another one may get the lock underneath. Who has it or waits for it ends in peace; whoever comes later gets one that
   * concerns nobody else.
   */
  retire(): void {
    this.#isRetired = true;
  }

  /** @throws InvalidArgumentError while a section is open or waited for */
  assertFree(where: string): void {
    if (this.#lock.heldMode === undefined && this.#lock.waiting === 0) return;
    throw new InvalidArgumentError(`${where}: ${this.#label} is locked (wait until no section is open)`, {
      argument: "lock",
      expected: "a table without an open section",
      received: `a section open for ${this.#lock.heldMode}`,
    });
  }

  /**
   * Whether any task of this thread has a section of this table open: one field read.
   *
   * A section counts from the moment its lock is granted, which is before its function starts.
   */
  get isOpen(): boolean {
    return this.#lock.heldMode !== undefined;
  }

  /** The mode of the section of this table that the current task is in; undefined when it is in none. */
  get ownMode(): LockMode | undefined {
    return this.#ownSection()?.mode;
  }

  /**
   * Runs `fn` in a section that keeps writers out, and resolves to what it returns.
   *
   * At once when the current task is in a section of this table; else after the current turn at the earliest. What `fn` throws is passed on
   * unchanged. The section closes when `fn`, and every section nested in it, has ended.
   *
   * @throws LockTimeoutError (LOCK_TIMEOUT) when the lock is not granted within `timeoutMs`
   * @throws InvalidArgumentError (INVALID_ARGUMENT) when `fn` is no function or an option is wrong
   * @throws the signal's reason, unchanged, when it has aborted or aborts during the wait
   * @throws ClosedError (CLOSED) when the database is closed, or is closed during the wait
   */
  async read<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return this.#run("read", fn, options);
  }

  /**
   * Runs `fn` in a section that has the table to itself, and resolves to what it returns; otherwise as {@link read}.
   *
   * @throws DeadlockError (DEADLOCK) at once when the current task is in a read section of this table
   */
  async write<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return this.#run("write", fn, options);
  }

  /**
   * Opens a read section for the rest of the current async context, if that needs no wait: the function that closes it, else undefined.
   *
   * The context is that of the running function and of its callers up to their next `await`: take the section in a task of its own.
   */
  tryRead(): Release | undefined {
    return this.#tryEnter("read");
  }

  /** Opens a write section, as {@link tryRead} does a read section; undefined also where the current task is in a read section. */
  tryWrite(): Release | undefined {
    return this.#tryEnter("write");
  }

  /**
   * Returns if a synchronous verb of the current task may write now: nobody in this thread has a section open, or this task a write section.
   *
   * @param verb the method as its caller wrote it, such as `insert()`
   * @throws DeadlockError (DEADLOCK) when the task is in a read section, or when another task of this thread has a section open, which cannot
   *   end while a synchronous verb waits for it; details: table, verb, mode (of the section in the way)
   */
  assertWritable(verb: string): void {
    if (this.#lock.heldMode !== undefined) this.#assertOwner(verb, this.#lock.heldMode);
  }

  #assertOwner(verb: string, heldMode: LockMode): void {
    const ownMode = this.#ownSection()?.mode;
    if (ownMode === "write") return;
    if (ownMode === "read") throw this.#upgradeError(verb);
    const purpose = heldMode === "read" ? "reading" : "writing";
    throw new DeadlockError(
      `${verb}: another task of this thread holds ${this.#label} for ${purpose}, and a synchronous verb cannot wait for it` +
        ` (await the table's lock.write() and call the verb inside it)`,
      { table: this.#table, verb, mode: heldMode },
    );
  }

  async #run<R>(mode: LockMode, fn: () => R | PromiseLike<R>, options: WaitOptions | undefined): Promise<R> {
    const where = `lock.${mode}()`;
    if (typeof fn !== "function") refuse(where, "fn", "a function", fn);
    checkWaitOptions(where, options);
    options?.signal?.throwIfAborted();

    const own = this.#ownSection();
    if (own !== undefined) {
      if (mode === "write" && own.mode === "read") throw this.#upgradeError(where);
      const leave = own.enter();
      try {
        return await fn();
      } finally {
        leave();
      }
    }

    this.#leaveRetired();
    const release = await this.#acquire(mode, options);
    const section = new Section(this, mode, release);
    const leave = section.enter();
    try {
      return await runInSection(section, fn);
    } finally {
      leave();
    }
  }

  async #acquire(mode: LockMode, options: WaitOptions | undefined): Promise<Release> {
    const { signal, letGo } = joinSignals(this.#closing, options?.signal);
    try {
      const given = { timeoutMs: options?.timeoutMs, signal };
      return await (mode === "read" ? this.#lock.acquireRead(given) : this.#lock.acquireWrite(given));
    } finally {
      letGo();
    }
  }

  #leaveRetired(): void {
    if (!this.#isRetired || this.#lock.heldMode !== undefined || this.#lock.waiting > 0) return;
    this.#lock = this.#makeOwn();
    this.#isRetired = false;
  }

  #tryEnter(mode: LockMode): Release | undefined {
    this.#closing?.throwIfAborted();
    const own = this.#ownSection();
    if (own !== undefined) return mode === "write" && own.mode === "read" ? undefined : own.enter();
    this.#leaveRetired();
    const release = mode === "read" ? this.#lock.tryRead() : this.#lock.tryWrite();
    if (release === undefined) return undefined;
    const section = new Section(this, mode, release);
    const leave = section.enter();
    enterSection(section);
    return leave;
  }

  // Looking up the async context costs more than everything else here; while nobody holds the lock there is nothing to find.
  #ownSection(): Section | undefined {
    return this.#lock.heldMode === undefined ? undefined : currentSection(this);
  }

  #upgradeError(verb: string): DeadlockError {
    return new DeadlockError(
      `${verb}: this task is in a read section of ${this.#label}, which is never upgraded (open a write section from the start)`,
      { table: this.#table, verb, mode: "read" },
    );
  }

  get #label(): string {
    return `table ${describe(this.#table)}`;
  }
}
