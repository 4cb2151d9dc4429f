import type { Key } from "./value.js";

/** A value that may be read but not changed: arrays and nested objects are read-only all the way down. */
export type Immutable<V> = V extends Key | boolean | bigint | null | undefined | Date | Uint8Array
  ? V
  : V extends object
    ? ReadonlyRecord<V>
    : V;

/** A record that may be read but not changed, as it is handed to predicates and with `copy: false`. Nested values are read-only too. */
export type ReadonlyRecord<T> = { readonly [F in keyof T]: Immutable<T[F]> };
