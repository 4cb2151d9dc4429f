import { incarnationMask, type Owner } from "./owner.js";
import { firstPause, longestPause, pause, sliceMs } from "./spin.js";

// Set in the word while somebody may be asleep on it.
const waiters = 2 ** 30;

/** What an approach to a busy mutex came to; a value above these is the word to sleep on. */
export const approach = { again: 0, locked: -1, stolen: -2, own: -3 } as const;

/**
 * A mutex in one word of shared memory, for sections of about a microsecond in which nobody waits.
 *
 * The word: 0 when it is free, else the incarnation of its owner, and WAITERS beside it when somebody may sleep.
 *
 * - **Taking it** is a compare-and-exchange of 0 with one's incarnation. Before that nothing is owned, after it death is provable by that number.
 * - **Sleeping**: a waiter sets WAITERS beside the owner it saw, by compare-and-exchange, and sleeps only while the word is exactly that. Whoever
 *   releases exchanges the word with 0 and then notifies all if WAITERS was set. So the sleeper either finds the word changed or is notified.
 *   All, because one notification can be eaten by a waiter that is being ended.
 * - **Death before the exchange** leaves a dead owner: waiters sleep in slices, look whether the owner is provably dead, and exchange exactly the word
 *   they saw for their own incarnation with WAITERS kept, for others may sleep. Incarnations are never used again, so this cannot hit another owner.
 * - **Death between the exchange and the notification** leaves sleepers on a free mutex: their slice ends.
 * - **One's own incarnation** in the word means a section that was torn out of its thread half-way (the time limit of `vm` skips `finally`).
 *
 * Never handed over directly: a new owner might be dead. Threads may overtake each other.
 */
export class SharedMutex {
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #me: number;
  readonly #table: Owner["table"];

  /**
   * @param offset of the word; all zero is a free mutex
   * @param slot who takes it
   */
  constructor(words: Int32Array, offset: number, slot: Owner) {
    this.#words = words;
    this.#at = offset;
    this.#me = slot.incarnation;
    this.#table = slot.table;
  }

  /** Takes the mutex if it is free. False also after an interrupted section of one's own, which `lock` takes up. */
  tryLock(): boolean {
    return Atomics.compareExchange(this.#words, this.#at, 0, this.#me) === 0;
  }

  /**
   * Takes the mutex, however long a living owner keeps it.
   *
   * @param meanwhile is called between attempts; must not throw, may take a while
   * @returns true when it was taken from a dead owner, or from an interrupted section of one's own: what it guards may be half done
   */
  lock(meanwhile?: () => void): boolean {
    if (this.tryLock()) return false;
    let isOverdue = false;
    for (;;) {
      for (let rounds = firstPause; rounds <= longestPause; rounds *= 2) {
        pause(rounds);
        meanwhile?.();
        if (Atomics.load(this.#words, this.#at) === 0 && this.tryLock()) return false;
      }
      const outcome = this.approach(isOverdue);
      if (outcome === approach.locked) return false;
      if (outcome === approach.stolen || outcome === approach.own) return true;
      if (outcome > 0) isOverdue = Atomics.wait(this.#words, this.#at, outcome, sliceMs) === "timed-out";
    }
  }

  /**
   * One attempt, which takes the mutex or makes ready to sleep: one of `approach`, or the word to sleep on.
   *
   * @param isOverdue whether to look if the owner is dead, which takes some microseconds
   */
  approach(isOverdue: boolean): number {
    const seen = Atomics.load(this.#words, this.#at);
    if (seen === 0) return this.tryLock() ? approach.locked : approach.again;
    const owner = seen & incarnationMask;
    if (owner === this.#me) return approach.own;
    if (isOverdue && this.#table.isDead(owner)) return this.#replace(seen, this.#me | waiters) ? approach.stolen : approach.again;
    const marked = owner | waiters;
    return seen === marked || this.#replace(seen, marked) ? marked : approach.again;
  }

  /** Gives the mutex back. */
  unlock(): void {
    if (Atomics.exchange(this.#words, this.#at, 0) & waiters) Atomics.notify(this.#words, this.#at);
  }

  #replace(seen: number, by: number): boolean {
    return Atomics.compareExchange(this.#words, this.#at, seen, by) === seen;
  }
}
