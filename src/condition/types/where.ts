import type { Immutable, ReadonlyRecord } from "../../base/immutable.js";
import type { FieldName, FieldValue } from "../../base/record-types.js";
import type { Condition } from "./condition.js";

/** Field values that must all be equal: `{ dept: "IT", age: 30 }`. `null` also matches an absent field. */
export type Equality<T> = string extends keyof T
  ? // oxlint-disable-next-line typescript/no-explicit-any -- the fields are not known
    { [field: string]: any }
  : { [F in FieldName<T>]?: Immutable<FieldValue<T, F>> | null };

/** A function that tells whether a record matches; `null` and `undefined` mean no. It never uses an index. */
export type Predicate<T> = (record: ReadonlyRecord<T>) => boolean | null | undefined;

/**
 * Which records: a condition (`fields.age.gte(18)`), an equality shorthand (`{ dept: "IT" }`) or a predicate (`(user) => user.age > 18`).
 *
 * Conditions and shorthands are planned and use indexes; a predicate is called with each record.
 */
export type Where<T> = Condition<T> | Equality<T> | Predicate<T>;
