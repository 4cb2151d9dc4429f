import { checkOptions, isName, refuse } from "../base/arguments.js";
import { checkName } from "../base/copy.js";
import { ClosedError, DuplicateTableError } from "../base/errors.js";
import type { StoredRecord } from "../base/value.js";
import { TableLock } from "../lock/table-lock.js";
import { watchAbort } from "../lock/watch-abort.js";
import type { Change } from "../log/commit.js";
import type { Replica } from "../replica/replica.js";
import type { Planned } from "../replica/road.js";
import { TableContext } from "../replica/table-context.js";
import { toSchema } from "../schema/to-schema.js";
import { TableState } from "../state/table-state.js";
import type { CsvSource } from "../storage/csv-source.js";
import { readRecords } from "../table/import-csv.js";
import type { RecordOptions } from "../table/records.js";
import { importChecks, openSource, readForm } from "./csv-options.js";
import type { CsvImportOptions } from "./types.js";

const where = "importCsv()";

/**
 * Makes a table of a CSV file or stream, by one commit; answers how many records it has.
 *
 * @param assertAllowed throws where no table may be made now
 */
export async function importCsv(
  replica: Replica,
  given: unknown,
  name: string,
  options: CsvImportOptions | undefined,
  recordOptions: RecordOptions,
  assertAllowed: () => void,
): Promise<number> {
  const source = openSource(where, given);
  try {
    assertAllowed();
    return await importFrom(source, replica, name, options, recordOptions);
  } catch (error) {
    // Whatever it was: nobody else closes the stream.
    source.end(error);
    throw error;
  }
}

async function importFrom(
  source: CsvSource,
  replica: Replica,
  name: string,
  options: CsvImportOptions | undefined,
  recordOptions: RecordOptions,
): Promise<number> {
  replica.assertOpen();
  if (isName(name) !== undefined) refuse(where, "name", "a string that is not empty", name);
  checkName(where, "a table", name);
  checkOptions(where, options, importChecks);
  const { primaryKey = "id", signal, skipValidation = false } = options ?? {};
  checkName(where, "the primary key", primaryKey);
  replica.refresh();
  assertFree(replica, name);
  const schema = options?.schema === undefined ? undefined : toSchema(options.schema, primaryKey, where);
  const descriptors = schema?.descriptors;
  const definition = {
    id: 0,
    name,
    primaryKey,
    descriptors,
    versionField: undefined,
    needsSchema: schema !== undefined && descriptors === undefined,
    lockNumber: 0,
  };
  // The table as it will be: nothing of it is seen before the commit.
  const context = new TableContext(new TableState(definition), new TableLock(name), false, schema);
  const form = readForm(where, options ?? {}, descriptors !== undefined);
  const records = await untilEnded(replica, source, signal, () =>
    readRecords(where, source, form, context, { ...recordOptions, skipValidation }),
  );
  let id = 0;
  const plan = (): Planned<undefined> => {
    assertFree(replica, name);
    id = replica.state.nextTableId;
    const made = Object.freeze({ ...definition, id, lockNumber: replica.freeLockNumber });
    const puts = records.map((record): Change => ({ type: "put", table: id, key: record[primaryKey] as string | number, record }));
    return { changes: [{ type: "createTable", definition: made }, ...puts], result: undefined };
  };
  replica.commit(where, [], plan, true);
  replica.refresh();
  replica.contextOf(replica.state.table(id)!, schema);
  return records.length;
}

/** Reads until the signal is aborted or the database closed, even where a stream lets one wait for ever. */
async function untilEnded(
  replica: Replica,
  source: CsvSource,
  signal: AbortSignal | undefined,
  read: () => Promise<StoredRecord[]>,
): Promise<StoredRecord[]> {
  signal?.throwIfAborted();
  const unwatch = signal && watchAbort(signal, () => source.end(signal.reason));
  const forget = replica.work.endWith(async () => source.end(new ClosedError(`${where}: the database was closed meanwhile`)));
  try {
    const records = await replica.work.track(read());
    signal?.throwIfAborted();
    return records;
  } finally {
    unwatch?.();
    forget();
  }
}

function assertFree({ state }: Replica, name: string): void {
  if (state.tableNamed(name) === undefined) return;
  throw new DuplicateTableError(`${where}: table ${JSON.stringify(name)} exists already`, { table: name });
}
