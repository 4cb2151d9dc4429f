const silent = 0;
const armed = 1;

// A ring is lost only when the ringer dies between its two steps. Whoever listens looks again after this time.
const heartbeatMs = 1_000;

/**
 * Wakes the thread whose bell this is, if it listens or sleeps; else costs one load. May be called by any thread.
 *
 * To be called after the store that the sleeper waits for.
 */
export function ring(words: Int32Array, at: number): void {
  if (Atomics.load(words, at) === silent) return;
  if (Atomics.exchange(words, at, silent) === armed) Atomics.notify(words, at);
}

/**
 * One thread's bell: how it sleeps until another thread rings.
 *
 * The word is `armed` while its thread sleeps or listens, and `silent` otherwise. Only the owner arms it; whoever rings makes it silent and then
 * notifies all who wait on it, which can only be the owner: its one sleeping call and its one pending `waitAsync`. So no other thread, dying or not,
 * can eat a wake-up.
 *
 * - No wake-up is lost: the owner arms, then looks once more at what it waits for, then sleeps. A ringer first stores that, then looks at the bell.
 *   Either the owner sees the store, or the ringer sees the bell armed; and one that rings before the owner has gone to sleep leaves a word that
 *   is not what the owner sleeps on.
 * - A ringer that dies between the exchange and the notification leaves a sleeper with a silent bell. Sleepers therefore sleep in slices, and a
 *   listener looks again after a second.
 */
export class Doorbell {
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #listeners = new Set<() => void>();
  #isPending = false;

  /** @param at where the word is; all zero is a silent bell */
  constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /** Says that this thread is about to sleep. What it waits for is to be looked at again after this, and before `sleep`. */
  arm(): void {
    Atomics.store(this.#words, this.#at, armed);
  }

  /** Blocks the thread until somebody rings, or has rung since `arm`: true; or until the time is up: false. */
  sleep(ms: number): boolean {
    return Atomics.wait(this.#words, this.#at, armed, ms) !== "timed-out";
  }

  /**
   * Calls the listener in a task of its own after every ring, and about once a second, until the function returned is called.
   *
   * The bell is armed when this returns, and before each call: so the listener, and the caller after this, look at what they wait for. Rings that
   * come close together make one call. Keeps no process alive.
   *
   * @param listener must not throw
   */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#watch();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves at the next ring, or within about a second without one. Keeps the process alive until then. */
  rung(): Promise<void> {
    return new Promise((resolve) => {
      // The timer only keeps the event loop alive: what ends the wait is the listener.
      const alive = setInterval(() => {}, heartbeatMs);
      const stop = this.listen(() => {
        stop();
        clearInterval(alive);
        resolve();
      });
    });
  }

  // waitAsync cannot be cancelled, so one that is pending is kept and used again: it waits for the address, whatever the word was meanwhile.
  #watch(): void {
    this.arm();
    if (this.#isPending) return;
    this.#isPending = true;
    const { value } = Atomics.waitAsync(this.#words, this.#at, armed, heartbeatMs);
    void Promise.resolve(value).then(this.#wake);
  }

  readonly #wake = (): void => {
    this.#isPending = false;
    if (this.#listeners.size === 0) return;
    this.#watch();
    for (const listener of Array.from(this.#listeners)) listener();
  };
}
