import { checkOptions, isAbortSignal, isBoolean, isDuration, isFunction, isName, isOneOf, refuse } from "../base/arguments.js";
import { isForbiddenName } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { DuplicateTableError, InvalidArgumentError, TableNotFoundError } from "../base/errors.js";
import { defaultLockTimeoutMs } from "../lock/wait-options.js";
import { LocalLog } from "../log/local-log.js";
import { Replica } from "../replica/replica.js";
import type { DatabaseEvents } from "../replica/events.js";
import type { Listener } from "../replica/feed.js";
import type { TableContext } from "../replica/table-context.js";
import { toSchema } from "../schema/to-schema.js";
import type { Schema } from "../schema/schema.js";
import { Snapshot } from "./snapshot.js";
import { stats } from "./stats.js";
import type { DatabaseStats } from "./stats.js";
import type { DatabaseConstructor } from "./types.js";
import type { Table as TypedTable } from "../table/types/table.js";
import type { RecordOptions } from "../table/records.js";
import { Table } from "../table/table.js";
import { checkTableOrName } from "../table/table-reader.js";
import { Atomic } from "../transaction/atomic.js";
import { LiveSource } from "../transaction/live-source.js";

interface CreateTableOptions {
  readonly primaryKey?: string;
  readonly schema?: unknown;
  readonly versionField?: string;
  readonly ifNotExists?: boolean;
}

// oxlint-disable-next-line typescript/no-explicit-any -- what the generic signatures of `Database` narrow for each caller
type AnyTable = TypedTable<any, any>;

const anySchema = (): undefined => undefined; // toSchema() reads it

/** The untyped body of `DictDB`. */
class DatabaseImplementation {
  readonly #replica: Replica;
  readonly #atomic: Atomic;
  readonly #recordOptions: RecordOptions;
  readonly #handles = new WeakMap<TableContext, Table>();

  constructor(options?: { lockTimeoutMs?: number; freeze?: boolean }) {
    checkOptions("new DictDB()", options, { lockTimeoutMs: isDuration, freeze: isBoolean });
    this.#replica = new Replica(new LocalLog(), options?.lockTimeoutMs ?? defaultLockTimeoutMs);
    this.#atomic = new Atomic(this.#replica);
    this.#recordOptions = Object.freeze({ freeze: options?.freeze ?? false });
  }

  get seq(): number {
    return this.#replica.state.seq;
  }

  createTable(name: string, options?: CreateTableOptions): AnyTable {
    const where = "createTable()";
    this.#replica.assertOpen();
    checkTableName(where, name);
    checkOptions(where, options, { primaryKey: isName, schema: anySchema, versionField: isName, ifNotExists: isBoolean });
    const { primaryKey = "id", versionField, ifNotExists = false } = options ?? {};
    if (isForbiddenName(primaryKey)) refuse(where, "primaryKey", "a field name", primaryKey);
    if (versionField !== undefined && (isForbiddenName(versionField) || versionField === primaryKey)) {
      refuse(where, "versionField", "the name of a field other than the primary key", versionField);
    }
    const schema = options?.schema === undefined ? undefined : toSchema(options.schema, primaryKey, where);
    const existing = this.#replica.state.tableNamed(name);
    if (existing !== undefined) {
      if (!ifNotExists) throw new DuplicateTableError(`${where}: table ${JSON.stringify(name)} exists already`, { table: name });
      return this.#handle(this.#replica.contextOf(existing, schema));
    }
    this.#atomic.assertNone(where);
    const id = this.#replica.state.nextTableId;
    const definition = Object.freeze({ id, name, primaryKey, descriptors: withVersion(schema?.descriptors, versionField), versionField });
    this.#replica.commit(where, [], () => ({ changes: [{ type: "createTable", definition }], result: undefined }));
    return this.#handle(this.#replica.contextOf(this.#replica.state.table(id)!, schema));
  }

  getTable(name: string, options?: { primaryKey?: string; schema?: unknown }): AnyTable {
    const where = "getTable()";
    this.#replica.assertOpen();
    checkTableName(where, name);
    checkOptions(where, options, { primaryKey: isName, schema: anySchema, versionField: isName, ifNotExists: isBoolean });
    const state = this.#replica.state.tableNamed(name);
    if (state === undefined) throw new TableNotFoundError(`${where}: there is no table ${JSON.stringify(name)}`, { table: name });
    const context = this.#replica.contextOf(state);
    if (options?.schema !== undefined) attachSchema(where, context, toSchema(options.schema, state.definition.primaryKey, where));
    return this.#handle(context);
  }

  hasTable(name: string): boolean {
    this.#replica.assertOpen();
    checkTableName("hasTable()", name);
    return this.#replica.state.tableNamed(name) !== undefined;
  }

  listTables(): string[] {
    this.#replica.assertOpen();
    return Array.from(this.#replica.state.tables, ({ definition }) => definition.name).sort();
  }

  dropTable(table: unknown): void {
    const where = "dropTable()";
    this.#replica.assertOpen();
    this.#atomic.assertNone(where);
    const name = checkTableOrName(where, table);
    const state = this.#replica.state.tableNamed(name);
    if (state === undefined) throw new TableNotFoundError(`${where}: there is no table ${JSON.stringify(name)}`, { table: name });
    this.#replica.commit(where, [this.#replica.contextOf(state)], () => ({
      changes: [{ type: "dropTable", table: state.definition.id }],
      result: undefined,
    }));
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- `Database` ties it to what the function returns
  atomic<R>(fn: () => unknown): R {
    return this.#atomic.run(fn) as R;
  }

  snapshot(): Snapshot {
    this.#replica.assertOpen();
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
    const remove = this.#replica.feed.add(event, listener);
    signal?.addEventListener("abort", remove, { once: true });
    return () => {
      signal?.removeEventListener("abort", remove);
      remove();
    };
  }

  stats(): DatabaseStats {
    return stats(this.#replica);
  }

  async sync(): Promise<void> {
    this.#replica.assertOpen();
  }

  async close(): Promise<void> {
    if (!this.#replica.isClosed) this.#replica.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
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
 *
 * `const db = new DictDB(); const users = db.createTable<User>("users");`
 */
export class DictDB extends Base {}

function checkTableName(where: string, name: unknown): void {
  if (isName(name) !== undefined || isForbiddenName(name as string)) refuse(where, "table name", "a name that is not empty", name);
}

function withVersion(
  descriptors: Readonly<Record<string, string>> | undefined,
  versionField: string | undefined,
): Readonly<Record<string, string>> | undefined {
  if (descriptors === undefined || versionField === undefined || Object.hasOwn(descriptors, versionField)) return descriptors;
  throw new InvalidArgumentError(`createTable(): the schema must have the version field ${describe(versionField)}, as "integer"`, {
    argument: "versionField",
    expected: "a field of the schema",
    received: versionField,
  });
}

/** Gives a table's schema to a thread that has only its data. Descriptors are part of the table and cannot be changed this way. */
function attachSchema(where: string, context: TableContext, schema: Schema): void {
  const { descriptors } = context.state.definition;
  if (schema.descriptors === undefined && descriptors === undefined) {
    context.schema = schema;
    return;
  }
  if (JSON.stringify(sorted(schema.descriptors)) === JSON.stringify(sorted(descriptors))) return;
  throw new InvalidArgumentError(`${where}: table ${JSON.stringify(context.name)} was created with another schema`, {
    argument: "schema",
    expected: JSON.stringify(descriptors ?? null),
    received: JSON.stringify(schema.descriptors ?? null),
  });
}

function sorted(descriptors: Readonly<Record<string, string>> | undefined): unknown {
  return descriptors && Object.entries(descriptors).sort(([a], [b]) => (a < b ? -1 : 1));
}
