import { inspect } from "node:util";
import {
  checkOptions,
  isAbortSignal,
  isBoolean,
  isDuration,
  isFunction,
  isName,
  isOneOf,
  isPositiveCount,
  refuse,
} from "../base/arguments.js";
import { checkName } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { DuplicateTableError, InvalidArgumentError } from "../base/errors.js";
import { defaultLockTimeoutMs } from "../lock/wait-options.js";
import { watchAbort } from "../lock/watch-abort.js";
import { Replica } from "../replica/replica.js";
import type { Planned } from "../replica/road.js";
import type { DatabaseEvents } from "../replica/events.js";
import type { Listener } from "../replica/feed.js";
import type { TableContext } from "../replica/table-context.js";
import { tableNotFound } from "../replica/table-not-found.js";
import { toSchema } from "../schema/to-schema.js";
import type { Schema } from "../schema/schema.js";
import type { TableState } from "../state/table-state.js";
import { readRunOptions } from "./run-options.js";
import type { TransactionOptions } from "./run-options.js";
import { runAsync, runSync } from "../storage/steps.js";
import type { Change } from "../log/commit.js";
import { checkTableName, checkVersionDescriptor } from "./check-table.js";
import { databaseText } from "./database-text.js";
import { loadChanges, loadChecks, save, saveSync } from "./files.js";
import { importCsv } from "./import-csv.js";
import { replicaOf, replicas } from "./replicas.js";
import { Snapshot } from "./snapshot.js";
import { stats } from "./stats.js";
import type { DatabaseStats } from "./stats.js";
import { OpenTransaction, Transaction } from "./transaction.js";
import { joinState, openHandle, shareState } from "../replica/share.js";
import type { SharedEnd } from "../replica/share.js";
import type {
  CsvImportOptions,
  Database,
  DatabaseConstructor,
  DatabaseHandle,
  DatabaseOptions,
  LoadOptions,
  SaveOptions,
  ShareOptions,
} from "./types.js";
import type { Table as TypedTable } from "../table/types/table.js";
import type { RecordOptions } from "../table/records.js";
import { Table } from "../table/table.js";
import { checkTableOrName } from "../table/table-reader.js";
import { Atomic } from "../transaction/atomic.js";
import { LiveSource } from "../transaction/live-source.js";
import { Transactions } from "../transaction/transactions.js";

interface CreateTableOptions {
  readonly primaryKey?: string;
  readonly schema?: unknown;
  readonly versionField?: string;
  readonly ifNotExists?: boolean;
}

// oxlint-disable-next-line typescript/no-explicit-any -- what the generic signatures of `Database` narrow for each caller
type AnyTable = TypedTable<any, any>;

/** The shared databases that this thread has a part in, by identity. */
const attached = new Map<string, DatabaseImplementation>();

/** The options that a database itself takes. */
export const databaseChecks = { lockTimeoutMs: isDuration, freeze: isBoolean };

const anySchema = (): undefined => undefined; // toSchema() reads it

/** The untyped body of `DictDB`. */
class DatabaseImplementation {
  readonly #replica: Replica;
  readonly #atomic: Atomic;
  readonly #transactions: Transactions;
  readonly #recordOptions: RecordOptions;
  readonly #handles = new WeakMap<TableContext, Table>();
  #shared: SharedEnd | undefined;

  /** @param after the seq that the first commit follows; none of the public interface's business */
  constructor(options?: { lockTimeoutMs?: number; freeze?: boolean }, after = 0) {
    checkOptions("new DictDB()", options, databaseChecks);
    this.#replica = new Replica(options?.lockTimeoutMs ?? defaultLockTimeoutMs, after);
    replicas.set(this, this.#replica);
    this.#atomic = new Atomic(this.#replica);
    this.#transactions = new Transactions(this.#replica);
    this.#recordOptions = Object.freeze({ freeze: options?.freeze ?? false });
  }

  get seq(): number {
    this.#replica.refresh();
    return this.#replica.state.seq;
  }

  createTable(name: string, options?: CreateTableOptions): AnyTable {
    const where = "createTable()";
    this.#replica.assertOpen();
    checkTableName(where, name);
    checkOptions(where, options, { primaryKey: isName, schema: anySchema, versionField: isName, ifNotExists: isBoolean });
    const { primaryKey = "id", versionField, ifNotExists = false } = options ?? {};
    checkName(where, "the primary key", primaryKey);
    const existing = this.#find(name);
    if (existing !== undefined) return this.#openExisting(where, existing, ifNotExists, options);
    if (versionField === primaryKey) refuse(where, "versionField", "the name of a field other than the primary key", versionField);
    if (versionField !== undefined) checkName(where, "the version field", versionField);
    const schema = options?.schema === undefined ? undefined : toSchema(options.schema, primaryKey, where);
    const descriptors = schema?.descriptors;
    if (descriptors !== undefined && versionField !== undefined) checkVersionDescriptor(where, descriptors, versionField);
    this.#atomic.assertNone(where);
    const needsSchema = schema !== undefined && descriptors === undefined;
    const { state } = this.#replica;
    const plan = (): Planned<boolean> => {
      if (state.tableNamed(name) !== undefined) return { changes: [], result: false }; // another thread was faster
      const { nextTableId: id } = state;
      const { freeLockNumber: lockNumber } = this.#replica;
      const definition = Object.freeze({ id, name, primaryKey, descriptors, versionField, needsSchema, lockNumber });
      return { changes: [{ type: "createTable", definition }], result: true };
    };
    const isNew = this.#replica.commit(where, [], plan, true);
    const table = this.#find(name)!;
    return isNew ? this.#handle(this.#replica.contextOf(table, schema)) : this.#openExisting(where, table, ifNotExists, options);
  }

  getTable(name: string, options?: { primaryKey?: string; schema?: unknown }): AnyTable {
    const where = "getTable()";
    this.#replica.assertOpen();
    checkTableName(where, name);
    checkOptions(where, options, { primaryKey: isName, schema: anySchema });
    return this.#open(where, this.#existing(where, name), options);
  }

  hasTable(name: string): boolean {
    this.#replica.assertOpen();
    checkTableName("hasTable()", name);
    return this.#find(name) !== undefined;
  }

  listTables(): string[] {
    this.#replica.assertOpen();
    this.#replica.refresh();
    this.#atomic.draft?.noteTables();
    return Array.from(this.#replica.state.tables, ({ definition }) => definition.name).sort();
  }

  dropTable(table: unknown): void {
    const where = "dropTable()";
    this.#replica.assertOpen();
    this.#atomic.assertNone(where);
    const state = this.#existing(where, checkTableOrName(where, table));
    const context = this.#replica.contextOf(state);
    // A handle means one table. Another database's, or one made again under the same name, is another table.
    if (typeof table !== "string" && this.#handles.get(context) !== table) refuse(where, "table", "a table of this database", table);
    const plan = (): Planned<undefined> => ({ changes: [{ type: "dropTable", table: state.definition.id }], result: undefined });
    this.#replica.commit(where, [context], plan, true);
  }

  share(options?: ShareOptions): DatabaseHandle {
    const where = "share()";
    this.#replica.assertOpen();
    checkOptions(where, options, { logLimitBytes: isPositiveCount });
    if (this.#shared !== undefined) return this.#shared.handle;
    this.#atomic.assertNone(where);
    this.#replica.assertUnlocked(where);
    if (this.#transactions.open > 0) refuse(where, "db", "a database without open transactions", this.#transactions.open);
    this.#useShared(shareState(this.#replica, options?.logLimitBytes));
    return this.#shared!.handle;
  }

  static attach<D extends Database>(this: new (options?: DatabaseOptions) => D, handle: DatabaseHandle, options?: DatabaseOptions): D {
    const opened = openHandle("attach()", handle);
    const { identity } = opened.control;
    const known = attached.get(identity);
    if (known !== undefined) return known as unknown as D; // one replica serves the whole thread
    const db = new this(options);
    const implementation = db as unknown as DatabaseImplementation;
    implementation.#useShared(joinState(implementation.#replica, opened.handle, opened.control));
    return db;
  }

  #useShared(end: SharedEnd): void {
    this.#shared = end;
    this.#replica.takeRoad(end.road);
    attached.set(end.identity, this);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- `Database` ties it to what the function returns
  atomic<R>(fn: () => unknown): R {
    return this.#atomic.run(fn) as R;
  }

  // Not async itself: each promise in the way of a small transaction counts.
  transaction<R>(work: (tx: Transaction) => R | PromiseLike<R>, options?: TransactionOptions): Promise<R> {
    const where = "transaction()";
    try {
      if (isFunction(work) !== undefined) refuse(where, "work", "a function", work);
      this.#assertNoTransaction(where);
      const run = readRunOptions(where, options);
      return this.#transactions.run((transaction) => work(new Transaction(transaction, this.#replica, this.#recordOptions)), run);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  begin(options?: TransactionOptions): OpenTransaction {
    const where = "begin()";
    this.#assertNoTransaction(where);
    return new OpenTransaction(this.#transactions.begin(readRunOptions(where, options)), this.#replica, this.#recordOptions);
  }

  snapshot(): Snapshot {
    this.#replica.assertOpen();
    this.#replica.refresh();
    return new Snapshot(this.#replica);
  }

  on<E extends keyof DatabaseEvents>(event: E, listener: Listener<E>, options?: { signal?: AbortSignal }): () => void {
    const where = "on()";
    this.#replica.assertOpen();
    const expected = isOneOf("commit", "error", "close")(event);
    if (expected !== undefined) refuse(where, "event", expected, event);
    if (isFunction(listener) !== undefined) refuse(where, "listener", "a function", listener);
    checkOptions(where, options, { signal: isAbortSignal });
    const signal = options?.signal;
    if (signal?.aborted === true) return () => undefined;
    const remove = this.#replica.addListener(event, listener);
    if (signal === undefined) return remove;
    const unwatch = watchAbort(signal, remove);
    return () => {
      unwatch();
      remove();
    };
  }

  stats(): DatabaseStats {
    this.#replica.assertOpen();
    return stats(this.#replica, this.#transactions);
  }

  async save(path: string | URL, options?: SaveOptions): Promise<void> {
    await save(this.#replica, path, options);
  }

  saveSync(path: string | URL, options?: SaveOptions): void {
    saveSync(this.#replica, path, options);
  }

  async importCsv(path: string | URL, name: string, options?: CsvImportOptions): Promise<number> {
    this.#atomic.assertNone("importCsv()");
    return importCsv(this.#replica, path, name, options, this.#recordOptions);
  }

  async sync(): Promise<void> {
    this.#replica.assertOpen();
    this.#replica.refresh();
  }

  async close(): Promise<void> {
    if (!this.#replica.isClosed) {
      this.#replica.close();
      if (this.#shared !== undefined) attached.delete(this.#shared.identity);
    }
    await this.#replica.work.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  [inspect.custom](): string {
    return databaseText(this.#replica);
  }

  #assertNoTransaction(where: string): void {
    this.#replica.assertOpen();
    this.#replica.transactionScope.assertOutside(where, "hand tx on to whatever shall be part of it");
  }

  /** The table with a name, as the log has it now. */
  #find(name: string): TableState | undefined {
    this.#replica.refresh();
    return (this.#atomic.draft ?? this.#replica.state).tableNamed(name);
  }

  #openExisting(where: string, state: TableState, ifNotExists: boolean, options: CreateTableOptions | undefined): AnyTable {
    if (ifNotExists) return this.#open(where, state, options);
    const { name } = state.definition;
    throw new DuplicateTableError(`${where}: table ${JSON.stringify(name)} exists already`, { table: name });
  }

  #existing(where: string, name: string): TableState {
    const state = this.#find(name);
    if (state === undefined) throw tableNotFound(where, name, this.#replica.state);
    return state;
  }

  /** A table that exists, by which the given options must be true. A schema of code is taken from them. */
  #open(where: string, state: TableState, options: CreateTableOptions | undefined): AnyTable {
    const { name, primaryKey, versionField } = state.definition;
    const own = `as table ${describe(name)} has it`;
    if ((options?.primaryKey ?? primaryKey) !== primaryKey) refuse(where, "primaryKey", describe(primaryKey), options?.primaryKey, own);
    if ((options?.versionField ?? versionField) !== versionField) {
      refuse(where, "versionField", versionField === undefined ? "left out" : describe(versionField), options?.versionField, own);
    }
    const context = this.#replica.contextOf(state);
    if (options?.schema !== undefined) attachSchema(where, context, toSchema(options.schema, primaryKey, where));
    return this.#handle(context);
  }

  #handle(context: TableContext): AnyTable {
    let table = this.#handles.get(context);
    if (table === undefined) {
      table = new Table(new LiveSource(context, this.#replica, this.#atomic), this.#recordOptions);
      this.#handles.set(context, table);
    }
    return table as unknown as AnyTable; // the typed face of the same object
  }
}

const Base: DatabaseConstructor = DatabaseImplementation;

/**
 * A database in memory: tables of plain records with typed conditions, indexes, schemas and all-or-nothing changes.
 * Its methods are those of {@link Database}.
 *
 * `const db = new DictDB(); const users = db.createTable<User>("users");`
 */
export class DictDB extends Base {
  /**
   * The database that a file holds, of whichever format. Records are not validated: they are when they are next written.
   *
   * A table whose schema is code refuses writes until `getTable(name, { schema })` has supplied it.
   *
   * @param path a path or a file URL
   * @throws CorruptFileError (`CORRUPT_FILE`) when the file is none of DictDB, or damaged
   * @throws the file system's own error, with Node's code (`ENOENT`, ...)
   */
  static async load(path: string | URL, options?: LoadOptions): Promise<DictDB> {
    const where = "load()";
    checkOptions(where, options, { ...databaseChecks, ...loadChecks });
    return openFilled(where, await runAsync(loadChanges(where, path, options)), options);
  }

  /** {@link DictDB.load} while the thread waits. */
  static loadSync(path: string | URL, options?: LoadOptions): DictDB {
    const where = "loadSync()";
    checkOptions(where, options, { ...databaseChecks, ...loadChecks });
    return openFilled(where, runSync(loadChanges(where, path, options)), options);
  }
}

const InternalDictDB = DictDB as unknown as new (options: DatabaseOptions, after: number) => DictDB; // the parameter that the types do not tell

/**
 * A new database that some changes make, in one commit.
 * @param seq the number of that commit; default: 1
 */
export function openFilled(where: string, changes: readonly Change[], options: DatabaseOptions = {}, seq?: number): DictDB {
  const { lockTimeoutMs, freeze } = options;
  const after = changes.length === 0 ? (seq ?? 0) : Math.max((seq ?? 1) - 1, 0);
  const db = new InternalDictDB({ lockTimeoutMs, freeze }, after);
  replicaOf(where, db).commit(where, [], () => ({ changes, result: undefined }), true);
  return db;
}

/** Gives a table's schema to a thread that has only its data. Descriptors are part of the table and cannot be changed this way. */
function attachSchema(where: string, context: TableContext, schema: Schema): void {
  const { descriptors } = context.state.definition;
  if (schema.descriptors === undefined && descriptors === undefined) {
    context.schema = schema;
    return;
  }
  if (JSON.stringify(sorted(schema.descriptors)) === JSON.stringify(sorted(descriptors))) return;
  const expected = descriptors === undefined ? "a Standard Schema or none" : JSON.stringify(descriptors);
  const received = schema.descriptors === undefined ? "a Standard Schema" : JSON.stringify(schema.descriptors);
  throw new InvalidArgumentError(
    `${where}: schema must be ${expected}, as table ${describe(context.name)} was created with, received ${received}`,
    {
      argument: "schema",
      expected,
      received,
    },
  );
}

function sorted(descriptors: Readonly<Record<string, string>> | undefined): unknown {
  return descriptors && Object.entries(descriptors).sort(([a], [b]) => (a < b ? -1 : 1));
}
