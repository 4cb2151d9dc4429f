import { CorruptFileError } from "../base/errors.js";
import type { StoredRecord } from "../base/value.js";
import type { TableContext } from "../replica/table-context.js";
import { describedCell, guessedCell } from "../storage/csv-cell.js";
import type { CellForm } from "../storage/csv-cell.js";
import { CsvError } from "../storage/csv-parser.js";
import type { CsvRow } from "../storage/csv-parser.js";
import { readRows } from "../storage/csv-rows.js";
import type { CsvForm, TakeRows } from "../storage/csv-rows.js";
import type { CsvSource } from "../storage/csv-source.js";
import type { Progress } from "../storage/document.js";
import { columnName, readHeadings } from "./csv-headings.js";
import type { HeadingRule } from "./csv-headings.js";
import { Guesses, Records } from "./csv-records.js";
import type { RowTaker } from "./csv-records.js";
import type { RecordOptions } from "./records.js";

/** What is done with rows that have another number of cells than there are columns. */
export type RaggedRule = "refuse" | "pad" | "skip";

/** How a CSV file becomes a table. */
export interface CsvImport extends CsvForm, CellForm {
  readonly hasHeader: boolean;
  readonly headings: HeadingRule;
  readonly ragged: RaggedRule;
  /** true reads the file twice: a column is what all of its cells are. */
  readonly guessTypes: boolean;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/**
 * Reads the records of a CSV file: validated, copied, each with its key.
 *
 * @param context of the table that the records are for, which need not exist
 * @throws CorruptFileError for a file that is no CSV, SchemaValidationError for a cell, DuplicateKeyError; all of them name the row; the reason why the
 *   source was ended
 */
export async function readRecords(
  where: string,
  source: CsvSource,
  from: CsvImport,
  context: TableContext,
  options: RecordOptions,
): Promise<StoredRecord[]> {
  const descriptors = context.schema?.descriptors;
  const guesses = from.guessTypes ? new Guesses(from) : undefined;
  const passes = guesses === undefined ? 1 : 2;
  if (guesses !== undefined) source.keep();
  if (guesses !== undefined) await readPass(where, source, from, 0, passes, guesses);
  const records = new Records(where, context, options, (name, column) => {
    if (descriptors !== undefined && Object.hasOwn(descriptors, name)) return describedCell(descriptors[name]!, name, from);
    return guessedCell(guesses?.columns[column]?.type ?? "string", from);
  });
  await readPass(where, source, from, passes - 1, passes, records);
  return records.list;
}

/** Reads the file once, and checks what must be true of every row. */
async function readPass(where: string, source: CsvSource, from: CsvImport, pass: number, passes: number, taker: RowTaker): Promise<void> {
  const { path } = source;
  const site = `${where}: ${path === undefined ? "the stream" : JSON.stringify(path)}`;
  const sorter = new RowSorter(site, path, from, taker);
  const report = (): void => {
    const { done, total } = source;
    from.onProgress?.({ done: pass === 0 ? done : pass * total + done, total: passes * total });
  };
  try {
    await readRows(source, from, sorter.take, report);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CorruptFileError(`${site}, ${error.message}`, { path }, { cause: error });
  }
}

/** Tells the headings, the records and what is neither. */
class RowSorter {
  readonly #site: string;
  readonly #path: string | undefined;
  readonly #from: CsvImport;
  readonly #taker: RowTaker;
  #names: readonly string[] | undefined;

  /** @param site the method and the file, for error messages */
  constructor(site: string, path: string | undefined, from: CsvImport, taker: RowTaker) {
    this.#site = site;
    this.#path = path;
    this.#from = from;
    this.#taker = taker;
  }

  readonly take: TakeRows = (rows) => {
    for (const row of rows) this.#row(row);
  };

  #row(row: CsvRow): void {
    const { cells, number } = row;
    const { hasHeader, headings, ragged, unescapeFormulas } = this.#from;
    if (this.#names === undefined) {
      if (hasHeader && isEmptyLine(row)) return;
      this.#names = hasHeader
        ? readHeadings({ site: this.#site, path: this.#path, row: number }, cells, headings, unescapeFormulas)
        : cells.map((_, column) => columnName(column));
      this.#taker.begin(this.#names);
      if (hasHeader) return;
    }
    const width = this.#names.length;
    if (cells.length === width) this.#taker.row(row);
    // An empty line, which many programs leave at the end. In a file of one column it is an empty cell.
    else if (isEmptyLine(row) || ragged === "skip") return;
    else this.#taker.row(this.#padded(row, width));
  }

  /** With as many cells as there are columns. What stands in those that are too many would be lost. */
  #padded({ cells, quoted, number }: CsvRow, width: number): CsvRow {
    if (this.#from.ragged === "pad") {
      if (cells.length < width) return { cells: [...cells, ...Array.from({ length: width - cells.length }, () => "")], quoted, number };
      if (cells.slice(width).every((cell) => cell === "")) return { cells: cells.slice(0, width), quoted, number };
    }
    throw new CorruptFileError(`${this.#site}, row ${number} has ${cells.length} cells instead of ${width}`, {
      path: this.#path,
      row: number,
    });
  }
}

function isEmptyLine({ cells, quoted }: CsvRow): boolean {
  return cells.length === 1 && cells[0] === "" && quoted === undefined;
}
