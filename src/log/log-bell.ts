import { words } from "./control-buffer.js";

/**
 * Wakes threads that sleep until the log has moved.
 *
 * A sleeper notes `bell`, stores 1 in `sleepers`, looks at the log once more, and waits for `bell` to leave the value it noted. A writer publishes,
 * and where `sleepers` is not 0 stores 0 there, then adds 1 to `bell`, then notifies. No wake-up is lost:
 *
 * - The writer sees 0 in `sleepers` after publishing: the sleeper's 1 came later, and its look at the log later still, so it saw the commit; or the
 *   1 was taken away by another writer's 0. That one's addition to `bell` comes after its 0. If the sleeper had noted `bell` before it, its wait
 *   ends at once; if after, its 1 was stored after the 0, which then did not take it away.
 * - A sleeper that dies leaves a 1, which costs the next writer one notification. A writer that dies between publishing and ringing leaves sleepers
 *   asleep until the next commit: who needs to know sooner waits in slices.
 */
export class LogBell {
  readonly #words: Int32Array;
  #asleep = false;

  constructor(control: Int32Array) {
    this.#words = control;
  }

  /** Wakes whoever sleeps. To be called after each commit was published. */
  ring(): void {
    if (Atomics.load(this.#words, words.sleepers) === 0) return;
    Atomics.store(this.#words, words.sleepers, 0);
    this.#wakeAll();
  }

  /**
   * Calls back once, from a task of its own, when the log may have moved. At most one wait of a thread is under way: calls during one change nothing.
   * It keeps no event loop alive and cannot be cancelled, so the callback looks whether anybody is still interested.
   *
   * @param hasMoved whether the log has moved already
   * @param wake must not throw
   */
  sleep(hasMoved: () => boolean, wake: () => void): void {
    if (this.#asleep) return;
    this.#asleep = true;
    const awake = (): void => {
      this.#asleep = false;
      wake();
    };
    const bell = this.#lieDown();
    const wait = hasMoved() ? undefined : Atomics.waitAsync(this.#words, words.bell, bell);
    if (wait?.async === true) void wait.value.then(awake);
    else queueMicrotask(awake);
  }

  /** Ends the sleep of this thread, which would keep what its callback holds until the next commit of another thread, if there ever is one. */
  getUp(): void {
    if (this.#asleep) this.#wakeAll();
  }

  #wakeAll(): void {
    Atomics.add(this.#words, words.bell, 1);
    Atomics.notify(this.#words, words.bell);
  }

  /** Blocks the thread until the log may have moved, at most for some milliseconds. */
  sleepSync(hasMoved: () => boolean, timeoutMs: number): void {
    const bell = this.#lieDown();
    if (!hasMoved()) Atomics.wait(this.#words, words.bell, bell, timeoutMs);
  }

  #lieDown(): number {
    const bell = Atomics.load(this.#words, words.bell);
    Atomics.store(this.#words, words.sleepers, 1);
    return bell;
  }
}
