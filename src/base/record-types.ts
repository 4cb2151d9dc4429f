import type { Immutable } from "./immutable.js";
import type { IsAny } from "./type-level.js";
import type { Key } from "./value.js";

/** The names of a record's top-level fields; for a union of records, the fields of every member. */
export type FieldName<T> = T extends unknown ? keyof T & string : never;

/** What a field holds; for a union of records, `undefined` is among it where a member lacks the field. */
export type FieldValue<T, F extends PropertyKey> = T extends unknown ? (F extends keyof T ? T[F] : undefined) : never;

/** The names of the fields that can be a record's primary key: those that hold strings or numbers. */
export type KeyField<T> = string extends keyof T
  ? string
  : {
      [F in FieldName<T>]-?: IsAny<FieldValue<T, F>> extends true ? F : NonNullable<FieldValue<T, F>> extends Key ? F : never;
    }[FieldName<T>];

/** The primary key's name where none is told: "id" if the record has it; otherwise not known from the type alone (`any`). */
// oxlint-disable-next-line typescript/no-explicit-any -- "not known" must be assignable both ways, or passing tables around needs casts
export type DefaultKey<T> = IsAny<T> extends true ? any : "id" extends FieldName<T> ? "id" : any;

/** The type of a table's keys: what its key field holds or, when its name is not known, what any field that could be the key holds. */
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
  IsAny<K> extends true
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

type OptionalName<T> = { [P in keyof T]-?: {} extends Pick<T, P> ? P : never }[keyof T];

/** New values for some fields of a record; `undefined` removes an optional field. The primary key cannot be changed. */
export type Changes<T, K extends PropertyKey = DefaultKey<T>> = {
  -readonly [P in keyof T as P extends KnownKey<K> ? never : P]?: P extends OptionalName<T> ? Immutable<T[P]> | undefined : Immutable<T[P]>;
};

type KnownKey<K> = IsAny<K> extends true ? never : K;
