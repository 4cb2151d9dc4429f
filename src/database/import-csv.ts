import { checkOptions, isBoolean, isFunction, isName, refuse } from "../base/arguments.js";
import type { OptionCheck } from "../base/arguments.js";
import { checkName } from "../base/copy.js";
import { DuplicateTableError } from "../base/errors.js";
import { TableLock } from "../lock/table-lock.js";
import type { Change } from "../log/commit.js";
import type { Replica } from "../replica/replica.js";
import type { Planned } from "../replica/road.js";
import { TableContext } from "../replica/table-context.js";
import { toSchema } from "../schema/to-schema.js";
import { TableState } from "../state/table-state.js";
import { readPath } from "../storage/file-path.js";
import { runAsync } from "../storage/steps.js";
import { isDelimiter } from "../table/export-csv.js";
import { readRecords } from "../table/import-csv.js";
import type { RecordOptions } from "../table/records.js";
import type { CsvImportOptions } from "./types.js";

const anything: OptionCheck = () => undefined; // toSchema() reads it

const isEncoding: OptionCheck = (value) => {
  try {
    void new TextDecoder(value as string);
    return typeof value === "string" ? undefined : "the name of an encoding";
  } catch {
    return 'the name of an encoding that TextDecoder knows, such as "utf-8" or "latin1"';
  }
};

const importChecks = {
  primaryKey: isName,
  delimiter: isDelimiter,
  hasHeader: isBoolean,
  encoding: isEncoding,
  schema: anything,
  inferTypes: isBoolean,
  skipValidation: isBoolean,
  onProgress: isFunction,
};

/** Makes a table of a CSV file, by one commit; answers how many records it has. */
export async function importCsv(
  replica: Replica,
  path: unknown,
  name: string,
  options: CsvImportOptions | undefined,
  recordOptions: RecordOptions,
): Promise<number> {
  const where = "importCsv()";
  replica.assertOpen();
  const file = readPath(where, path);
  if (isName(name) !== undefined) refuse(where, "name", "a string that is not empty", name);
  checkName(where, "a table", name);
  checkOptions(where, options, importChecks);
  const { primaryKey = "id", delimiter = ",", hasHeader = true, encoding = "utf-8", inferTypes = true, onProgress } = options ?? {};
  checkName(where, "the primary key", primaryKey);
  replica.refresh();
  assertFree(where, replica, name);
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
  const records = await replica.work.track(
    runAsync(
      readRecords(where, { path: file, delimiter, hasHeader, encoding, inferTypes, onProgress }, context, {
        ...recordOptions,
        skipValidation: options?.skipValidation ?? false,
      }),
    ),
  );
  let id = 0;
  const plan = (): Planned<undefined> => {
    assertFree(where, replica, name);
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

function assertFree(where: string, { state }: Replica, name: string): void {
  if (state.tableNamed(name) === undefined) return;
  throw new DuplicateTableError(`${where}: table ${JSON.stringify(name)} exists already`, { table: name });
}
