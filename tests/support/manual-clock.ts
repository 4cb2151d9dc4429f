import type { Clock } from "../../src/base/clock.js";

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now = 1_000;
  readonly #timers = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  setTimer(ms: number, callback: () => void): () => void {
    const wake = (): void => callback();
    this.#timers.set(wake, this.#now + ms);
    return () => this.#timers.delete(wake);
  }

  /** Goes on; whoever waited for a moment up to then is woken. */
  advance(ms: number): void {
    this.#now += ms;
    for (const [wake, at] of this.#timers) {
      if (at > this.#now) continue;
      this.#timers.delete(wake);
      wake();
    }
  }

  /** How many wait. */
  get waiting(): number {
    return this.#timers.size;
  }
}
