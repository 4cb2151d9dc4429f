import { InvalidArgumentError } from "./errors.js";

/** The field by which it is known. */
export const unsetMark = "dictdb:unset";

/**
 * What stands for "no value" in the changes of an update.
 *
 * It is known by what it holds and not by its class, since it may come from another realm, from another copy of the package, or by `postMessage`. The
 * bigint keeps a file or a request in JSON from posing as it.
 */
class UnsetMark {
  readonly [unsetMark] = 1n;

  toJSON(): never {
    throw new InvalidArgumentError("JSON.stringify(): unset() cannot be written as JSON, because it is no value", {
      argument: "value",
      expected: "a value",
      received: "unset()",
    });
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "unset()";
  }
}

/** What {@link unset} returns. What is in it is DictDB's own affair. */
export interface Unset {
  readonly "dictdb:unset": bigint;
}

const theUnset: Unset = Object.freeze(new UnsetMark());

/**
 * Removes an optional field in `update`: `users.update({ tags: unset() }, id)`.
 *
 * It stands for a field of the record itself, and in `update` alone: everywhere else it is refused with `INVALID_ARGUMENT`, `JSON.stringify`
 * included. It can be sent to a worker by `postMessage` as a part of changes.
 *
 * @returns always the same frozen object
 */
export function unset(): Unset {
  return theUnset;
}

/** Whether a value is what {@link unset} returned, here or elsewhere. */
export function isUnset(value: unknown): value is Unset {
  try {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, unsetMark)) return false;
    return (value as Unset)[unsetMark] === 1n && Reflect.ownKeys(value).length === 1;
  } catch {
    return false; // a proxy that refuses to tell
  }
}
