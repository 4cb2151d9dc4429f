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

/** Names a replica: a thread that shares the database, once; a database that is not shared has one, 0. */
export type ReplicaId = number & { readonly [brand]?: "ReplicaId" };

/** One step of a commit. Records in it are final: validated, complete, and never changed afterwards. */
export type Change = PutChange | DeleteChange | CatalogChange | CounterChange | TableCounterChange | ColumnsChange | RowLockChange;

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

/** Raises the number of the next table: those below are never given again, whatever became of their tables. */
export interface TableCounterChange {
  readonly type: "tableCounter";
  readonly nextTable: TableId;
}

/** Names fields in the order in which they were first seen, where no record is left to tell. */
export interface ColumnsChange {
  readonly type: "columns";
  readonly table: TableId;
  readonly names: readonly string[];
}

/** Who holds or wants row locks: a transaction of a replica, or number 0, the synchronous verb in which that replica's thread waits. */
export interface RowOwner {
  readonly replica: ReplicaId;
  readonly number: number;
}

/** "share" keeps others from changing a row, "update" also from locking it. */
export type RowLockMode = "share" | "update";

/** What happens to row locks. Who is granted a lock is no entry of the log: every replica computes it from these. */
export type RowLockChange = RequestRows | CancelRows | ReleaseRows | ReleaseReplica;

/** Takes a place in the queue of each of these rows. */
export interface RequestRows {
  readonly type: "requestRows";
  readonly table: TableId;
  readonly keys: readonly Key[];
  readonly mode: RowLockMode;
  readonly owner: RowOwner;
  /** When the owner's work began, in milliseconds: of those that wait for each other the youngest gives way. */
  readonly began: number;
}

/** Gives up waiting for these rows. */
export interface CancelRows {
  readonly type: "cancelRows";
  readonly table: TableId;
  readonly keys: readonly Key[];
  readonly owner: RowOwner;
}

/** Gives back the locks of some rows, or everything that an owner holds and waits for. */
export interface ReleaseRows {
  readonly type: "releaseRows";
  readonly owner: RowOwner;
  readonly rows: { readonly table: TableId; readonly keys: readonly Key[] } | undefined;
}

/** Gives back everything that the owners of a replica hold and wait for, since it is gone. */
export interface ReleaseReplica {
  readonly type: "releaseReplica";
  readonly replica: ReplicaId;
}

/** Changes that become visible together. */
export interface Commit {
  readonly seq: Seq;
  /** The commit that it follows: the one before it, unless it stands for several (a base, or what a base adds to an older state). */
  readonly after?: Seq;
  readonly changes: readonly Change[];
}
