import type { ReadonlyRecord } from "../base/immutable.js";
import type { AnyRecord, Key } from "../base/value.js";

/** What one commit did to one record. The images are frozen copies. */
export type RecordChange<T = AnyRecord> = { readonly table: string; readonly key: Key } & (
  | { readonly type: "insert"; readonly before?: undefined; readonly after: ReadonlyRecord<T> }
  | { readonly type: "update"; readonly before: ReadonlyRecord<T>; readonly after: ReadonlyRecord<T> }
  | { readonly type: "delete"; readonly before: ReadonlyRecord<T>; readonly after?: undefined }
);

/** What one commit did to a table as a whole. */
export type CatalogChange = { readonly table: string } & (
  | { readonly type: "createTable" | "dropTable" }
  | { readonly type: "createIndex" | "dropIndex"; readonly fields: readonly string[] }
);

/** One thing that a commit did. */
export type Change = RecordChange | CatalogChange;

/** Changes that became visible together. */
export interface Commit {
  /** Its number: 1, 2, 3, ... */
  readonly seq: number;
  /** "local" when this thread made it, "remote" when another did. */
  readonly origin: "local" | "remote";
  /** Table by table; one change for each record, however often the commit's maker changed it. */
  readonly changes: readonly Change[];
}

/** What listeners are told, by event name. */
export interface DatabaseEvents {
  /** After each commit, in the order of their numbers. */
  commit: Commit;
  /** What a listener threw, and what went wrong without ending a call: a folder that cannot be synced, once for each. Without a listener for it, it becomes a process warning. */
  error: unknown;
  /** Once, when the database was closed. */
  close: void;
}

/** What `on` takes. */
export interface ListenOptions {
  /** Removes the listener when it is aborted. */
  signal?: AbortSignal | undefined;
}
