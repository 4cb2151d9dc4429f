import type { DefaultKey, FieldName } from "../../base/record-types.js";
import type { Where } from "../../condition/types/where.js";
import type { Columns } from "../../query/types.js";
import type { Progress } from "../../storage/document.js";
import type { OneOrMore } from "../../base/type-level.js";
import type { IndexField, IndexInfo, IndexOptions } from "./index-types.js";
import type { TableLock } from "./lock.js";
import type { TableWriter } from "./table-writer.js";

/** What `exportCsv` takes. */
export interface CsvExportOptions<T> {
  /** The fields to write, or headings with the field under each. Default: all, in the order in which they were first seen. */
  columns?: Columns<T> | undefined;
  /** Which records. Default: all. */
  where?: Where<T> | undefined;
  /** One character. Default: ",". */
  delimiter?: string | undefined;
  /**
   * true puts an apostrophe before text and headings that begin with `=`, `+`, `-`, `@`, a tab or a line break, so that no spreadsheet runs them as
   * formulas. `unescapeFormulas` of `importCsv` takes it away again. Default: false.
   */
  escapeFormulas?: boolean | undefined;
  /** true begins with a byte order mark, by which some spreadsheets know UTF-8. Default: false. */
  bom?: boolean | undefined;
  /** true writes into a file that cannot be replaced, as the option of the same name of `save` does. Default: false. */
  inPlace?: boolean | undefined;
  /** Told how many records are written, of how many. What it throws ends the export; the file stays as it was. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

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
   * Writes the records as they are now into a CSV file, in the order of their keys, and resolves to their number. When it resolves the file is on
   * the disk; if it rejects, the file is the old one.
   *
   * Null and absent fields are empty cells, dates are written as in JSON, bytes in base64, arrays and objects as JSON. Records that fit the table's schema
   * are the same when they are imported again with it.
   *
   * @throws SchemaValidationError (`SCHEMA_VALIDATION`) for a value that no cell can say, naming the row and the column
   */
  exportCsv(path: string | URL, options?: CsvExportOptions<T>): Promise<number>;

  /**
   * Verifies that records, indexes and counters agree with each other; for tests. O(n) for each index.
   *
   * @throws InvariantError (`INVARIANT`) when they do not
   */
  check(): void;
}
