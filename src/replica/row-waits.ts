import type { WaitCounter } from "../lock/wait-counter.js";
import type { WaitOutcome } from "../lock/waiter.js";
import { Waiter } from "../lock/waiter.js";
import type { DatabaseState } from "../state/database-state.js";

/** The replica whose tasks wait. */
export interface WaitingReplica {
  readonly id: number;
  readonly state: DatabaseState;
  readonly isShared: boolean;
  readonly isClosed: boolean;
  readonly rowWaitCounter: WaitCounter;
  refresh(): void;
  /** Hears of commits of other threads as they come, as long as somebody waits. */
  listen(): void;
  /** Gives back the rows of transactions whose threads are gone. */
  reapHolders(): void;
}

/** How often those who wait look whether those that they wait for still live. A thread that dies tells nobody. */
const sliceMs = 50;

interface Entry {
  readonly waiter: Waiter;
  readonly isOver: () => boolean;
}

/** Who in this thread waits for rows. Grants are computed where commits are applied; this wakes those they concern. */
export class RowWaits {
  readonly #replica: WaitingReplica;
  readonly #entries = new Map<number, Set<Entry>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(replica: WaitingReplica) {
    this.#replica = replica;
  }

  get isWaiting(): boolean {
    return this.#entries.size > 0;
  }

  /**
   * Resolves as soon as `isOver`, which is asked when something has happened to the owner's waits; or when the time is up, or the signal aborts.
   * @param number of an owner of this replica
   */
  async wait(number: number, isOver: () => boolean, timeoutMs: number, signal: AbortSignal | undefined): Promise<WaitOutcome> {
    const entries = this.#entries.get(number) ?? new Set();
    this.#entries.set(number, entries);
    const entry: Entry = { isOver, waiter: new Waiter(timeoutMs, signal, () => undefined) };
    entries.add(entry);
    if (this.#replica.isShared) this.#watch();
    const outcome = await entry.waiter.outcome;
    entries.delete(entry);
    if (entries.size === 0 && this.#entries.get(number) === entries) this.#entries.delete(number);
    if (!this.isWaiting) this.#stopWatching();
    this.#replica.rowWaitCounter.add(entry.waiter.waitedMs);
    return outcome;
  }

  /** To be called after every commit that may have ended a wait, whoever made it. */
  wake(): void {
    const { state, id } = this.#replica;
    for (const owner of state.rowLocks.takeSettled()) if (owner.replica === id) this.#wake(owner.number);
  }

  /** Ends every wait, since nothing will be granted any more. */
  close(): void {
    for (const entries of this.#entries.values()) for (const { waiter } of entries) waiter.grant();
  }

  #wake(number: number): void {
    for (const { waiter, isOver } of this.#entries.get(number) ?? []) if (isOver()) waiter.grant();
  }

  #watch(): void {
    this.#replica.listen();
    // Each wait has a timer of its own that keeps the process alive.
    this.#timer ??= setInterval(() => this.#look(), sliceMs).unref();
  }

  #look(): void {
    if (this.#replica.isClosed) return;
    try {
      this.#replica.refresh();
      this.#replica.reapHolders();
      for (const number of this.#entries.keys()) this.#wake(number);
    } catch {
      // The replica has given up; whoever waits is told when the time is up.
    }
  }

  #stopWatching(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
