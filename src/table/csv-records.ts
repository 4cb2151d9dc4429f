import { refuse, RecordSite } from "../base/arguments.js";
import { describe } from "../base/describe.js";
import { DuplicateKeyError, SchemaValidationError } from "../base/errors.js";
import type { Key, StoredRecord, Value } from "../base/value.js";
import type { TableContext } from "../replica/table-context.js";
import { maxRecords } from "../state/table-state.js";
import type { CellForm, ReadCell } from "../storage/csv-cell.js";
import { ColumnGuess } from "../storage/csv-infer.js";
import type { CsvRow } from "../storage/csv-parser.js";
import { unescapeFormula } from "../storage/csv-text.js";
import { newRecord } from "./records.js";
import type { RecordOptions } from "./records.js";

/** Takes the rows of a file that are records. */
export interface RowTaker {
  /** @param names of the columns */
  begin(names: readonly string[]): void;
  /** @param row has as many cells as there are names */
  row(row: CsvRow): void;
}

/** Finds out what the columns are. */
export class Guesses implements RowTaker {
  readonly #form: CellForm;
  columns: readonly ColumnGuess[] = [];

  constructor(form: CellForm) {
    this.#form = form;
  }

  begin(names: readonly string[]): void {
    this.columns = names.map(() => new ColumnGuess());
  }

  row({ cells }: CsvRow): void {
    const { nullValues, unescapeFormulas } = this.#form;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (!nullValues.has(cell)) this.columns[i]!.note(unescapeFormulas ? unescapeFormula(cell) : cell);
    }
  }
}

/** Makes the records: validated, copied, each with its key. */
export class Records implements RowTaker {
  readonly list: StoredRecord[] = [];
  readonly #where: string;
  readonly #context: TableContext;
  readonly #options: RecordOptions;
  readonly #makeReader: (name: string, column: number) => ReadCell;
  readonly #site: RecordSite;
  readonly #keys = new Set<Key>();
  #names: readonly string[] = [];
  #readers: readonly ReadCell[] = [];
  #nextKey = 1;

  /** @param makeReader makes the reader of a column's cells */
  constructor(where: string, context: TableContext, options: RecordOptions, makeReader: (name: string, column: number) => ReadCell) {
    this.#where = where;
    this.#context = context;
    this.#options = options;
    this.#makeReader = makeReader;
    this.#site = new RecordSite(where, "row");
  }

  begin(names: readonly string[]): void {
    this.#names = names;
    this.#readers = names.map(this.#makeReader);
  }

  row({ cells, quoted, number }: CsvRow): void {
    const source: Record<string, Value> = {};
    for (let i = 0; i < cells.length; i++) {
      const value = this.#cell(i, cells[i]!, quoted?.[i] === true, number);
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

  #cell(column: number, cell: string, isQuoted: boolean, row: number): unknown {
    try {
      return this.#readers[column]!(cell, isQuoted);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const name = this.#names[column]!;
      const message = `${name} must be ${error.message}, received ${describe(cell)}`;
      throw new SchemaValidationError(`${this.#where}: row ${row}: ${message}`, [{ message, path: [name] }], {
        table: this.#context.name,
        row,
        column: name,
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
