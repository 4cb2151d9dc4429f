import { checkOptions, isDuration, isName, refuse } from "../base/arguments.js";
import { LockTimeoutError } from "../base/errors.js";
import type { LockMode, ReaderWriterLock, Release } from "./reader-writer-lock.js";
import { WaitCounter } from "./wait-counter.js";
import { checkWaitOptions, defaultLockTimeoutMs, type WaitOptions } from "./wait-options.js";
import { WaitQueue } from "./wait-queue.js";
import { Waiter } from "./waiter.js";

/** What `new RWLock()` takes. */
export interface RWLockOptions {
  /** The wait limit of calls that give none, in milliseconds; 5000 by default, `Infinity` for none. */
  readonly timeoutMs?: number | undefined;
  /** What the lock is called in its errors; "the lock" by default. */
  readonly name?: string | undefined;
}

// #held while a writer holds the lock.
const writing = -1;

/**
 * A fair reader-writer lock for the async tasks of one thread: many readers at a time, or one writer.
 *
 * Phase-fair: read phases and single writers alternate while both wait, so neither side starves. Let R and W be the longest read and write
 * sections. A reader waits at most R + W, however many writers queue; a writer with k writers before it (the holder included) waits at most
 * k × (W + R) + R, however many readers arrive. (After Brandenburg and Anderson, "Spin-based reader-writer synchronization for multiprocessor
 * real-time systems", 2010.)
 *
 * Not re-entrant: a holder that asks again waits for itself until its time is up. Every operation is O(1), but a writer's leaving is linear in
 * the readers it admits.
 */
export class RWLock implements ReaderWriterLock {
  /** How often and how long callers of this lock waited. */
  readonly waits: WaitCounter;

  // Three invariants hold between turns; everything below that changes #held or a queue restores them before it returns.
  //
  //   1. #held is `writing`, or the number of readers that hold the lock: one number, so a reader and a writer cannot both be in.
  //   2. A writer waits only while somebody holds the lock.
  //   3. A reader waits only while a writer holds the lock or waits for it.
  //
  // From 2 and 3: nobody waits for a free lock, so no wake-up is ever lost. Whoever waits, waits for a holder that will release or for a writer
  // whose own wait ends by its time limit at the latest, and each such end runs one of #leaveRead, #leaveWrite, #giveUpWrite.
  //
  // A grant changes #held in the turn of the one who leaves and then resolves a promise. No foreign code runs in between, and nobody can slip in
  // between a grant and the moment its task goes on.
  #held = 0;
  readonly #waitingReaders = new WaitQueue();
  readonly #waitingWriters = new WaitQueue();

  readonly #timeoutMs: number;
  readonly #name: string;

  /**
   * @param waits counts the waits of several locks together when they are given the same one
   * @throws InvalidArgumentError (INVALID_ARGUMENT) for an unknown option or a wrong value
   */
  constructor(options?: RWLockOptions, waits = new WaitCounter()) {
    checkOptions("new RWLock()", options, { timeoutMs: isDuration, name: isName });
    this.#timeoutMs = options?.timeoutMs ?? defaultLockTimeoutMs;
    this.#name = options?.name ?? "the lock";
    this.waits = waits;
  }

  /** The mode in which the lock is held at this moment, from the grant on; undefined when it is free. */
  get heldMode(): LockMode | undefined {
    if (this.#held === 0) return undefined;
    return this.#held === writing ? "write" : "read";
  }

  /** How many tasks hold the lock for reading. */
  get readers(): number {
    return Math.max(this.#held, 0);
  }

  /** How many tasks are queued. */
  get waiting(): number {
    return this.#waitingReaders.size + this.#waitingWriters.size;
  }

  /**
   * Runs `fn` together with other readers and without any writer, and resolves to what it returns.
   *
   * `fn` starts after the current turn, even when the lock is free. What it throws is passed on unchanged. The lock is released when `fn` has
   * ended, whichever way.
   *
   * @throws LockTimeoutError (LOCK_TIMEOUT) when the lock is not granted within `timeoutMs`; details: name, mode, timeoutMs, waitedMs
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
    return this.#tryAcquire("read");
  }

  /** Takes the lock for writing if nobody holds it: the function that releases it, else undefined. */
  tryWrite(): Release | undefined {
    return this.#tryAcquire("write");
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
    const release = this.#tryAcquire(mode);
    if (release !== undefined) return release;

    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    if (timeoutMs === 0) throw this.#timeoutError(mode, timeoutMs, 0);
    const waiter = this.#enqueue(mode, timeoutMs, signal);
    const outcome = await waiter.outcome;
    this.waits.add(waiter.waitedMs);
    if (outcome === "timed out") throw this.#timeoutError(mode, timeoutMs, waiter.waitedMs);
    if (outcome === "granted") {
      const granted = this.#releaseOnce(mode);
      if (!signal?.aborted) return granted;
      // The grant came in the turn of the abort, through a listener that ran before the waiter's own.
      granted();
    }
    throw signal?.reason;
  }

  #tryAcquire(mode: LockMode): Release | undefined {
    if (mode === "read") {
      if (this.#held === writing || this.#waitingWriters.size > 0) return undefined;
      this.#held += 1;
    } else {
      if (this.#held !== 0) return undefined;
      this.#held = writing;
    }
    return this.#releaseOnce(mode);
  }

  #enqueue(mode: LockMode, timeoutMs: number, signal: AbortSignal | undefined): Waiter {
    const [queue, onGiveUp] = mode === "read" ? [this.#waitingReaders, this.#giveUpRead] : [this.#waitingWriters, this.#giveUpWrite];
    const waiter = new Waiter(timeoutMs, signal, onGiveUp);
    queue.push(waiter);
    return waiter;
  }

  #releaseOnce(mode: LockMode): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (mode === "read") this.#leaveRead();
      else this.#leaveWrite();
    };
  }

  #leaveRead(): void {
    this.#held -= 1;
    if (this.#held === 0) this.#admitNextWriter();
  }

  // The readers go first: that is what bounds a reader's wait by one writer.
  #leaveWrite(): void {
    this.#held = 0;
    if (this.#waitingReaders.size > 0) this.#admitWaitingReaders();
    else this.#admitNextWriter();
  }

  // Nobody waits for a waiting reader.
  readonly #giveUpRead = (waiter: Waiter): void => this.#waitingReaders.remove(waiter);

  // Readers may have queued behind this writer alone, while other readers hold the lock.
  readonly #giveUpWrite = (waiter: Waiter): void => {
    this.#waitingWriters.remove(waiter);
    if (this.#held !== writing && this.#waitingWriters.size === 0) this.#admitWaitingReaders();
  };

  #admitWaitingReaders(): void {
    for (let waiter = this.#waitingReaders.shift(); waiter !== undefined; waiter = this.#waitingReaders.shift()) {
      this.#held += 1;
      waiter.grant();
    }
  }

  #admitNextWriter(): void {
    const waiter = this.#waitingWriters.shift();
    if (waiter === undefined) return;
    this.#held = writing;
    waiter.grant();
  }

  #timeoutError(mode: LockMode, timeoutMs: number, waitedMs: number): LockTimeoutError {
    const purpose = mode === "read" ? "reading" : "writing";
    return new LockTimeoutError(`${this.#name} was not free for ${purpose} within ${timeoutMs} ms`, {
      name: this.#name,
      mode,
      timeoutMs,
      waitedMs,
    });
  }
}
