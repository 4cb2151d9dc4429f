import { WaitQueue } from "../wait-queue.js";
import { Waiter } from "../waiter.js";

/** The tasks of one thread that want no lock, but to hear when it could be taken for writing. All of them hear at once, and then wait no more. */
export class Onlookers {
  readonly #patient = new WaitQueue();
  readonly #curious = new WaitQueue();
  readonly #onGiveUp: () => void;

  /** @param onGiveUp called when one has given up */
  constructor(onGiveUp: () => void) {
    this.#onGiveUp = onGiveUp;
  }

  get size(): number {
    return this.#patient.size + this.#curious.size;
  }

  /** @param orHere whether it wants to hear as well when a task of its own thread has the lock */
  add(timeoutMs: number, signal: AbortSignal | undefined, orHere: boolean): Waiter {
    const queue = orHere ? this.#curious : this.#patient;
    const waiter = new Waiter(timeoutMs, signal, (given) => {
      queue.remove(given);
      this.#onGiveUp();
    });
    queue.push(waiter);
    return waiter;
  }

  /** The lock is free. */
  tellAll(): void {
    tell(this.#patient);
    tell(this.#curious);
  }

  /** A task of this thread has got it. */
  tellCurious(): void {
    tell(this.#curious);
  }
}

function tell(queue: WaitQueue): void {
  for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) waiter.grant();
}
