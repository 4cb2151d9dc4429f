import { Liveness } from "./liveness.js";

/** What a unit of work keeps open. */
export interface Closable {
  close(): void;
}

/** The unit of work that a thread runs, from its first attempt to its commit; and its end where that was cut off, without its `finally`. */
export class RunningUnit {
  readonly #onEnd: () => void;
  readonly #onCut: () => void;
  readonly #liveness = new Liveness();
  #call: unknown;
  #draft: Closable | undefined;
  #standsStill = false;

  /**
   * @param onEnd called when it has ended, whichever way
   * @param onCut called before, where it was cut off
   */
  constructor(onEnd: () => void, onCut: () => void) {
    this.#onEnd = onEnd;
    this.#onCut = onCut;
  }

  /** Whether there is one, its commit included. */
  get isOpen(): boolean {
    return this.#call !== undefined && this.#lives();
  }

  /** Whether the state stands still for it. */
  get standsStill(): boolean {
    return this.#standsStill && this.#lives();
  }

  run<R>(call: () => R): R {
    if (this.#call !== undefined) this.#cut(); // while it was being committed: inside of one that runs no other begins
    this.#call = call;
    this.#liveness.begin(call);
    try {
      return call();
    } finally {
      this.#call = undefined;
      this.#draft = undefined;
      this.#onEnd();
    }
  }

  /**
   * Runs an attempt, to which the state stands still.
   * @param draft closed where it is cut off
   */
  standStill<R>(attempt: () => R, draft: Closable): R {
    this.#draft = draft;
    this.#standsStill = true;
    try {
      return attempt();
    } finally {
      this.#standsStill = false;
    }
  }

  #lives(): boolean {
    if (this.#liveness.lives(this.#call)) return true;
    this.#cut();
    return false;
  }

  /** Nothing that it wrote was committed or is seen, and nothing that it had open stays so. */
  #cut(): void {
    this.#draft?.close();
    this.#onCut();
    this.#standsStill = false;
    this.#draft = undefined;
    this.#call = undefined;
    this.#onEnd();
  }
}
