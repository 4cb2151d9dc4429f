import { checkOptions, isBoolean, isFunction, refuse } from "../base/arguments.js";
import type { OptionCheck } from "../base/arguments.js";
import { SchemaValidationError } from "../base/errors.js";
import type { StoredRecord } from "../base/value.js";
import type { TableDefinition } from "../log/commit.js";
import { readQuery } from "../query/read-query.js";
import type { Query } from "../query/query.js";
import { replaceFile } from "../storage/atomic-file.js";
import { CellError, writeCsv } from "../storage/csv-writer.js";
import type { CsvColumn } from "../storage/csv-writer.js";
import type { Progress } from "../storage/document.js";
import { readPath } from "../storage/file-path.js";
import type { Publication } from "../storage/publication.js";
import { inKeyOrder } from "../storage/key-order.js";
import type { Steps } from "../storage/steps.js";

const anything: OptionCheck = () => undefined; // readQuery() reads it

/** One character that can stand between two cells. */
export const isDelimiter: OptionCheck = (value) =>
  typeof value === "string" && /^[^\r\n"\ufeff\ud800-\udfff]$/.test(value)
    ? undefined
    : "one character other than a quote and a line break";

/** What `exportCsv` was asked for. */
export interface CsvExport {
  readonly path: string;
  readonly query: Query;
  readonly table: TableDefinition;
  readonly delimiter: string;
  readonly escapeFormulas: boolean;
  readonly bom: boolean;
  readonly inPlace: boolean;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

interface Options {
  readonly columns?: unknown;
  readonly where?: unknown;
  readonly delimiter?: string;
  readonly escapeFormulas?: boolean;
  readonly bom?: boolean;
  readonly inPlace?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/** Reads the arguments of `exportCsv`. */
export function readExport(where: string, path: unknown, options: Options | undefined, table: TableDefinition): CsvExport {
  const file = readPath(where, path);
  checkOptions(where, options, {
    columns: anything,
    where: anything,
    delimiter: isDelimiter,
    escapeFormulas: isBoolean,
    bom: isBoolean,
    inPlace: isBoolean,
    onProgress: isFunction,
  });
  const { columns, where: condition, delimiter = ",", escapeFormulas = false, bom = false, inPlace = false, onProgress } = options ?? {};
  const query = readQuery(where, { columns, where: condition, copy: false }, table);
  if (query.projection?.length === 0) refuse(where, "columns", "at least one field", columns);
  return { path: file, query, table, delimiter, escapeFormulas, bom, inPlace, onProgress };
}

/** Writes records into a CSV file, in the order of their keys; answers how many. */
export function* exportRecords(
  { path, query, table, inPlace, onProgress, ...form }: CsvExport,
  publication: Publication,
  records: readonly StoredRecord[],
  seen: readonly string[],
): Steps<number> {
  const total = records.length;
  const report = (done: number): void => onProgress?.({ done, total });
  report(0);
  const { primaryKey } = table;
  const content = { ...form, columns: columnsOf(query, table, seen), batches: inKeyOrder(records, primaryKey, false) };
  try {
    yield* replaceFile(path, writeCsv(content, report), { publication, inPlace });
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    const message = `${error.column} may not be ${error.fault}`;
    throw new SchemaValidationError(`exportCsv(): row ${error.row}: ${message}`, [{ message, path: [error.column] }], {
      table: table.name,
      row: error.row,
      column: error.column,
    });
  }
  return total;
}

/** What was asked for, or every field in the order in which they were seen; those of the schema for a table that had no record yet. */
function columnsOf({ projection }: Query, { descriptors, primaryKey }: TableDefinition, seen: readonly string[]): CsvColumn[] {
  const fields = seen.length > 0 ? seen : Object.keys(descriptors ?? { [primaryKey]: "" });
  const columns = projection ?? fields.map((field) => ({ alias: field, field }));
  return columns.map(({ alias, field }) => {
    const descriptor = descriptors !== undefined && Object.hasOwn(descriptors, field) ? descriptors[field] : undefined;
    return { heading: alias, field, descriptor };
  });
}
