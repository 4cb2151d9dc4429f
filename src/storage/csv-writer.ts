import type { StoredRecord } from "../base/value.js";
import { CellWriter } from "./csv-value.js";
import type { CellSource, WriteCell } from "./csv-value.js";
import type { Batches } from "./key-order.js";
import { pause } from "./steps.js";

/** A column of a CSV file. */
export interface CsvColumn {
  readonly heading: string;
  /** The field whose values stand in it. */
  readonly field: string;
  /** Of the field, where the table's schema has one. */
  readonly descriptor: string | undefined;
}

/** What is written into a CSV file. */
export interface CsvContent extends CellSource {
  readonly columns: readonly CsvColumn[];
  readonly batches: Batches;
  /** true begins with a byte order mark. */
  readonly bom: boolean;
}

/** A value that no cell can say. */
export class CellError extends RangeError {
  readonly row: number;
  readonly column: string;
  readonly fault: string;

  /** @param fault what it may not be */
  constructor(row: number, column: string, fault: string) {
    super(`row ${row}: ${column} may not be ${fault}`);
    this.row = row;
    this.column = column;
    this.fault = fault;
  }
}

/** Records that are turned into text at a time: a few milliseconds of work. */
const chunkRows = 1_024;

const newline = "\r\n";

interface Column {
  readonly heading: string;
  readonly field: string;
  readonly write: WriteCell;
}

/**
 * The bytes of a CSV file, piece by piece: a row of headings, and a row for each record. Where it has one column, an empty cell is an empty line.
 *
 * @throws CellError
 */
export function* writeCsv(source: CsvContent, onRecords: (done: number) => void): Generator<Uint8Array | typeof pause> {
  const writer = new CellWriter(source);
  const columns = source.columns.map(({ heading, field, descriptor }, i): Column => {
    return { heading, field, write: writer.column(descriptor, field, i === 0) };
  });
  if (source.bom) yield Buffer.from("\ufeff");
  yield Buffer.from(columns.map(({ heading }, i) => writer.heading(heading, i === 0)).join(source.delimiter) + newline);
  let done = 0;
  for (const batch of source.batches) {
    if (batch === pause) {
      yield pause;
      continue;
    }
    for (let start = 0; start < batch.length; start += chunkRows) {
      const records = batch.slice(start, start + chunkRows);
      let text = "";
      // The headings are row 1.
      for (const [i, record] of records.entries()) text += rowText(record, columns, source.delimiter, done + i + 2);
      yield Buffer.from(text);
      done += records.length;
      onRecords(done);
    }
  }
}

function rowText(record: StoredRecord, columns: readonly Column[], delimiter: string, row: number): string {
  let text = "";
  for (let i = 0; i < columns.length; i++) {
    const { field, heading, write } = columns[i]!;
    if (i > 0) text += delimiter;
    try {
      text += write(record[field]);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new CellError(row, heading, error.message);
    }
  }
  return text + newline;
}
