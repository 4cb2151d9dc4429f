import { watchAbort } from "./watch-abort.js";

/** How a wait ended. */
export type WaitOutcome = "granted" | "timed out" | "aborted";

// setTimeout takes no longer delay: it would fire at once.
const longestDelayMs = 2 ** 31 - 1;

/**
 * One queued acquisition. It ends exactly once: granted by the lock, or given up because its time ran out or its signal aborted.
 *
 * While it lasts it keeps one timer, which keeps the process alive, and watches its signal; afterwards neither.
 */
export class Waiter {
  /** Neighbours in the queue; they belong to `WaitQueue`. */
  previous: Waiter | undefined;
  next: Waiter | undefined;

  /** Settles when the wait ends; never rejects. */
  readonly outcome: Promise<WaitOutcome>;
  /** How long the wait took, in milliseconds; 0 until it has ended. */
  waitedMs = 0;

  readonly #startedAt = performance.now();
  readonly #timeoutMs: number;
  readonly #onGiveUp: (waiter: Waiter) => void;
  #resolve!: (outcome: WaitOutcome) => void;
  readonly #unwatch: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param onGiveUp takes the waiter out of its queue; called in the turn in which the wait is given up */
  constructor(timeoutMs: number, signal: AbortSignal | undefined, onGiveUp: (waiter: Waiter) => void) {
    this.#timeoutMs = timeoutMs;
    this.#onGiveUp = onGiveUp;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#unwatch = signal && watchAbort(signal, () => this.#giveUp("aborted"));
    this.#arm();
  }

  /** Ends the wait with the lock. Runs no foreign code: the task goes on in a later microtask. */
  grant(): void {
    this.#end("granted");
  }

  // An unlimited wait has a timer too: without one the process could exit under a task that waits.
  #arm(): void {
    const remainingMs = this.#timeoutMs - (performance.now() - this.#startedAt);
    this.#timer = setTimeout(this.#expire, Math.min(remainingMs, longestDelayMs));
  }

  // A timer may fire a fraction of a millisecond early, and a long wait takes several.
  readonly #expire = (): void => {
    if (performance.now() - this.#startedAt < this.#timeoutMs) this.#arm();
    else this.#giveUp("timed out");
  };

  #giveUp(outcome: WaitOutcome): void {
    this.#onGiveUp(this);
    this.#end(outcome);
  }

  #end(outcome: WaitOutcome): void {
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.waitedMs = performance.now() - this.#startedAt;
    this.#resolve(outcome);
  }
}
