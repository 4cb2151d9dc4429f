import { refuse, RecordSite } from "../base/arguments.js";
import { checkName } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { CorruptFileError, DuplicateKeyError, SchemaValidationError } from "../base/errors.js";
import type { Key, StoredRecord, Value } from "../base/value.js";
import type { TableContext } from "../replica/table-context.js";
import { describedCell, guessedCell } from "../storage/csv-cell.js";
import type { ReadCell } from "../storage/csv-cell.js";
import { ColumnGuess } from "../storage/csv-infer.js";
import { CsvError, readRows } from "../storage/csv-rows.js";
import type { CsvForm, TakeRows } from "../storage/csv-rows.js";
import type { Progress } from "../storage/document.js";
import type { Steps } from "../storage/steps.js";
import { maxRecords } from "../state/table-state.js";
import { newRecord } from "./records.js";
import type { RecordOptions } from "./records.js";

/** How a CSV file becomes a table. */
export interface CsvImport extends CsvForm {
  readonly path: string;
  readonly hasHeader: boolean;
  readonly inferTypes: boolean;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

type Row = readonly string[];

/**
 * Reads the records of a CSV file: validated, copied, each with its key.
 *
 * Where types are to be guessed, the file is read twice: a column is what all of its cells are.
 *
 * @param context of the table that the records are for, which need not exist
 * @throws CorruptFileError for a file that is no CSV, SchemaValidationError for a cell, DuplicateKeyError; all of them name the row
 */
export function* readRecords(where: string, from: CsvImport, context: TableContext, options: RecordOptions): Steps<StoredRecord[]> {
  const descriptors = context.schema?.descriptors;
  const guesses = descriptors === undefined && from.inferTypes ? new Guesses() : undefined;
  const passes = guesses === undefined ? 1 : 2;
  if (guesses !== undefined) yield* readPass(where, from, 0, passes, guesses);
  const records = new Records(where, context, options, (name, column) => {
    if (descriptors !== undefined)
      return Object.hasOwn(descriptors, name) ? describedCell(descriptors[name]!, name) : guessedCell("string");
    return guessedCell(guesses?.columns[column]?.type ?? "string");
  });
  yield* readPass(where, from, passes - 1, passes, records);
  return records.list;
}

/** Takes the rows of one pass. */
interface Taker {
  begin(names: readonly string[]): void;
  /** @param number of the row in the file, from 1 on */
  row(cells: Row, number: number): void;
}

/** Reads the file once, and checks what must be true of every row. */
function* readPass(where: string, from: CsvImport, pass: number, passes: number, taker: Taker): Steps<void> {
  const { path, hasHeader, onProgress } = from;
  let names: readonly string[] | undefined;
  const take: TakeRows = (rows, first) => {
    for (const [i, cells] of rows.entries()) {
      const number = first + i;
      if (names === undefined) {
        names = hasHeader ? headings(where, path, cells) : cells.map((_, column) => `col_${column}`);
        taker.begin(names);
        if (hasHeader) continue;
      }
      if (cells.length === names.length) taker.row(cells, number);
      // An empty line, which many programs leave at the end.
      else if (cells.length !== 1 || cells[0] !== "") throw wrongLength(where, path, number, cells.length, names.length);
    }
  };
  try {
    yield* readRows(path, from, take, (done, total) => onProgress?.({ done: pass * total + done, total: passes * total }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CorruptFileError(`${where}: ${JSON.stringify(path)}, ${error.message}`, { path }, { cause: error });
  }
}

function headings(where: string, path: string, cells: Row): Row {
  const seen = new Set<string>();
  for (const name of cells) {
    const fault = name === "" ? "a column without a name" : seen.has(name) ? `two columns named ${describe(name)}` : undefined;
    if (fault !== undefined) throw new CorruptFileError(`${where}: ${JSON.stringify(path)}, row 1: found ${fault}`, { path });
    checkName(where, "a column", name);
    seen.add(name);
  }
  return [...cells];
}

function wrongLength(where: string, path: string, row: number, found: number, expected: number): CorruptFileError {
  return new CorruptFileError(`${where}: ${JSON.stringify(path)}, row ${row} has ${found} cells instead of ${expected}`, { path, row });
}

/** The first pass: finds out what the columns are. */
class Guesses implements Taker {
  columns: readonly ColumnGuess[] = [];

  begin(names: Row): void {
    this.columns = names.map(() => new ColumnGuess());
  }

  row(cells: Row): void {
    for (let i = 0; i < cells.length; i++) this.columns[i]!.note(cells[i]!);
  }
}

/** The last pass: makes the records. */
class Records implements Taker {
  readonly list: StoredRecord[] = [];
  readonly #where: string;
  readonly #context: TableContext;
  readonly #options: RecordOptions;
  readonly #makeReader: (name: string, column: number) => ReadCell;
  readonly #site: RecordSite;
  readonly #keys = new Set<Key>();
  #names: Row = [];
  #readers: readonly ReadCell[] = [];
  #nextKey = 1;

  constructor(where: string, context: TableContext, options: RecordOptions, makeReader: (name: string, column: number) => ReadCell) {
    this.#where = where;
    this.#context = context;
    this.#options = options;
    this.#makeReader = makeReader;
    this.#site = new RecordSite(where, "row");
  }

  begin(names: Row): void {
    this.#names = names;
    this.#readers = names.map(this.#makeReader);
  }

  row(cells: Row, number: number): void {
    const source: Record<string, Value> = {};
    for (let i = 0; i < cells.length; i++) {
      const value = this.#cell(i, cells[i]!, number);
      if (value !== undefined) source[this.#names[i]!] = value as Value;
    }
    this.#site.index = number;
    const record = newRecord(this.#site, source, this.#nextKey, this.#context, this.#options);
    const key = record[this.#context.state.primaryKey] as Key;
    if (this.#keys.has(key)) throw this.#duplicate(number, key);
    this.#keys.add(key);
    if (typeof key === "number" && key >= this.#nextKey && Number.isSafeInteger(key)) this.#nextKey = key + 1;
    this.list.push(record);
    if (this.list.length > maxRecords) refuse(this.#where, "the file", `one of at most ${maxRecords} records`, number);
  }

  #cell(column: number, cell: string, number: number): unknown {
    try {
      return this.#readers[column]!(cell);
    } catch (error) {
      const name = this.#names[column]!;
      const message = `${name} must be ${(error as Error).message}, received ${describe(cell)}`;
      throw new SchemaValidationError(`${this.#where}: row ${number}: ${message}`, [{ message, path: [name] }], {
        table: this.#context.name,
        row: number,
      });
    }
  }

  #duplicate(row: number, key: Key): DuplicateKeyError {
    return new DuplicateKeyError(`${this.#where}: row ${row}: an earlier row has key ${JSON.stringify(key)}`, {
      table: this.#context.name,
      key,
      row,
    });
  }
}
