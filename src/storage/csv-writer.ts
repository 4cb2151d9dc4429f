import Papa from "papaparse";
import type { StoredRecord } from "../base/value.js";
import { cellOf } from "./csv-cell.js";
import type { Batches } from "./key-order.js";
import { pause } from "./steps.js";

/** What is written into a CSV file. */
export interface CsvSource {
  /** The heading of each column, and the field whose values stand in it. */
  readonly columns: readonly (readonly [heading: string, field: string])[];
  readonly batches: Batches;
  readonly delimiter: string;
  /** true puts an apostrophe before text that a spreadsheet would take for a formula. */
  readonly escapeFormulas: boolean;
  /** true begins with a byte order mark. */
  readonly bom: boolean;
}

/** Records that are turned into text at a time: a few milliseconds of work. */
const chunkRows = 1_024;

const newline = "\r\n";

/** The bytes of a CSV file, piece by piece: a row of headings, and a row for each record. */
export function* writeCsv(source: CsvSource, onRecords: (done: number) => void): Generator<Uint8Array | typeof pause> {
  const text = (rows: unknown[][]): Uint8Array => {
    const { delimiter, escapeFormulas: escapeFormulae } = source;
    // An empty string is quoted and null is not, so that they can be told apart. A cell alone in its row is: the row would be an empty line.
    const quotes = (value: unknown): boolean => value === "";
    return Buffer.from(Papa.unparse(rows, { delimiter, newline, escapeFormulae, quotes }) + newline);
  };
  if (source.bom) yield Buffer.from("\ufeff");
  yield text([source.columns.map(([heading]) => heading)]);
  let done = 0;
  for (const batch of source.batches) {
    if (batch === pause) {
      yield pause;
      continue;
    }
    for (let start = 0; start < batch.length; start += chunkRows) {
      const records = batch.slice(start, start + chunkRows);
      yield text(records.map((record) => rowOf(record, source.columns)));
      done += records.length;
      onRecords(done);
    }
  }
}

function rowOf(record: StoredRecord, columns: CsvSource["columns"]): unknown[] {
  const row = columns.map(([, field]) => cellOf(record[field]));
  return row.length === 1 && row[0] === null ? [""] : row;
}
