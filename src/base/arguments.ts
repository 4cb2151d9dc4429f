import { describe, didYouMean } from "./describe.js";
import { InvalidArgumentError } from "./errors.js";
import type { Key } from "./value.js";
import { isPlainObject, isSignal } from "./shape.js";

/**
 * One record of many that a method is given or finds, for error messages. One object serves the whole call and is moved along: it becomes text only
 * when an error needs it.
 */
export class RecordSite {
  readonly #verb: string;
  readonly #noun: string;
  /** The position in the array, or whatever else, that the method was given. */
  index: number | undefined;
  /** The key of the record that the method found. */
  key: Key | undefined;

  /** @param noun what stands in that position */
  constructor(verb: string, noun = "record") {
    this.#verb = verb;
    this.#noun = noun;
  }

  toString(): string {
    return this.key === undefined
      ? `${this.#verb}: ${this.#noun} ${this.index}`
      : `${this.#verb}: the record with key ${describe(this.key)}`;
  }
}

/** Where an error comes from: the method as its caller wrote it, `insert()`, and which of its records. */
export type CallSite = string | RecordSite;

/**
 * Refuses an argument: `select(): limit must be a whole number of at least 0, received -1`.
 *
 */
export function refuse(where: CallSite, argument: string, expected: string, received: unknown, hint = ""): never {
  const got = describe(received);
  throw new InvalidArgumentError(`${where}: ${argument} must be ${expected}, received ${got}${hint && ` (${hint})`}`, {
    argument,
    expected,
    received: got,
  });
}

/** Checks one option's value and answers what it should have been, or undefined when it is fine. */
export type OptionCheck = (value: unknown) => string | undefined;

/** The options of one method: a check for each name. An option left undefined counts as not given. */
export type OptionChecks = Readonly<Record<string, OptionCheck>>;

/**
 * Checks a trailing options object: a plain object whose every name is known and whose every value passes its check.
 *
 * It has no class: a Map or a Date in its place would otherwise pass as one that sets nothing.
 */
export function checkOptions(where: string, options: unknown, checks: OptionChecks): void {
  if (options === undefined) return;
  if (!isPlainObject(options)) refuse(where, "options", "a plain object", options);
  for (const name in options) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks).join(", ") || "no options";
      const hints = [`it takes ${known}`, didYouMean(name, Object.keys(checks))].filter(Boolean).join("; ");
      throw new InvalidArgumentError(`${where}: unknown option ${describe(name)} (${hints})`, {
        argument: name,
        expected: known,
        received: describe(name),
      });
    }
    const value = options[name];
    if (value === undefined) continue;
    const expected = check(value);
    if (expected !== undefined) refuse(where, name, expected, value, isUnbounded(value) ? "leave it out for no limit" : "");
  }
}

/** What is given for a count by those who mean "as many as there are". No check refuses it where it has a meaning of its own. */
function isUnbounded(value: unknown): boolean {
  return typeof value === "number" && value > Number.MAX_SAFE_INTEGER;
}

/** true or false. */
export const isBoolean: OptionCheck = (value) => (typeof value === "boolean" ? undefined : "true or false");

/** A whole number from 0 on. */
export const isCount: OptionCheck = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "a whole number of at least 0";

/** A whole number from 1 on. */
export const isPositiveCount: OptionCheck = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 1 ? undefined : "a whole number of at least 1";

/** A duration in milliseconds, from 0 on; `Infinity` waits without limit. */
export const isDuration: OptionCheck = (value) =>
  typeof value === "number" && value >= 0 ? undefined : "a number of milliseconds of at least 0";

/** A function. */
export const isFunction: OptionCheck = (value) => (typeof value === "function" ? undefined : "a function");

/** An AbortSignal. */
export const isAbortSignal: OptionCheck = (value) => (isSignal(value) ? undefined : "an AbortSignal");

/** A string with at least one character. */
export const isName: OptionCheck = (value) => (typeof value === "string" && value !== "" ? undefined : "a string that is not empty");

/** One of a few words. */
export function isOneOf(...words: readonly string[]): OptionCheck {
  const expected = words.map((word) => JSON.stringify(word)).join(" or ");
  return (value) => (typeof value === "string" && words.includes(value) ? undefined : expected);
}
