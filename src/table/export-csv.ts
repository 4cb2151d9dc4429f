import { checkOptions, isBoolean, isFunction, refuse } from "../base/arguments.js";
import type { OptionCheck } from "../base/arguments.js";
import type { StoredRecord } from "../base/value.js";
import type { TableDefinition } from "../log/commit.js";
import { readQuery } from "../query/read-query.js";
import type { Query } from "../query/query.js";
import { replaceFile } from "../storage/atomic-file.js";
import { writeCsv } from "../storage/csv-writer.js";
import type { Progress } from "../storage/document.js";
import { readPath } from "../storage/file-path.js";
import type { Publication } from "../storage/publication.js";
import { inKeyOrder } from "../storage/key-order.js";
import type { Steps } from "../storage/steps.js";

const anything: OptionCheck = () => undefined; // readQuery() reads it

/** One character that can stand between two cells. */
export const isDelimiter: OptionCheck = (value) =>
  typeof value === "string" && value.length === 1 && !'\r\n"\ufeff'.includes(value)
    ? undefined
    : "one character other than a quote and a line break";

/** What `exportCsv` was asked for. */
export interface CsvExport {
  readonly path: string;
  readonly query: Query;
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
  return { path: file, query, delimiter, escapeFormulas, bom, inPlace, onProgress };
}

/** Writes records into a CSV file, in the order of their keys; answers how many. */
export function* exportRecords(
  { path, query, inPlace, onProgress, ...form }: CsvExport,
  publication: Publication,
  records: readonly StoredRecord[],
  columns: readonly string[],
  primaryKey: string,
): Steps<number> {
  const total = records.length;
  const report = (done: number): void => onProgress?.({ done, total });
  report(0);
  const headings = query.projection?.map(({ alias, field }) => [alias, field] as const) ?? columns.map((name) => [name, name] as const);
  const chunks = writeCsv({ ...form, columns: headings, batches: inKeyOrder(records, primaryKey, false) }, report);
  yield* replaceFile(path, chunks, { publication, inPlace });
  return total;
}
