import type { DefaultKey, FieldName } from "../../base/record-types.js";
import type { OneOrMore } from "../../base/type-level.js";
import type { IndexField, IndexInfo, IndexOptions } from "./index-types.js";
import type { TableLock } from "./lock.js";
import type { TableWriter } from "./table-writer.js";

/**
 * A table of records: `T` is the record, `K` the name of its primary key, `I` the record as it is inserted, which differs from `T` where a schema
 * fills in defaults.
 */
export interface Table<T, K extends string = DefaultKey<T>, I = T> extends TableWriter<T, K, I> {
  /** The table's lock, for keeping others out across an `await`. */
  readonly lock: TableLock;

  /**
   * Builds an index, existing records included: `users.createIndex(["dept", "age"], { type: "sorted" })`. O(n).
   *
   * An identical index that exists already is left as it is; another kind on the same fields is refused.
   *
   * @throws UniqueConstraintError (`UNIQUE_CONSTRAINT`) when existing records share a value of a unique index
   */
  createIndex(fields: OneOrMore<IndexField<T>>, options?: IndexOptions): void;

  /**
   * Drops the index on exactly these fields, in this order.
   *
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when there is none
   */
  dropIndex(fields: OneOrMore<IndexField<T>>): void;

  /** Whether there is an index on exactly these fields, in this order. */
  hasIndex(fields: OneOrMore<IndexField<T>>): boolean;

  /** Every index, in the order in which they were created. */
  indexes(): IndexInfo[];

  /** The top-level fields that have an index of their own, not shared with other fields. */
  indexedFields(): FieldName<T>[];

  /**
   * Verifies that records, indexes and counters agree with each other; for tests. O(n) for each index.
   *
   * @throws InvariantError (`INVARIANT`) when they do not
   */
  check(): void;
}
