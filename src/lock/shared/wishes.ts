import type { Doorbell } from "./doorbell.js";
import type { LockWords } from "./lock-words.js";
import type { Obstacles } from "./obstacles.js";
import { sliceMs } from "./spin.js";

/** What one thread has let others know that it wants of a lock, and how it hears that its turn may have come. */
export class Wishes {
  readonly #lock: LockWords;
  readonly #obstacles: Obstacles;
  readonly #doorbell: Doorbell;
  readonly #onTurn: () => void;
  #toRead = false;
  #toWrite = false;
  #stopListening: (() => void) | undefined;

  /** @param onTurn tries again; called after a ring, and once in a slice */
  constructor(lock: LockWords, obstacles: Obstacles, doorbell: Doorbell, onTurn: () => void) {
    this.#lock = lock;
    this.#obstacles = obstacles;
    this.#doorbell = doorbell;
    this.#onTurn = onTurn;
  }

  get toRead(): boolean {
    return this.#toRead;
  }

  get toWrite(): boolean {
    return this.#toWrite;
  }

  get any(): boolean {
    return this.#toRead || this.#toWrite;
  }

  /** Makes what others see agree with these, and listens while there is a wish: in this order, and before one tries again. */
  set(toRead: boolean, toWrite: boolean): void {
    if (this.#toRead && !toRead) {
      this.#toRead = false;
      this.#lock.withdrawRead();
    }
    if (this.#toWrite && !toWrite) {
      this.#toWrite = false;
      this.#lock.withdrawWrite();
    }
    if (toRead) this.wantRead();
    if (toWrite) this.wantWrite();
    if (toRead || toWrite) {
      this.#stopListening ??= this.#listen();
    } else if (this.#stopListening !== undefined) {
      this.#stopListening();
      this.#stopListening = undefined;
    }
  }

  /** Wishes to read until the next `set`. Others may have passed over this thread: then it says so again. */
  wantRead(): void {
    this.#toRead = true;
    this.#lock.wantRead();
  }

  /** Wishes to write until the next `set`, in the same way. */
  wantWrite(): void {
    this.#toWrite = true;
    this.#lock.wantWrite();
  }

  #listen(): () => void {
    const stop = this.#doorbell.listen(this.#onTurn);
    const timer = setInterval(() => {
      this.#obstacles.clear();
      if (this.#toWrite) this.#lock.hurry();
      this.#onTurn();
    }, sliceMs);
    // The waiters themselves keep the process alive.
    timer.unref();
    return () => {
      stop();
      clearInterval(timer);
    };
  }
}
