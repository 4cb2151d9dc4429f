import { types } from "node:util";
import { checkOptions, isDuration, isName, refuse } from "../../base/arguments.js";
import { isPromise } from "../../base/shape.js";
import { DeadlockError, LockTimeoutError } from "../../base/errors.js";
import type { LockMode, ReaderWriterLock, Release } from "../reader-writer-lock.js";
import type { RWLockOptions } from "../rw-lock.js";
import { WaitCounter } from "../wait-counter.js";
import { checkWaitOptions, defaultLockTimeoutMs, type WaitOptions } from "../wait-options.js";
import type { Waiter } from "../waiter.js";
import { lockBuffer, openLockBuffer } from "./lock-buffer.js";
import { LockParty } from "./lock-party.js";
import { holderText } from "./obstacles.js";
import { lockSize } from "./lock-words.js";
import type { ThreadSlot } from "./slot-table.js";
import type { SyncOutcome } from "./sync-wait.js";

/** What `new SharedRWLock()` takes: as `RWLock` does. Each thread gives its own. */
export type SharedRWLockOptions = RWLockOptions;

/** What the synchronous sections of a shared lock take. */
export interface SyncWaitOptions {
  /** How long to block the thread, in milliseconds, before `LockTimeoutError`; 0 takes the lock only if it is free now. */
  readonly timeoutMs?: number | undefined;
}

/** How a lock inside a bigger buffer is named and limited. */
export interface PlacedLockOptions {
  readonly name: string;
  readonly timeoutMs: number;
  readonly waits: WaitCounter;
}

/** Where a lock inside a bigger buffer is. */
class Place {
  readonly words: Int32Array;
  readonly offset: number;
  readonly slot: ThreadSlot;

  constructor(words: Int32Array, offset: number, slot: ThreadSlot) {
    this.words = words;
    this.offset = offset;
    this.slot = slot;
  }
}

const syncChecks = { timeoutMs: isDuration };

// A lock that nobody can reach any more gives its thread's slot back; one thread may make many from one buffer.
const forgotten = new FinalizationRegistry<ThreadSlot>((slot) => slot.detach());

/**
 * A fair reader-writer lock for threads and their async tasks: many readers at a time, or one writer.
 *
 * Make one in any thread, send its `buffer` to others through `workerData` or `postMessage`, and make `new SharedRWLock(buffer)` of it there, once in
 * each thread. Up to 128 threads can share one.
 *
 * Among the tasks of one thread it is as fair as `RWLock`: first come, first served, and reads and writes take turns. Between threads, waiting
 * readers and a waiting writer take turns too, so neither side starves; writers of several threads may overtake each other. Who does not come
 * when it is its turn, because its thread computes, is passed over after some 25 ms and tried again when it comes.
 *
 * A thread that ends while it holds the lock or waits for it gives it back: within 500 ms on Linux, however it ended; elsewhere as soon as the event
 * loop of the thread that started it runs.
 *
 * The synchronous forms block their thread, for others to leave. They go ahead of the thread's own tasks that queue, since those cannot go on
 * meanwhile. Where a task of the same thread holds the lock, they throw `DeadlockError` at once: the wait could never end.
 *
 * Not re-entrant, as `RWLock`. Nothing here keeps a process alive but a task that waits.
 */
export class SharedRWLock implements ReaderWriterLock {
  /** How many words a lock takes in a bigger buffer. */
  static readonly size = lockSize;

  /** What to send to other threads. */
  readonly buffer: SharedArrayBuffer;
  /** How often and how long callers in this thread waited. */
  readonly waits: WaitCounter;

  readonly #party: LockParty;
  readonly #name: string;
  readonly #timeoutMs: number;

  /**
   * Makes a new lock.
   *
   * @throws InvalidArgumentError (INVALID_ARGUMENT) for an unknown option or a wrong value
   */
  constructor(options?: SharedRWLockOptions);
  /**
   * Makes this thread's handle of a lock that another one made.
   *
   * @param buffer the other's `buffer`
   * @throws InvalidArgumentError (INVALID_ARGUMENT) for a buffer that is no lock's, an unknown option or a wrong value
   * @throws DictDBError (CAPACITY) when 128 threads share the lock already
   */
  constructor(buffer: SharedArrayBuffer, options?: SharedRWLockOptions);
  constructor(first?: SharedArrayBuffer | SharedRWLockOptions | Place, second?: SharedRWLockOptions, waits = new WaitCounter()) {
    const isBuffer = types.isSharedArrayBuffer(first);
    const options = isBuffer || first instanceof Place ? second : first;
    const where = "new SharedRWLock()";
    checkOptions(where, options, { timeoutMs: isDuration, name: isName });
    if (!isBuffer && second !== undefined && !(first instanceof Place)) refuse(where, "buffer", "the buffer of a SharedRWLock", first);
    this.#timeoutMs = options?.timeoutMs ?? defaultLockTimeoutMs;
    this.#name = options?.name ?? "the lock";
    this.waits = waits;
    const { words, offset, slot } = first instanceof Place ? first : openLockBuffer(where, isBuffer ? first : lockBuffer());
    this.buffer = words.buffer as SharedArrayBuffer;
    this.#party = new LockParty(words, offset, slot, waits);
    if (!(first instanceof Place)) forgotten.register(this, slot);
  }

  /**
   * A lock inside a bigger buffer, for the thread that has the slot. Made once for each thread.
   *
   * @param words a view of the whole buffer
   * @param offset of the lock, in words; all zero is a free lock
   * @param slot in a table of the same buffer
   */
  static at(words: Int32Array, offset: number, slot: ThreadSlot, { name, timeoutMs, waits }: PlacedLockOptions): SharedRWLock {
    type Placed = new (place: Place, options: SharedRWLockOptions, waits: WaitCounter) => SharedRWLock;
    // The form that takes a place is nobody's business outside.
    return new (SharedRWLock as unknown as Placed)(new Place(words, offset, slot), { name, timeoutMs }, waits);
  }

  /** The mode in which this thread holds the lock at this moment, from the grant on; undefined when it does not. */
  get heldMode(): LockMode | undefined {
    return this.#party.heldMode;
  }

  /** How many tasks of this thread hold the lock for reading. */
  get readers(): number {
    return this.#party.readers;
  }

  /** How many tasks of this thread are queued. */
  get waiting(): number {
    return this.#party.waiting;
  }

  /**
   * Runs `fn` together with other readers and without any writer, and resolves to what it returns.
   *
   * `fn` starts after the current turn, even when the lock is free. What it throws is passed on unchanged. The lock is released when `fn` has
   * ended, whichever way.
   *
   * @throws LockTimeoutError (LOCK_TIMEOUT) when the lock is not granted within `timeoutMs`; details: name, mode, timeoutMs, waitedMs, holder
   * @throws InvalidArgumentError (INVALID_ARGUMENT) when `fn` is no function or an option is wrong
   * @throws the signal's reason, unchanged, when it has aborted or aborts during the wait
   */
  async read<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return this.#run("read", fn, options);
  }

  /** Runs `fn` alone, without readers or other writers, and resolves to what it returns; otherwise as {@link read}. */
  async write<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return this.#run("write", fn, options);
  }

  /** Resolves to the function that releases the read lock just taken; waits and fails as {@link read}. */
  async acquireRead(options?: WaitOptions): Promise<Release> {
    return this.#acquire("read", "acquireRead()", options);
  }

  /** Resolves to the function that releases the write lock just taken; waits and fails as {@link read}. */
  async acquireWrite(options?: WaitOptions): Promise<Release> {
    return this.#acquire("write", "acquireWrite()", options);
  }

  /** Takes the lock for reading if no writer holds it or waits for it: the function that releases it, else undefined. */
  tryRead(): Release | undefined {
    return this.#party.tryRead() ? this.#releaseOnce("read") : undefined;
  }

  /** Takes the lock for writing if nobody holds it: the function that releases it, else undefined. */
  tryWrite(): Release | undefined {
    return this.#party.tryWrite() ? this.#releaseOnce("write") : undefined;
  }

  /**
   * Runs `fn` together with other readers and without any writer, blocking the thread until the lock is granted, and returns what it returns.
   *
   * @param fn must not be async: the lock is released when it returns
   * @throws DeadlockError (DEADLOCK) at once when this thread holds the lock for writing; details: name, mode
   * @throws LockTimeoutError (LOCK_TIMEOUT) when the lock is not granted within `timeoutMs`; details: name, mode, timeoutMs, waitedMs, holder
   * @throws InvalidArgumentError (INVALID_ARGUMENT) when `fn` is no function, returns a promise, or an option is wrong
   */
  readSync<R>(fn: () => R, options?: SyncWaitOptions): R {
    const where = "readSync()";
    const timeoutMs = this.#checkSync(where, fn, options);
    const outcome = this.#party.enterReadSync(timeoutMs);
    if (outcome !== "granted") this.#refuseSync(where, "read", outcome, timeoutMs);
    try {
      return refusePromise(where, fn());
    } finally {
      this.#party.leaveReadSync();
    }
  }

  /** Runs `fn` alone, blocking the thread until the lock is granted; otherwise as {@link readSync}, but any holder in this thread is a deadlock. */
  writeSync<R>(fn: () => R, options?: SyncWaitOptions): R {
    const where = "writeSync()";
    const timeoutMs = this.#checkSync(where, fn, options);
    const outcome = this.#party.enterWriteSync(timeoutMs, true);
    if (outcome !== "granted") this.#refuseSync(where, "write", outcome, timeoutMs);
    try {
      return refusePromise(where, fn());
    } finally {
      this.#party.leaveWriteSync();
    }
  }

  /**
   * Blocks the thread until it holds the lock for writing; to be left in the same turn, by {@link leaveWrite}. What runs in between must not enter
   * again: a second call in the turn finds an interrupted one (the time limit of `vm` skips `finally`) and takes its place.
   *
   * @param meanwhile is called between attempts; must not throw
   * @param limitMs the limit that the error names, where some of it was spent on other locks
   * @throws DeadlockError, LockTimeoutError as {@link readSync}
   */
  enterWrite(timeoutMs: number, meanwhile?: () => void, limitMs = timeoutMs): void {
    const outcome = this.#party.enterWriteSync(timeoutMs, false, meanwhile);
    if (outcome !== "granted") this.#refuseSync("enterWrite()", "write", outcome, limitMs);
  }

  /** Holds the lock for writing if nobody does: whether it was taken. To be left in the same turn. */
  tryEnterWrite(): boolean {
    return this.#party.tryEnterWriteSync();
  }

  /** Ends what {@link enterWrite} or {@link tryEnterWrite} began. */
  leaveWrite(): void {
    this.#party.leaveWriteSync();
  }

  /**
   * Resolves once the lock looks free for writing, holding nothing: it may be taken again before one acts. Fails as {@link read}.
   *
   * @param orHere whether it resolves as well while a task of this thread has the lock; default: false
   */
  async whenFree(options?: WaitOptions, orHere = false): Promise<void> {
    checkWaitOptions("whenFree()", options);
    const signal = options?.signal;
    signal?.throwIfAborted();
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const waiter = this.#party.watch(timeoutMs, signal, orHere);
    if (waiter === undefined) return;
    const outcome = await this.#outcomeOf(waiter, "write", timeoutMs);
    if (outcome === "aborted") throw signal?.reason;
  }

  async #run<R>(mode: LockMode, fn: () => R | PromiseLike<R>, options: WaitOptions | undefined): Promise<R> {
    const where = `${mode}()`;
    if (typeof fn !== "function") refuse(where, "fn", "a function", fn);
    const release = await this.#acquire(mode, where, options);
    try {
      return await fn();
    } finally {
      release();
    }
  }

  async #acquire(mode: LockMode, where: string, options: WaitOptions | undefined): Promise<Release> {
    checkWaitOptions(where, options);
    const signal = options?.signal;
    signal?.throwIfAborted();
    const release = mode === "read" ? this.tryRead() : this.tryWrite();
    if (release !== undefined) return release;

    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    if (timeoutMs === 0) throw this.#timeoutError(mode, timeoutMs, 0);
    const waiter = this.#party.queue(mode, timeoutMs, signal);
    if ((await this.#outcomeOf(waiter, mode, timeoutMs)) === "granted") {
      const granted = this.#releaseOnce(mode);
      if (!signal?.aborted) return granted;
      // The grant came in the turn of the abort, through a listener that ran before the waiter's own.
      granted();
    }
    throw signal?.reason;
  }

  async #outcomeOf(waiter: Waiter, mode: LockMode, timeoutMs: number): Promise<"granted" | "aborted"> {
    const outcome = await waiter.outcome;
    this.waits.add(waiter.waitedMs);
    if (outcome === "timed out") throw this.#timeoutError(mode, timeoutMs, waiter.waitedMs);
    return outcome;
  }

  #releaseOnce(mode: LockMode): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (mode === "read") this.#party.leaveRead();
      else this.#party.leaveWrite();
    };
  }

  #checkSync(where: string, fn: unknown, options: SyncWaitOptions | undefined): number {
    if (typeof fn !== "function") refuse(where, "fn", "a function", fn);
    checkOptions(where, options, syncChecks);
    return options?.timeoutMs ?? this.#timeoutMs;
  }

  #refuseSync(where: string, mode: LockMode, outcome: Exclude<SyncOutcome, "granted">, timeoutMs: number): never {
    if (outcome === "timed out") throw this.#timeoutError(mode, timeoutMs, this.#party.waitedMs);
    throw new DeadlockError(
      `${where}: this thread holds ${this.#name} already, and a synchronous call cannot wait for its own thread` +
        ` (await ${mode}() instead, or do without the lock inside it)`,
      { name: this.#name, mode },
    );
  }

  #timeoutError(mode: LockMode, timeoutMs: number, waitedMs: number): LockTimeoutError {
    const { holder } = this.#party;
    const purpose = mode === "read" ? "reading" : "writing";
    return new LockTimeoutError(`${this.#name} was not free for ${purpose} within ${timeoutMs} ms${holderText(holder)}`, {
      name: this.#name,
      mode,
      timeoutMs,
      waitedMs,
      holder,
    });
  }
}

/** A section that awaits would go on after its lock was given back. */
function refusePromise<R>(where: string, result: R): R {
  if (!isPromise(result)) return result;
  return refuse(where, "fn", "a function that is not async", result);
}
