import type { Immutable } from "./immutable.js";
import type { IsAny, Same } from "./type-level.js";
import type { Unset } from "./unset.js";
import type { Key } from "./value.js";

/** The names of a record's top-level fields; for a union of records, the fields of every member. */
export type FieldName<T> = T extends unknown ? keyof T & string : never;

/** What a field holds; for a union of records, `undefined` is among it where a member lacks the field. */
export type FieldValue<T, F extends PropertyKey> = T extends unknown ? (F extends keyof T ? T[F] : undefined) : never;

/**
 * The names of the fields that can be a record's primary key: those that hold strings or numbers and are never null. One that may be absent must be
 * able to hold a number, which the table assigns.
 */
export type KeyField<T> = string extends keyof T
  ? string
  : {
      [F in FieldName<T>]-?: IsAny<FieldValue<T, F>> extends true ? F : IsKey<FieldValue<T, F>> extends true ? F : never;
    }[FieldName<T>];

/** The names of the fields other than `id` that can be a primary key of this kind, strings or numbers; never where no name is known. */
export type KeyFieldOf<T, Kind extends Key> =
  IsAny<T> extends true
    ? DefaultKey<T>
    : string extends keyof T
      ? never
      : { [F in Exclude<FieldName<T>, "id">]-?: IsKeyOf<FieldValue<T, F>, Kind> extends true ? F : never }[Exclude<FieldName<T>, "id">];

type IsKeyOf<V, Kind> =
  IsAny<V> extends true ? false : IsKey<V> extends true ? ([Exclude<V, undefined>] extends [Kind] ? true : false) : false;

type IsKey<V> = [V] extends [Key] ? true : [V] extends [Key | undefined] ? ([Extract<V, number>] extends [never] ? false : true) : false;

/** The primary key's name where none is told: "id" if the record has it; otherwise not known from the type alone (`any`). */
// oxlint-disable-next-line typescript/no-explicit-any -- "not known" must be assignable both ways, or passing tables around needs casts
export type DefaultKey<T> = IsAny<T> extends true ? any : "id" extends FieldName<T> ? "id" : any;

/**
 * The type of a table's keys: what its key field holds or, when its name is not known, what any field that could be the key holds. `K` is then the
 * names of all of these, or `any`.
 */
export type KeyOf<T, K extends PropertyKey> =
  FieldValue<T, IsAny<K> extends true ? KeyField<T> : K> extends infer V
    ? IsAny<V> extends true
      ? Key
      : V extends Key
        ? V
        : never
    : never;

/** The key's name where the table can assign the key itself because it may be a number; else never. */
type AutomaticKey<T, K> =
  IsOne<K> extends false
    ? never
    : T extends unknown
      ? K extends keyof T
        ? [Extract<T[K], number>] extends [never]
          ? never
          : K
        : never
      : never;

/**
 * A record to be inserted: like the record, but a numeric primary key may be left out and is then assigned. Read-only values are welcome,
 * because what is inserted is copied.
 */
export type Insert<T, K extends PropertyKey = DefaultKey<T>> = {
  -readonly [P in keyof T as P extends AutomaticKey<T, K> ? never : P]: Immutable<T[P]>;
} & { [P in AutomaticKey<T, K> & PropertyKey]?: KeyOf<T, P> | undefined };

/**
 * New values for some fields of a record; `unset()` removes an optional field. The primary key cannot be changed.
 *
 * An optional field of the changes may be undefined in type, as what a schema made partial yields; in fact it is refused.
 */
export type Changes<T, K extends PropertyKey = DefaultKey<T>> = {
  -readonly [P in keyof T as P extends KnownKey<K> ? never : P]?: NewValue<T[P]> | undefined;
};

type NewValue<V> = IsAny<V> extends true ? V : undefined extends V ? Immutable<Exclude<V, undefined>> | Unset : Immutable<V>;

/** Changes that were checked field by field: none is told to be undefined. What is only left out, perhaps, passes. */
export type SaidChanges<C, T, K extends PropertyKey> =
  Same<C, Changes<T, K>> extends true ? unknown : { [P in keyof C]: undefined extends C[P] ? Said<C, T, P> : unknown };

type Said<C, T, P extends keyof C> =
  IsAny<C[P]> extends true
    ? unknown
    : {} extends Pick<C, P>
      ? unknown
      : [C[P]] extends [undefined]
        ? never // anything else would leave nothing of the whole type, and the compiler would not tell which field it is
        : NewValue<FieldValue<T, P>>;

type KnownKey<K> = IsOne<K> extends false ? never : K;

/** false where the key's name is one of several, or any. */
type IsOne<K> = IsAny<K> extends true ? false : [K] extends [OnlyOne<K, K>] ? true : false;

type OnlyOne<K, All> = K extends unknown ? ([All] extends [K] ? K : never) : never;
