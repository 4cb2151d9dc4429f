import type { ReadonlyRecord } from "../../base/immutable.js";
import * as conditions from "../condition.js";

declare const record: unique symbol;

/**
 * A test that a record passes or fails, made from a table's fields: `users.fields.age.gte(18)`.
 *
 * A condition is frozen data, not a closure: it can be combined, reused, planned with indexes, stored and sent to another thread (read it back
 * with `Condition.from`). Logic is two-valued: `not()` matches exactly the records that the condition does not match.
 */
export interface Condition<in out T> {
  /** Ties a condition to its record type, so that one table's condition is refused by another; exists for the compiler only. */
  readonly [record]?: (record: T) => T;
  /** A condition that matches where this one and all the others match. */
  and(...others: readonly Condition<T>[]): Condition<T>;
  /** A condition that matches where this one or any of the others matches. */
  or(...others: readonly Condition<T>[]): Condition<T>;
  /** A condition that matches exactly where this one does not. */
  not(): Condition<T>;
  /** Whether one record passes. */
  matches(record: ReadonlyRecord<T>): boolean;
  /** The condition as a person would write it, with the values that it compares with: `age >= 30 and dept = "IT"`. For people and logs. */
  toString(): string;
}

/** What the value `Condition` offers. */
export interface ConditionStatic {
  /**
   * The condition that this data describes: one that was stored as JSON, or that crossed `postMessage`.
   *
   * The record type comes from where the condition is used, or is named: `Condition.from<User>(data)`. The fields themselves are not checked
   * against it.
   *
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when the data describes no condition
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- a condition of unknown origin fits any table, as parsed JSON fits any type
  from<T = any>(data: unknown): Condition<T>;
}

// Declared where the type is, so that both go by one name in a user's own declarations.
export const Condition: ConditionStatic = conditions.Condition;

/**
 * The condition that matches where all of these match. O(1); nothing is evaluated.
 *
 * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when there are none, or when one is no condition
 */
export function and<T>(...all: readonly Condition<T>[]): Condition<T> {
  return conditions.and(...(all as readonly conditions.Condition[]));
}

/** The condition that matches where at least one of these matches; otherwise as {@link and}. */
export function or<T>(...any: readonly Condition<T>[]): Condition<T> {
  return conditions.or(...(any as readonly conditions.Condition[]));
}

/** The condition that matches exactly where this one does not; otherwise as {@link and}. */
export function not<T>(condition: Condition<T>): Condition<T> {
  return conditions.not(condition as conditions.Condition);
}
