import type { Changes, DefaultKey, FieldName, Insert, KeyOf, SaidChanges } from "../../base/record-types.js";
import type { ReadonlyRecord } from "../../base/immutable.js";
import type { ForEach, OneOrArray } from "../../base/type-level.js";
import type { TableReader } from "./table-reader.js";
import type { Matching } from "./target.js";

/** How `insert` works through many records. */
export interface InsertOptions {
  /** How many records are prepared at a time, from 1 on. Whatever it is, either all records are inserted or none. */
  batchSize?: number | undefined;
  /** true does not validate against the schema, for records known to fit. Default: false. */
  skipValidation?: boolean | undefined;
}

/** What `upsert` does with a record whose key exists. */
export interface UpsertOptions {
  /** "update" merges the given fields into it; "replace" replaces it; "ignore" leaves it; "error" throws `DuplicateKeyError`. Default: "update". */
  onConflict?: "update" | "replace" | "ignore" | "error" | undefined;
}

/** What `upsert` did with one record. */
export interface UpsertResult<Key> {
  readonly key: Key;
  readonly action: "inserted" | "updated" | "ignored";
}

/** A function that computes changes from a record: synchronous and pure, because it may be called again. */
export type ComputeChanges<T, R, K extends PropertyKey = DefaultKey<T>> = (
  record: ReadonlyRecord<T>,
) => R & NoOtherField<T, R> & SaidChanges<R, T, K>;

// `unknown` where there is nothing to refuse: intersecting with `{}` would switch off the check that two types have a field in common
type NoOtherField<T, R> = [Exclude<keyof R, FieldName<T>>] extends [never] ? unknown : { [P in Exclude<keyof R, FieldName<T>>]: never };

/**
 * A table's reading and changing verbs: a table itself, and what a transaction offers of one.
 *
 * Each call is all or nothing: when it throws, nothing has changed. A change of many records takes time in proportion to them, and to all records
 * where no index helps to find them.
 *
 * @throws DeadlockError (`DEADLOCK`) from any change, when another task of this thread holds the table's lock
 * @throws LockTimeoutError (`LOCK_TIMEOUT`) from any change, when another thread holds it for longer than `lockTimeoutMs`
 */
export interface TableWriter<T, K extends string = DefaultKey<T>, I = T> extends TableReader<T, K> {
  /**
   * Adds one record, or an array of them, and returns the key or keys.
   *
   * Records are copied; the caller's objects are neither kept nor changed. A numeric key that is left out is assigned: the largest so far + 1,
   * never one that was used before.
   *
   * @throws DuplicateKeyError (`DUPLICATE_KEY`) when a key exists
   * @throws SchemaValidationError (`SCHEMA_VALIDATION`), with `issues`
   * @throws UniqueConstraintError (`UNIQUE_CONSTRAINT`) when a unique index has the value
   */
  insert<R>(records: OneOrArray<R, Insert<I, K>>, options?: InsertOptions): ForEach<R, Insert<I, K>, KeyOf<T, K>>;

  /**
   * Adds one record, or an array of them, or changes those whose key exists, as `onConflict` says.
   *
   * @returns the key and what was done; an array of that for an array
   * @throws DuplicateKeyError (`DUPLICATE_KEY`) with `onConflict: "error"`, when a key exists
   * @throws SchemaValidationError (`SCHEMA_VALIDATION`), with `issues`
   * @throws UniqueConstraintError (`UNIQUE_CONSTRAINT`) when a unique index has the value
   */
  upsert<R>(records: OneOrArray<R, Insert<I, K>>, options?: UpsertOptions): ForEach<R, Insert<I, K>, UpsertResult<KeyOf<T, K>>>;

  /**
   * Changes fields of one record (by key) or of those that match, and returns how many.
   *
   * The changes are an object of new values, the same for each record, or a function that computes them from each record:
   * `users.update((user) => ({ age: user.age + 1 }), { where: { dept: "IT" } })`. `unset()` removes an optional field; `undefined` is refused.
   *
   * @throws RecordNotFoundError (`RECORD_NOT_FOUND`) with `mustMatch: true`, when none matched
   * @throws SchemaValidationError (`SCHEMA_VALIDATION`), with `issues`
   * @throws UniqueConstraintError (`UNIQUE_CONSTRAINT`) when a unique index has the value
   */
  update<C extends Changes<T, K>, R extends Changes<T, K>>(
    changes: (C & SaidChanges<C, T, K>) | ComputeChanges<T, R, K>,
    target: KeyOf<T, K> | Matching<T>,
  ): number;

  /**
   * Removes one record (by key) or those that match, and returns how many.
   *
   * @throws RecordNotFoundError (`RECORD_NOT_FOUND`) with `mustMatch: true`, when none matched
   */
  delete(target: KeyOf<T, K> | Matching<T>): number;

  /** Removes every record and returns how many there were. Keys that were used are not assigned again. */
  clear(): number;
}
