/** Counts waits and adds up how long they took. One counter may serve many locks. */
export class WaitCounter {
  #count = 0;
  #totalMs = 0;

  /** How many acquisitions found their lock busy and queued, whatever became of them. */
  get count(): number {
    return this.#count;
  }

  /** How long they waited in all, in milliseconds. */
  get totalMs(): number {
    return this.#totalMs;
  }

  /** Adds one wait that has ended. */
  add(waitedMs: number): void {
    this.#count += 1;
    this.#totalMs += waitedMs;
  }
}
