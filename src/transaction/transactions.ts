import { systemClock } from "../base/clock.js";
import type { Clock } from "../base/clock.js";
import { ConcurrentModificationError } from "../base/errors.js";
import { systemRandom } from "../base/random.js";
import type { Random } from "../base/random.js";
import type { WaitOptions } from "../lock/wait-options.js";
import type { Replica } from "../replica/replica.js";
import { backoffMs, pause } from "./backoff.js";
import type { Isolation } from "./isolation.js";
import { RowLocker } from "./row-locker.js";
import { Transaction } from "./transaction.js";

/** How transactions are run. */
export interface RunOptions extends WaitOptions {
  readonly isolation: Isolation;
  /** How often the function is run again after a conflict. */
  readonly retries: number;
}

/** The transactions of one replica: opens them, runs them again after conflicts, and counts. */
export class Transactions {
  readonly #replica: Replica;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Those that have not ended, the oldest first. */
  readonly #open = new Set<RowLocker>();
  #conflicts = 0;
  #retries = 0;

  constructor(replica: Replica, clock: Clock = systemClock, random: Random = systemRandom) {
    this.#replica = replica;
    this.#clock = clock;
    this.#random = random;
  }

  /** How many transactions are open. */
  get open(): number {
    return this.#open.size;
  }

  /** For how many milliseconds the oldest open transaction has been open; 0 when none is. */
  get oldestMs(): number {
    for (const { began } of this.#open) return this.#clock.now() - began;
    return 0;
  }

  /** How often a transaction could not go on because others had changed what it had read. */
  get conflicts(): number {
    return this.#conflicts;
  }

  /** How often a function was run again. */
  get retries(): number {
    return this.#retries;
  }

  /** Opens a transaction that its owner commits or rolls back. */
  begin(options: RunOptions): OwnedTransaction {
    const locker = this.#openLocker(options);
    let transaction: Transaction | undefined;
    try {
      const opened = new Transaction(this.#replica, locker, options.isolation);
      transaction = opened;
      return new OwnedTransaction(opened, () => this.#close(locker, opened.failure));
    } catch (error) {
      // Nobody has heard of it, so nobody else would end it.
      transaction?.rollback();
      this.#close(locker, undefined);
      throw error;
    }
  }

  /**
   * Runs a function in a transaction and commits; after a conflict again, with the locks that it has.
   * @throws ConcurrentModificationError when the retries are used up; whatever the function throws, unchanged
   */
  async run<R>(work: (transaction: Transaction) => R | PromiseLike<R>, options: RunOptions): Promise<R> {
    const locker = this.#openLocker(options);
    try {
      for (let failures = 0; ;) {
        const transaction = new Transaction(this.#replica, locker, options.isolation);
        try {
          const scope = this.#replica.transactionScope.open();
          let result: R;
          try {
            result = await scope.run(() => work(transaction));
          } finally {
            scope.leave();
          }
          if (!transaction.commitNow()) await transaction.commitLater();
          return result;
        } catch (error) {
          transaction.rollback();
          const { failure } = transaction;
          if (!(failure instanceof ConcurrentModificationError) || error !== failure) throw error;
          this.#conflicts++;
          failures++;
          if (failures > options.retries) throw error;
        }
        this.#retries++;
        await pause(backoffMs(failures, this.#random), this.#clock, options.signal);
      }
    } finally {
      this.#close(locker, undefined);
    }
  }

  #openLocker(options: WaitOptions): RowLocker {
    this.#replica.assertOpen();
    options.signal?.throwIfAborted();
    const locker = new RowLocker(this.#replica, this.#clock.now(), options);
    this.#open.add(locker);
    return locker;
  }

  #close(locker: RowLocker, failure: unknown): void {
    if (!this.#open.delete(locker)) return;
    if (failure instanceof ConcurrentModificationError) this.#conflicts++;
    locker.releaseAll();
  }
}

/** A transaction that is ended by its owner. */
export class OwnedTransaction {
  readonly transaction: Transaction;
  readonly #onEnd: () => void;

  constructor(transaction: Transaction, onEnd: () => void) {
    this.transaction = transaction;
    this.#onEnd = onEnd;
  }

  async commit(): Promise<void> {
    try {
      await this.transaction.commit();
    } finally {
      // A commit that was refused because another one is under way ends nothing.
      if (this.transaction.hasEnded) this.#onEnd();
    }
  }

  rollback(): void {
    this.transaction.rollback();
    if (this.transaction.hasEnded) this.#onEnd();
  }
}
