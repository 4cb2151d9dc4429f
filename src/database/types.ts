/// <reference lib="esnext.disposable" preserve="true" />
import type { DefaultKey, KeyField, KeyFieldOf } from "../base/record-types.js";
import type { Storable } from "../base/storable.js";
import type { AnyRecord } from "../base/value.js";
import type { SharedHandle } from "../log/shared-handle.js";
import type { DatabaseEvents, ListenOptions } from "../replica/events.js";
import type { Schema, SchemaInput, SchemaKey, SchemaRecord, SchemaTableName, TableSchema } from "../schema/types.js";
import type { Table } from "../table/types/table.js";
import type { TableReader } from "../table/types/table-reader.js";
import type { Progress } from "../storage/document.js";
import type { WebStream } from "../storage/stream-input.js";
import type { FileFormat } from "../storage/write-document.js";
import type { DatabaseStats } from "./stats.js";
import type { ById, ByName, BySchema, IfTold, NameById, OpenBySchema, OpenTableOptions, SchemaOption, Untold } from "./table-options.js";
import type { TransactionRunner } from "./transaction-types.js";

/** What `new DictDB` takes. */
export interface DatabaseOptions {
  /** The longest wait for a lock, in milliseconds; `Infinity` waits without limit. Default: 5,000. */
  lockTimeoutMs?: number | undefined;
  /** true freezes stored records, so that a test fails where `copy: false` is misused. Default: false. */
  freeze?: boolean | undefined;
}

/** A shared database as it travels to other threads, by `workerData` or `postMessage`. What is in it is DictDB's own affair. */
export type DatabaseHandle = SharedHandle;

/** What `share` takes. */
export interface ShareOptions {
  /**
   * From how many bytes of log on the shared memory is compacted, unless the records themselves take more. Less takes less memory and more time.
   * Default: 16 MiB.
   */
  logLimitBytes?: number | undefined;
}

/** What `load` takes. */
export interface LoadOptions extends DatabaseOptions {
  /** true gives an empty database where there is no file. The file itself comes with the next save. Default: false. */
  createIfMissing?: boolean | undefined;
  /** true loads a JSON file whose checksum is wrong because it was edited by hand. Default: false. */
  ignoreChecksum?: boolean | undefined;
}

/** What `save` takes. */
export interface SaveOptions {
  /** Default: "msgpack" for a path that ends in `.msgpack` or `.mpk`, otherwise "json". */
  format?: FileFormat | undefined;
  /** true replaces a file also where somebody else has made or changed it since this database has loaded or saved it. Default: false. */
  overwrite?: boolean | undefined;
  /**
   * true writes into a file that cannot be replaced, because it is mounted by itself, or its folder takes no new file. The thread waits meanwhile, and
   * what dies during that leaves a damaged file. Default: false, which is an error there (`EBUSY`, `EXDEV`, `EROFS`, `EACCES`, `EPERM`).
   */
  inPlace?: boolean | undefined;
  /** Told how many records are written, of how many. What it throws ends the save; the file stays as it was. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Where `importCsv` reads from: a path or a file URL, or a stream of bytes or text. A stream is one of Node's or of the web, or anything that can be
 * iterated, such as `[text]`; it is read once, piece by piece, and ended whatever happens.
 */
export type CsvSource = string | URL | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> | WebStream;

/** What `importCsv` takes. */
export interface CsvImportOptions {
  /** The column that holds each record's key; where there is none, keys are assigned. Default: "id". */
  primaryKey?: string | undefined;
  /**
   * One character; "auto" finds out whether it is a comma, a semicolon, a tab or a bar. Default: the one that a first line `sep=;` declares, else a
   * comma.
   */
  delimiter?: string | undefined;
  /** false names the columns `col_0`, `col_1`, ... Default: true. */
  hasHeader?: boolean | undefined;
  /**
   * What is done about a heading that is there twice, is empty, or is a name that no field may have: "rename" makes it `name_2` or `col_0`. Default:
   * "refuse".
   */
  headings?: "refuse" | "rename" | undefined;
  /**
   * What is done about a row with another number of cells than there are columns: "pad" adds empty cells to a short one, and takes empty ones from a
   * long one; "skip" leaves it out. Default: "refuse".
   */
  ragged?: "refuse" | "pad" | "skip" | undefined;
  /** What a row begins with that is passed over, such as "#". Its first character is a punctuation character of ASCII. Default: none. */
  comment?: string | undefined;
  /** How many lines are passed over before the headings. Default: 0. */
  skipLines?: number | undefined;
  /** Cells that are null, in quotes or not, such as `["NULL", "N/A"]`. Default: none. */
  nullValues?: readonly string[] | undefined;
  /** true takes away the apostrophes that `escapeFormulas` put there. Default: false. */
  unescapeFormulas?: boolean | undefined;
  /** A name that `TextDecoder` knows. Default: UTF-8, or what a byte order mark says: UTF-8 or UTF-16. */
  encoding?: string | undefined;
  /** Whether the bytes are packed by gzip. Default: as their beginning says. */
  gzip?: boolean | undefined;
  /** What cells are converted to and records are validated against; the table keeps it. */
  schema?: TableSchema | undefined;
  /** false leaves all cells text where there is no schema of descriptors. Default: true, numbers and booleans where no text is lost. */
  inferTypes?: boolean | undefined;
  /** true imports records that do not fit the schema. Default: false. */
  skipValidation?: boolean | undefined;
  /** Ends the import when it is aborted, with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /**
   * Told how many bytes were read, of how many; of a stream that is `Infinity` until it has ended. Where types are guessed, all bytes count twice. What
   * it throws ends the import.
   */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** The state of all tables at one moment, unaffected by later changes. Opening one is O(1); it costs the records changed while it is open. */
export interface Snapshot extends Disposable {
  /** The number of the last commit that it shows. */
  readonly seq: number;
  /** A table as it was. */
  getTable<T, K extends string, I>(table: Table<T, K, I>): TableReader<T, K>;
  /** The table with this name as it was. */
  getTable<T extends object & Storable<T> = AnyRecord, K extends string = DefaultKey<T>>(name: string): TableReader<T, K>;
  /** Frees what the snapshot holds; using it afterwards throws `ClosedError`. Closing again does nothing. */
  close(): void;
}

/** A database of tables: the typed surface of `DictDB`. */
export interface Database extends TransactionRunner, AsyncDisposable {
  /**
   * Creates a table and returns it.
   *
   * With a record type: `db.createTable<User>("users")`, whose key is `id`, or `db.createTable<Session>("sessions", { primaryKey: "token" })`, whose
   * keys are strings or numbers as that field is. Where the key is named twice, as in `db.createTable<Session, "token">(...)`, it is also known to
   * `update`, which does not take it, and to `insert`, which can leave out a number. With a schema the types come from it:
   * `db.createTable("products", { primaryKey: "sku", schema: { sku: "string", price: "number|null" } })`. With neither, any record goes.
   *
   * A record type with a field that cannot be stored, such as a function or a Map, does not compile; nor does one without a field for the key.
   *
   * @throws DuplicateTableError (`DUPLICATE_TABLE`) when the name is taken, without `ifNotExists`
   * @throws DictDBError (`SCHEMA_DIFFERS`) with `ifNotExists`, for another schema of code than the one in use here, without `replaceSchema`
   */
  createTable<T extends object & Storable<T> = Untold>(name: NameById<T>, ...options: IfTold<T, [options?: ById<T>]>): Table<T, "id">;
  /** Creates a table with another primary key than `id`, which holds strings. */
  createTable<T extends object & Storable<T> = Untold>(
    name: string,
    ...options: IfTold<T, [options: ByName<T, KeyFieldOf<NoInfer<T>, string>>]>
  ): Table<T, KeyFieldOf<T, string>>;
  /** Creates a table with another primary key than `id`, which holds numbers. */
  createTable<T extends object & Storable<T> = Untold>(
    name: string,
    ...options: IfTold<T, [options: ByName<T, KeyFieldOf<NoInfer<T>, number>>]>
  ): Table<T, KeyFieldOf<T, number>>;
  /** Creates a table whose record type comes from its schema, or of any records. */
  createTable<const S extends Schema<S> | undefined = undefined, const K extends SchemaKey<S> = "id" & SchemaKey<S>>(
    name: SchemaTableName<S>,
    options?: BySchema<S, K>,
  ): Table<SchemaRecord<S, K>, K, SchemaInput<S, K>>;
  /** Creates a table with another primary key than `id`, which is named twice, or may hold both strings and numbers. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a key whose name is not told must be assignable both ways
  createTable<T extends object & Storable<T> = Untold, K extends KeyField<T> = any>(
    name: string,
    ...options: IfTold<T, [options: ByName<T, [unknown] extends [K] ? KeyField<NoInfer<T>> : K>]>
  ): Table<T, K & string>;

  /**
   * The table with this name. Its record type is for the caller to name (`db.getTable<User>("users")`), or comes from a schema.
   *
   * A schema of code (zod, valibot, ...) must be supplied so by each thread that writes, because code is neither saved nor shared. The first one
   * that a thread supplies is the table's there.
   *
   * @throws TableNotFoundError (`TABLE_NOT_FOUND`)
   * @throws DictDBError (`SCHEMA_DIFFERS`) for another schema of code than the one in use here, without `replaceSchema`
   */
  getTable<T extends object & Storable<T> = Untold, K extends string = DefaultKey<T>>(name: string, ...none: IfTold<T, []>): Table<T, K>;
  /** The table with this name, its record type taken from a schema, or of any records. */
  getTable<const S extends Schema<S> | undefined = undefined, const K extends SchemaKey<S> = "id" & SchemaKey<S>>(
    name: SchemaTableName<S>,
    options?: OpenBySchema<S, K>,
  ): Table<SchemaRecord<S, K>, K, SchemaInput<S, K>>;
  /** The table with this name, of a record type that is named, with a schema that fits it. */
  getTable<T extends object & Storable<T> = Untold, K extends string = DefaultKey<T>>(
    name: string,
    ...options: IfTold<T, [options?: OpenTableOptions & SchemaOption<NoInfer<T>>]>
  ): Table<T, K>;

  /** The names of all tables, sorted. */
  listTables(): string[];

  /** Whether there is a table with this name. */
  hasTable(name: string): boolean;

  /**
   * Drops a table with its records and indexes. Its `Table` objects throw from then on.
   *
   * @throws TableNotFoundError (`TABLE_NOT_FOUND`)
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) for a table of another database, or one that was made again under the same name since
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- a table of any records
  dropTable(table: string | Pick<Table<any, any, any>, "name" | "check">): void;

  /**
   * Runs a synchronous function whose changes to any tables become visible together, or not at all when it throws. Inside another `atomic` it
   * joins that one.
   *
   * The function may run more than once, so what it does besides must bear repetition: where threads share the database, it runs again when another
   * one has changed something that it looked at. Keys that it has used count as used, also where their records are gone at its end. Tables and
   * indexes cannot be created or dropped in it.
   *
   * @returns what the function returns
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when the function returns a promise
   */
  atomic<R>(work: () => R extends PromiseLike<unknown> ? "atomic() takes a synchronous function" : R): R;

  /** The state of all tables now, unaffected by later changes. To be closed, or declared with `using`. */
  snapshot(): Snapshot;

  /**
   * Calls a function with each event of this kind, from a task of its own. One that throws harms nothing: see the "error" event.
   *
   * @returns a function that removes the listener
   */
  on<E extends keyof DatabaseEvents>(event: E, listener: (event: DatabaseEvents[E]) => void, options?: ListenOptions): () => void;

  /**
   * Lets other threads of this process take part in the database: hand what it returns to them by `workerData` or `postMessage`, and call
   * `DictDB.attach(handle)` there. Tables, handles and listeners of this thread go on as they are. Calling it again returns the same handle.
   *
   * The records are written into shared memory once: O(n).
   *
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) while a section of a table is open, and inside `atomic`
   * @throws DictDBError (`CAPACITY`) for more tables than a shared database can have, or where the system grants no memory
   */
  share(options?: ShareOptions): DatabaseHandle;

  /** Figures about commits, conflicts and waits. */
  stats(): DatabaseStats;

  /** The number of the last commit seen here; it is the same as before when nothing has changed since. */
  readonly seq: number;

  /** Resolves when every commit made anywhere before the call is visible here; at once on a single machine. */
  sync(): Promise<void>;

  /**
   * Saves all tables as they are now. The event loop goes on meanwhile, and so may changes: they are not part of it.
   *
   * When it resolves, the file is on the disk. If it rejects, or the process dies, the file is the old one or the new one, whole. Saves to one path
   * take turns. By whatever paths and from whichever threads of the database it is called, an older state never takes the place of a newer one.
   *
   * @param path a path or a file URL; a link is followed, a pipe or a character device is written into
   * @throws FileChangedError (`FILE_CHANGED`) when somebody else has made or changed the file since this database has loaded or saved it, unless
   *   `overwrite` is set
   * @throws the file system's own error, with Node's code (`ENOSPC`, `EACCES`, ...)
   */
  save(path: string | URL, options?: SaveOptions): Promise<void>;

  /** {@link Database.save} while the thread waits. */
  saveSync(path: string | URL, options?: SaveOptions): void;

  /**
   * Makes a new table of a CSV file or stream, whole or not at all, and resolves to the number of records.
   *
   * It is read piece by piece: only the records need to fit into memory, and of a stream whose types are guessed a copy of what it brought. The records
   * come by one commit; until then nothing is changed. A stream is asked for the next piece when the last one was read, and is ended whatever happens.
   *
   * @throws CorruptFileError (`CORRUPT_FILE`) when the file is no CSV, naming the row
   * @throws SchemaValidationError (`SCHEMA_VALIDATION`) for a cell or record that does not fit, naming the row and the column
   * @throws DuplicateKeyError (`DUPLICATE_KEY`), naming the row
   * @throws DuplicateTableError (`DUPLICATE_TABLE`) when the name is taken
   * @throws ClosedError (`CLOSED`) when the database is closed meanwhile
   * @throws what the stream fails with, and the reason of an aborted `signal`
   */
  importCsv(source: CsvSource, name: string, options?: CsvImportOptions): Promise<number>;

  /** Waits for work under way and frees everything; later use throws `ClosedError`. Closing again does nothing. Also `await using`. */
  close(): Promise<void>;
}

/** How a database is made: the constructor that `DictDB` is built on. */
export interface DatabaseConstructor {
  /** A new, empty database in memory. */
  new (options?: DatabaseOptions): Database;

  /**
   * This thread's part of a database that another thread shares: the same tables, the same records, all verbs. It reads all records once: O(n).
   * Attaching again in one thread returns the same object, until that is closed.
   *
   * @param handle what `share()` returned in another thread, as it came by `workerData` or `postMessage`
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) for anything else
   * @throws DictDBError (`CAPACITY`) when as many threads take part as can
   */
  attach<D extends Database>(this: new (options?: DatabaseOptions) => D, handle: DatabaseHandle, options?: DatabaseOptions): D;
}
