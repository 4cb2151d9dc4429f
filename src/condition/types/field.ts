import type { Immutable } from "../../base/immutable.js";
import type { FieldName, FieldValue } from "../../base/record-types.js";
import type { IsAny } from "../../base/type-level.js";
import type { Key } from "../../base/value.js";
import type { Condition } from "./condition.js";
import type { Order } from "./order.js";

/** One field of a table's records, from which conditions and sort keys are made: `users.fields.age`. */
export interface Field<T, V> {
  /** The way from the record to the field: one name for a top-level field, more for a nested one. */
  readonly path: readonly string[];
  /** Sorts by this field, smallest first; null and absent come before everything else. */
  asc(): Order<T>;
  /** Sorts by this field, largest first; null and absent come last. */
  desc(): Order<T>;
  /** Matches an equal value, deeply for arrays and objects; `eq(null)` matches null and absent. */
  eq(value: Immutable<V> | null): Condition<T>;
  /** Matches exactly what {@link Field.eq} does not match. */
  ne(value: Immutable<V> | null): Condition<T>;
  /** Matches a value that equals one of these. */
  in(values: Values<V>): Condition<T>;
  /** Matches exactly what {@link Field.in} does not match. */
  notIn(values: Values<V>): Condition<T>;
  /** Matches null and absent. */
  isNull(): Condition<T>;
  /** Matches any value but null. */
  isNotNull(): Condition<T>;
}

/** Several values: an array, a Set or another iterable, read at once. A bare string, though iterable, is not meant and is refused. */
export type Values<V> = readonly (Immutable<V> | null)[] | (object & Iterable<Immutable<V> | null>);

/** A field whose values have an order. Each comparison matches only values of the operand's own class (numbers and bigints are one), never null. */
export interface OrderedField<T, V> extends Field<T, V> {
  /** Matches values below this one. */
  lt(value: V): Condition<T>;
  /** Matches this value and those below. */
  lte(value: V): Condition<T>;
  /** Matches values above this one. */
  gt(value: V): Condition<T>;
  /** Matches this value and those above. */
  gte(value: V): Condition<T>;
  /** Matches values from `low` to `high`, both included. */
  between(low: V, high: V): Condition<T>;
}

/** How a pattern is read. */
export interface LikeOptions {
  /** One character; a `%`, a `_` or the character itself after it stands for itself. Default: none. */
  escape?: string | undefined;
}

/** What strings can be asked. Only strings match. */
export interface StringTests<T> {
  /** Matches a whole string against a pattern: `%` stands for any characters, `_` for one. */
  like(pattern: string, options?: LikeOptions): Condition<T>;
  /** Like {@link StringTests.like}, ignoring case. */
  ilike(pattern: string, options?: LikeOptions): Condition<T>;
  /** Matches a string that starts with this text. */
  startsWith(text: string): Condition<T>;
  /** Matches a string that ends with this text. */
  endsWith(text: string): Condition<T>;
  /** Matches a string that has this text in it. */
  contains(text: string): Condition<T>;
  /** Matches the same string, ignoring case. */
  iequals(text: string): Condition<T>;
  /** Matches a string that starts with this text, ignoring case. */
  istartsWith(text: string): Condition<T>;
  /** Matches a string that ends with this text, ignoring case. */
  iendsWith(text: string): Condition<T>;
  /** Matches a string that has this text in it, ignoring case. */
  icontains(text: string): Condition<T>;
  /** Matches a string in which the regular expression finds something. */
  matches(pattern: RegExp): Condition<T>;
}

/** A field that holds strings. */
export interface StringField<T, V> extends OrderedField<T, V>, StringTests<T> {}

/** A field that holds arrays. */
export interface ArrayField<T, V, E> extends Field<T, V> {
  /** Matches an array that has this element. */
  contains(element: Immutable<E>): Condition<T>;
}

/* oxlint-disable typescript/no-explicit-any -- the value is not known */
/** A field of which the compiler does not know what it holds: everything can be asked, nested fields included. */
export interface AnyField<T> extends OrderedField<T, any>, Omit<StringTests<T>, "contains"> {
  /** Matches a string with this part, or an array with this element. */
  contains(part: any): Condition<T>;
  readonly [nested: string]: any;
}
/* oxlint-enable typescript/no-explicit-any */

/** A field that holds an object: a field itself, and the way to the fields inside. One whose name collides is reached with `table.field()`. */
export type NestedField<T, V> = Omit<Fields<T, V>, keyof Field<T, V>> & Field<T, V>;

type Ordered = Key | bigint | Date;
type Scalar = Ordered | boolean | Uint8Array;
type PlainObject<V> = V extends Scalar | readonly unknown[] | null | undefined ? never : V extends object ? V : never;

/** The kind of field that holds these values. */
export type FieldFor<T, V> = IsAny<V> extends true ? AnyField<T> : KnownField<T, V extends null | undefined ? never : V>;

// The common kinds come first, under their names, so that hovers and errors stay short; a mixed union gets what each of its members can do.
type KnownField<T, V> = [V] extends [string]
  ? StringField<T, V>
  : [V] extends [Ordered]
    ? [Extract<V, string>] extends [never]
      ? OrderedField<T, V>
      : StringField<T, V>
    : [V] extends [boolean | Uint8Array]
      ? Field<T, V>
      : [V] extends [readonly (infer E)[]]
        ? ArrayField<T, V, E>
        : [V] extends [PlainObject<V>]
          ? NestedField<T, V>
          : MixedField<T, V>;

type MixedField<T, V> = ([Extract<V, Ordered>] extends [never] ? Field<T, V> : OrderedField<T, V>) &
  ([Extract<V, string>] extends [never] ? unknown : StringTests<T>) &
  ElementTests<T, V, Extract<V, readonly unknown[]>> &
  ([PlainObject<V>] extends [never] ? unknown : Omit<Fields<T, PlainObject<V>>, MethodName>);

type MethodName = keyof (OrderedField<unknown, unknown> & StringTests<unknown>);

type ElementTests<T, V, A> = [A] extends [never] ? unknown : [A] extends [readonly (infer E)[]] ? ArrayField<T, V, E> : never;

/** The fields of a record, by name: `users.fields.age`, `users.fields.address.city`. It has no methods of its own. */
export type Fields<T, R = T> = string extends keyof R
  ? // oxlint-disable-next-line typescript/no-explicit-any -- the fields are not known
    any
  : KnownFields<T, R>;

/** The fields of a record whose type is known. */
export type KnownFields<T, R> = { readonly [F in FieldName<R>]-?: FieldFor<T, FieldValue<R, F>> };
