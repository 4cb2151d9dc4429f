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

  /** A stretch of time for one run of a transaction's function. What the function started and did not wait for is outside once it is left. */
  open(): { readonly run: <R>(fn: () => R) => R; readonly leave: () => void } {
    const section = new Section(this, "write", this.#onLeave);
    this.#running++;
    return { run: (fn) => runInSection(section, fn), leave: section.enter() };
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
