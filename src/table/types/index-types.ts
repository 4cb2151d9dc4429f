import type { FieldName } from "../../base/record-types.js";
import type { Field } from "../../condition/types/field.js";

/** "hash" finds equal values; "sorted" also finds ranges and prefixes, and gives results in order. */
export type IndexType = "hash" | "sorted";

/** What an index is built on: top-level fields by name, nested ones as fields (`users.fields.address.city`). */
// oxlint-disable-next-line typescript/no-explicit-any -- a field of any kind
export type IndexField<T> = FieldName<T> | Field<T, any>;

/** What kind of index to build. */
export interface IndexOptions {
  /** Default: "hash". */
  type?: IndexType | undefined;
  /** Refuses a second record with the same value; null and absent never clash. Default: false. */
  unique?: boolean | undefined;
  /** Indexes each element of a field that holds arrays, for `contains`. Default: false. */
  multi?: boolean | undefined;
}

/** An index as it stands. */
export interface IndexInfo {
  /** The fields, in the index's order; a nested one as its path, joined with dots. */
  readonly fields: readonly string[];
  readonly type: IndexType;
  readonly unique: boolean;
  readonly multi: boolean;
  /** How many entries it holds: one for each record, and in a multi index one for each distinct element of it. */
  readonly entries: number;
}
