import { readFileSync } from "node:fs";

/**
 * How many milliseconds the calling thread has waited for a processor so far, as Linux tells; 0 elsewhere. On a busy machine that is no fault of the
 * lock that a thread seemed to wait for.
 */
export function runDelayMs(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** The longest of some calls, less the time in which the calling thread waited for a processor, and the longest such time. */
export class WaitMeter {
  longest = 0;
  longestDelay = 0;
  #delay = runDelayMs();

  measure(call: () => void): void {
    const begin = performance.now();
    call();
    const took = performance.now() - begin;
    const before = this.#delay;
    this.#delay = runDelayMs();
    const delay = this.#delay - before;
    this.longestDelay = Math.max(this.longestDelay, delay);
    this.longest = Math.max(this.longest, took - delay);
  }
}
