import { InvalidArgumentError, RowLockedError } from "../base/errors.js";
import { refuse } from "../base/arguments.js";
import { isInstance, isPromise } from "../base/shape.js";
import type { Replica } from "../replica/replica.js";
import { nothingPlanned } from "../replica/road.js";
import { Draft } from "./draft.js";

/** After so many runs that commits of other threads overtook, the unit runs while nobody else can write. */
const patience = 3;

/** A unit that a locked row holds up again and again, whenever it is alone, gives up after so many runs. */
const mostRuns = 40;

/** Says that another thread has changed what the unit saw. Never leaves this file. */
const overtaken = new Error("overtaken");

/**
 * Runs units of synchronous work: what a unit writes is buffered, seen by its own reads, and committed as one, or not at all.
 *
 * While a unit runs no table is locked, and the state stands still for it. In one thread nothing else can run meanwhile, so its reads hold until its
 * commit, and nobody has to note them. Where threads share the database, its commit looks whether other threads have overtaken its {@link Draft};
 * then it runs again.
 */
export class Atomic {
  readonly #replica: Replica;
  #draft: Draft | undefined;

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  /** What the unit that is running has done, if one is. */
  get draft(): Draft | undefined {
    return this.#replica.standsStill ? this.#draft : undefined;
  }

  /** Runs a unit of work; inside another one as part of that, except that what it wrote is taken back when it throws. */
  run<R>(fn: () => R): R {
    if (typeof fn !== "function") refuse("atomic()", "fn", "a function", fn);
    const { draft } = this;
    if (draft !== undefined) return this.#runInside(draft, fn);
    this.#replica.assertOpen();
    return this.#replica.runUnit(() => this.#runUntilCommitted(fn));
  }

  #runUntilCommitted<R>(fn: () => R): R {
    for (let attempt = 1; ; attempt++) {
      const isAlone = attempt % (patience + 1) === 0;
      try {
        return isAlone ? this.#replica.exclusively("atomic()", () => this.#runOnce(fn)) : this.#runOnce(fn);
      } catch (error) {
        // While nobody else can write, nobody can give back a row either. So it is waited for in the next run.
        const isHeldUp = isAlone && attempt < mostRuns && isInstance(error, RowLockedError);
        if (error !== overtaken && !isHeldUp) throw error;
        this.#replica.conflicts++;
      }
    }
  }

  #runOnce<R>(fn: () => R): R {
    const replica = this.#replica;
    const draft = new Draft(replica, "serializable", true);
    try {
      const result = replica.standStill(() => this.#fill(draft, fn), draft);
      const tables = draft.written;
      replica.commit("atomic()", tables, () => {
        if (tables.length === 0) return nothingPlanned;
        if (draft.conflict() !== undefined) throw overtaken;
        return { changes: draft.outcome("atomic()"), result: undefined, reads: draft.onlyRead };
      });
      return result;
    } catch (error) {
      throw draft.isMissed(error) ? overtaken : error;
    } finally {
      draft.close();
    }
  }

  #fill<R>(draft: Draft, fn: () => R): R {
    this.#draft = draft;
    try {
      return checkSynchronous(fn());
    } finally {
      this.#draft = undefined;
      for (const context of draft.tables) context.showState();
    }
  }

  #runInside<R>(draft: Draft, fn: () => R): R {
    const takeBack = draft.savepoint();
    try {
      const result = checkSynchronous(fn());
      this.#replica.assertMayWrite("atomic()"); // as the commit of one that is in no other does
      return result;
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
