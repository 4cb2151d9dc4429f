import type { Key, StoredRecord } from "../base/value.js";
import type { IndexDefinition } from "../index/table-index.js";
import type { pause } from "./steps.js";

/** What a file tells of a table besides its records. */
export interface TableCatalog {
  readonly name: string;
  readonly primaryKey: string;
  /** Type descriptors by field, where the table has a schema that is data. */
  readonly descriptors: Readonly<Record<string, string>> | undefined;
  readonly versionField: string | undefined;
  /** Whether the table has a schema that is code, which no file holds. */
  readonly needsSchema: boolean;
  readonly nextKey: number;
  /** Field names in the order in which they were first seen. */
  readonly columns: readonly string[];
  readonly indexes: readonly IndexDefinition[];
}

/** What a file says of itself as one of a folder of backups. */
export interface Manifest {
  /** Names this backup, and no other one ever. */
  readonly id: string;
  /** The id of the backup that a delta goes onto; undefined in a full one. */
  readonly base: string | undefined;
  /** The last commit that it holds. */
  readonly seq: number;
  /** When it was made, by the clock of its maker, in microseconds since 1970. */
  readonly time: number;
  /** In a delta, every table that there was: others are gone. */
  readonly tables: readonly string[] | undefined;
}

/** A whole database, or what has changed since another file. */
export type DocumentKind = "full" | "delta";

/** One table to be written. */
export interface TableSource {
  readonly catalog: TableCatalog;
  /** In a delta: whether it stands for a new table, which took the place of the one that the base may have under this name. */
  readonly isNew: boolean;
  /** How many records there are, as far as that is known beforehand. */
  readonly size: number;
  /** The records, in the order in which they are to be written. */
  records(): Iterable<readonly StoredRecord[] | typeof pause>;
  /** In a delta, the keys whose records are gone: known when the records were gone through. */
  deletes(): readonly Key[];
}

/** Everything that is to be written into a file. */
export interface DocumentSource {
  readonly kind: DocumentKind;
  readonly manifest: Manifest | undefined;
  /** In the order of their names. */
  readonly tables: readonly TableSource[];
}

/** One table as a file has it. */
export interface LoadedTable {
  readonly name: string;
  /** Missing in a delta of Python's. */
  readonly catalog: TableCatalog | undefined;
  readonly isNew: boolean;
  /** Each with a key that may be one. */
  readonly records: readonly StoredRecord[];
  readonly deletes: readonly Key[];
}

/** Everything that a file has. */
export interface LoadedDocument {
  readonly kind: DocumentKind;
  readonly manifest: Manifest | undefined;
  readonly tables: readonly LoadedTable[];
}

/** How far some work has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}
