import { InvalidArgumentError } from "../base/errors.js";
import { currentSection, runInSection, Section } from "../lock/section.js";

/**
 * Knows whether the current async context runs the function of a transaction, where a plain write would go beside the transaction.
 *
 * Looking up the context costs more than a small write, so it is done only while such a function runs somewhere in this thread.
 */
export class TransactionScope {
  #running = 0;

  /** Whether the function of any transaction runs in this thread. */
  get isOpen(): boolean {
    return this.#running > 0;
  }

  /** Runs a transaction's function. What it started and did not wait for is outside once it has ended. */
  async run<R>(fn: () => R | PromiseLike<R>): Promise<R> {
    const section = new Section(this, "write", this.#onLeave);
    const leave = section.enter();
    this.#running++;
    try {
      return await runInSection(section, fn);
    } finally {
      leave();
    }
  }

  /** @throws InvalidArgumentError in the function of a transaction */
  assertOutside(verb: string, instead: string): void {
    if (this.#running === 0 || currentSection(this) === undefined) return;
    throw new InvalidArgumentError(`${verb} was called in the function of a transaction, but beside it (${instead})`, {
      argument: "verb",
      expected: instead,
      received: verb,
    });
  }

  readonly #onLeave = (): void => {
    this.#running--;
  };
}
