/** The value of a record's primary key: a finite number or a string. `1` and `"1"` are different keys. */
export type Key = string | number;

/** What a field may hold. `undefined` means that the field is absent. */
export type Value =
  | string
  | number
  | boolean
  | null
  | bigint
  | Date
  | Uint8Array
  | readonly Value[]
  | { readonly [field: string]: Value | undefined };

/** A record whose fields are not known to the compiler. */
// oxlint-disable-next-line typescript/no-explicit-any -- an untyped table must accept and return any field without a cast
export type AnyRecord = Record<string, any>;

/** A record as the engine holds it: shared by every reader, never changed after it was stored (law 3). */
export interface StoredRecord {
  readonly [field: string]: Value | undefined;
}
