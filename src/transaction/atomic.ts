import { InvalidArgumentError } from "../base/errors.js";
import { refuse } from "../base/arguments.js";
import { isPromise } from "../base/shape.js";
import type { Replica } from "../replica/replica.js";
import { WriteBuffer } from "./write-buffer.js";

/** After so many runs that commits of other threads overtook, the unit runs while nobody else can write. */
const patience = 3;

/** Says that another thread has changed what the unit saw. Never leaves this file. */
const overtaken = new Error("overtaken");

/**
 * Runs units of synchronous work: what a unit writes is buffered, seen by its own reads, and committed as one, or not at all.
 *
 * While a unit runs no table is locked, and the state stands still for it. In one thread nothing else can run meanwhile, so its reads hold until its
 * commit. Where threads share the database, its commit looks whether other threads have changed a table that it has read or written; then it runs
 * again.
 */
export class Atomic {
  readonly #replica: Replica;
  #buffer: WriteBuffer | undefined;

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  /** The buffer of the unit that is running, if one is. */
  get buffer(): WriteBuffer | undefined {
    return this.#replica.standsStill ? this.#buffer : undefined;
  }

  /** @throws InvalidArgumentError while a unit of work runs */
  assertNone(verb: string): void {
    if (this.buffer === undefined) return;
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
    if (this.buffer !== undefined) return this.#runInside(this.buffer, fn);
    this.#replica.assertOpen();
    return this.#replica.runUnit(() => this.#runUntilCommitted(fn));
  }

  #runUntilCommitted<R>(fn: () => R): R {
    for (let attempt = 0; ; attempt++) {
      try {
        return attempt < patience ? this.#runOnce(fn) : this.#replica.exclusively("atomic()", () => this.#runOnce(fn));
      } catch (error) {
        if (error !== overtaken) throw error;
        this.#replica.countConflict();
      }
    }
  }

  #runOnce<R>(fn: () => R): R {
    const replica = this.#replica;
    replica.refresh();
    const snapshot = replica.isShared ? replica.state.openSnapshot() : undefined;
    const buffer = new WriteBuffer();
    try {
      const result = replica.standStill(() => this.#fill(buffer, fn), snapshot);
      replica.commit("atomic()", buffer.tables, () => {
        const changes = buffer.outcome();
        if (changes.length > 0 && snapshot !== undefined && buffer.isOvertaken(snapshot)) throw overtaken;
        return { changes, result: undefined, reads: buffer.reads };
      });
      return result;
    } finally {
      snapshot?.close();
    }
  }

  #fill<R>(buffer: WriteBuffer, fn: () => R): R {
    this.#buffer = buffer;
    try {
      return checkSynchronous(fn());
    } finally {
      this.#buffer = undefined;
      buffer.close();
    }
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
