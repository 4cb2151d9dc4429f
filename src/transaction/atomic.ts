import { InvalidArgumentError } from "../base/errors.js";
import { refuse } from "../base/arguments.js";
import { isPromise } from "../base/shape.js";
import type { Replica } from "../replica/replica.js";
import { WriteBuffer } from "./write-buffer.js";

/**
 * Runs units of synchronous work: what a unit writes is buffered, seen by its own reads, and committed as one, or not at all.
 *
 * While a unit runs no table is locked. In one thread nothing else can run meanwhile, so its reads hold until its commit.
 */
export class Atomic {
  readonly #replica: Replica;
  #buffer: WriteBuffer | undefined;

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  /** The buffer of the unit that is running, if one is. */
  get buffer(): WriteBuffer | undefined {
    return this.#buffer;
  }

  /** @throws InvalidArgumentError while a unit of work runs */
  assertNone(verb: string): void {
    if (this.#buffer === undefined) return;
    throw new InvalidArgumentError(
      `${verb} cannot be part of atomic(): tables and indexes are created and dropped in commits of their own`,
      {
        argument: "verb",
        expected: "a verb that changes records",
        received: verb,
      },
    );
  }

  /** Runs a unit of work; inside another one as part of that, except that what it wrote is taken back when it throws. */
  run<R>(fn: () => R): R {
    if (typeof fn !== "function") refuse("atomic()", "fn", "a function", fn);
    if (this.#buffer !== undefined) return this.#runInside(this.#buffer, fn);
    this.#replica.assertOpen();
    const buffer = new WriteBuffer();
    this.#buffer = buffer;
    let result: R;
    try {
      result = checkSynchronous(fn());
    } finally {
      this.#buffer = undefined;
      buffer.close();
    }
    this.#replica.commit("atomic()", buffer.tables, () => ({ changes: buffer.outcome(), result: undefined }));
    return result;
  }

  #runInside<R>(buffer: WriteBuffer, fn: () => R): R {
    const takeBack = buffer.savepoint();
    try {
      return checkSynchronous(fn());
    } catch (error) {
      takeBack();
      throw error;
    }
  }
}

function checkSynchronous<R>(result: R): R {
  if (!isPromise(result)) return result;
  throw new InvalidArgumentError(
    "atomic(): fn must be a synchronous function, received one that returns a promise (await before or after it)",
    {
      argument: "fn",
      expected: "a synchronous function",
      received: "a function that returns a promise",
    },
  );
}
