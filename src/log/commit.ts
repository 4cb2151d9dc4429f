import type { Key, StoredRecord } from "../base/value.js";
import type { IndexDefinition } from "../index/table-index.js";
import type { Path } from "../base/path.js";

declare const brand: unique symbol;

/** The position of a commit in the log: 1, 2, 3, ...; 0 is the empty database. */
export type Seq = number & { readonly [brand]?: "Seq" };

/** Names a table for good: a table that is dropped and made again under the same name has another id. */
export type TableId = number & { readonly [brand]?: "TableId" };

/** What the catalog knows of a table. */
export interface TableDefinition {
  readonly id: TableId;
  readonly name: string;
  readonly primaryKey: string;
  /** Type descriptors by field, where the table has a schema that is data. */
  readonly descriptors: Readonly<Record<string, string>> | undefined;
  /** The field that counts a record's updates, if any. */
  readonly versionField: string | undefined;
  /** Which of the table locks is its own; free again once the table was dropped. */
  readonly lockNumber: number;
  /** Whether the table was created with a schema that is code: who has not supplied that cannot write. */
  readonly needsSchema: boolean;
}

/** One step of a commit. Records in it are final: validated, complete, and never changed afterwards. */
export type Change = PutChange | DeleteChange | CatalogChange | CounterChange | ColumnsChange;

/** Inserts a record, or replaces the one with its key. */
export interface PutChange {
  readonly type: "put";
  readonly table: TableId;
  readonly key: Key;
  readonly record: StoredRecord;
}

export interface DeleteChange {
  readonly type: "delete";
  readonly table: TableId;
  readonly key: Key;
}

export type CatalogChange =
  | { readonly type: "createTable"; readonly definition: TableDefinition }
  | { readonly type: "dropTable"; readonly table: TableId }
  | { readonly type: "createIndex"; readonly table: TableId; readonly definition: IndexDefinition }
  | { readonly type: "dropIndex"; readonly table: TableId; readonly fields: readonly Path[] };

/** Raises the next automatic key: those below are never assigned again, used or not. */
export interface CounterChange {
  readonly type: "keyCounter";
  readonly table: TableId;
  readonly nextKey: number;
}

/** Names fields in the order in which they were first seen, where no record is left to tell. */
export interface ColumnsChange {
  readonly type: "columns";
  readonly table: TableId;
  readonly names: readonly string[];
}

/** Changes that become visible together. */
export interface Commit {
  readonly seq: Seq;
  /** The commit that it follows: the one before it, unless it stands for several (a base, or what a base adds to an older state). */
  readonly after?: Seq;
  readonly changes: readonly Change[];
}
