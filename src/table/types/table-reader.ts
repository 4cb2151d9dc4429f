import type { DefaultKey, FieldName, FieldValue, KeyOf } from "../../base/record-types.js";
import type { OneOrMore } from "../../base/type-level.js";
import type { AnyField, FieldFor, Fields } from "../../condition/types/field.js";
import type { Where } from "../../condition/types/where.js";
import type {
  AggregateOptions,
  AggregateRow,
  AggregateSpec,
  Columns,
  Explanation,
  Handed,
  Selected,
  SelectOptions,
} from "../../query/types.js";
import type { TableSchema } from "../../schema/types.js";

/** How `get` hands out a record. */
export interface GetOptions<Copy extends boolean | undefined = true, Must extends boolean | undefined = false> {
  /** false hands out the stored record itself, read-only and never changed afterwards. Default: true, a deep copy. */
  copy?: Copy | undefined;
  /** true throws `RecordNotFoundError` when there is no such record. Default: false. */
  mustMatch?: Must | undefined;
}

/** The records of a table, as a type: `type Product = RecordOf<typeof products>`. */
export type RecordOf<Source extends { all(): unknown[] }> = ReturnType<Source["all"]>[number];

/** The reading half of a table: a table itself, and what a snapshot or a transaction shows of one. Reads take no lock and never wait. */
export interface TableReader<T, K extends string = DefaultKey<T>> {
  readonly name: string;
  /** The name of the field that holds each record's key. */
  readonly primaryKey: FieldName<T>;
  /** What records are validated against; undefined without a schema. */
  readonly schema: TableSchema | undefined;
  /** How many records there are. O(1). */
  readonly size: number;
  /** The fields by name, to make conditions and sort keys from: `users.fields.age.gte(18)`. */
  readonly fields: Fields<T>;

  /** One field, for a name that is computed: `users.field(name)`. */
  field<F extends FieldName<T>>(name: F): FieldFor<T, FieldValue<T, F>>;
  /** A nested field, for a name that collides with a field's own methods: `users.field("address", "in")`. */
  field(name: FieldName<T>, ...path: string[]): AnyField<T>;

  /**
   * The record with this key, or undefined. O(1).
   *
   * @returns a deep copy; with `copy: false` the stored record, read-only
   * @throws RecordNotFoundError (`RECORD_NOT_FOUND`) with `mustMatch: true`, when there is none
   */
  get<Copy extends boolean | undefined = true, Must extends boolean | undefined = false>(
    key: KeyOf<T, K>,
    options?: GetOptions<Copy, Must>,
  ): Handed<T, Copy> | ([Must] extends [true] ? never : undefined);

  /** Whether there is a record with this key. O(1). */
  has(key: KeyOf<T, K>): boolean;

  /** How many records match; without a condition, how many there are. */
  count(where?: Where<T>): number;

  /** Deep copies of all records, in no promised order. */
  all(): T[];

  /** Deep copies of all records, by key. */
  copy(): Map<KeyOf<T, K>, T>;

  /**
   * The records that match, or some columns of them.
   *
   * Uses indexes where they help (see {@link TableReader.explain}) and answers the same without them.
   *
   * @returns deep copies; with `copy: false` the stored records, read-only
   */
  select<const C extends Columns<T> | undefined = undefined, Copy extends boolean | undefined = true>(
    options?: SelectOptions<T, C, Copy>,
  ): Selected<T, C, Copy>[];

  /** The first record that `select` would return, or undefined. */
  first<const C extends Columns<T> | undefined = undefined, Copy extends boolean | undefined = true>(
    options?: SelectOptions<T, C, Copy>,
  ): Selected<T, C, Copy> | undefined;

  /**
   * What `select` would return, one at a time: `for (const user of users.iterate({ where })) ...`.
   *
   * It reads a snapshot taken by this call, so the loop may change the table and may take its time. Leaving the loop frees the snapshot; an
   * iterator that is driven by hand and not run to its end must be closed with `return()`.
   */
  iterate<const C extends Columns<T> | undefined = undefined, Copy extends boolean | undefined = true>(
    options?: SelectOptions<T, C, Copy>,
  ): IterableIterator<Selected<T, C, Copy>>;

  /**
   * Figures over the records that match: `users.aggregate({ n: count(), oldest: max("age") })`.
   *
   * @returns one row; with `groupBy` an array with a row for each group
   */
  aggregate<const A extends AggregateSpec<T>, const G extends OneOrMore<FieldName<T>> | undefined = undefined>(
    figures: A,
    options?: AggregateOptions<T, A, G>,
  ): [G] extends [undefined] ? AggregateRow<T, A, never> : AggregateRow<T, A, G>[];

  /** How `select` would find and order its records. Runs the search, not the copying. */
  explain(options?: SelectOptions<T, Columns<T> | undefined, boolean>): Explanation;

  /** The names of the fields that records have or had, in the order in which they were first seen. */
  columns(): FieldName<T>[];
}
