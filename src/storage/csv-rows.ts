import Papa from "papaparse";
import type { OpenFile } from "./open-file.js";
import { readFile } from "./open-file.js";
import type { Steps } from "./steps.js";

/** How the rows of a file are told apart. */
export interface CsvForm {
  readonly delimiter: string;
  /** A name that `TextDecoder` knows. */
  readonly encoding: string;
}

/** Takes some rows. The first of them has this number in the file, counted from 1. */
export type TakeRows = (rows: readonly (readonly string[])[], first: number) => void;

/** A row with more characters than this probably has a quote that is never closed. */
const longestRow = 2 ** 26;

/** What is wrong with the text of a CSV file, and where. */
export class CsvError extends RangeError {}

/**
 * Reads the rows of a CSV file, some at a time, so that it need not fit into memory.
 *
 * @param onBytes told how many bytes were read
 * @throws CsvError for a quote that is not closed, or bytes that the encoding does not have
 */
export function* readRows(path: string, form: CsvForm, take: TakeRows, onBytes: (done: number, total: number) => void): Steps<void> {
  yield* readFile(path, true, function* (file) {
    const reader = new RowReader(file, form);
    while (yield* reader.next(take)) onBytes(file.offset, file.size);
    onBytes(file.size, file.size);
  });
}

class RowReader {
  readonly #file: OpenFile;
  readonly #form: CsvForm;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  #parser: Papa.Parser | undefined;
  #newline = "\n";
  /** The beginning of a row whose end was not read yet. */
  #rest = "";
  #rows = 0;

  constructor(file: OpenFile, form: CsvForm) {
    this.#file = file;
    this.#form = form;
    this.#decoder = new TextDecoder(form.encoding, { fatal: true });
  }

  /** Reads some more; false at the end. */
  *next(take: TakeRows): Steps<boolean> {
    // As much as there is already: a row that did not end is looked at again from its beginning, which may not happen too often.
    const bytes = yield* this.#file.next(this.#rest.length);
    const isLast = bytes.length === 0 || this.#file.isAtEnd;
    const text = this.#rest + this.#decode(bytes, isLast);
    if (text !== "") this.#take(text, isLast, take);
    return !isLast;
  }

  #take(text: string, isLast: boolean, take: TakeRows): void {
    this.#parser ??= this.#makeParser(text);
    const { data, errors, meta } = this.#parser.parse(text, 0, !isLast) as Papa.ParseResult<string[]>;
    // What is found wrong in a row that did not end yet may turn out to be right.
    const error = errors.find(({ row }) => isLast || (row ?? 0) < data.length);
    if (error !== undefined) throw new CsvError(`row ${this.#rows + (error.row ?? 0) + 1}: ${error.message.toLowerCase()}`);
    if (isLast && data.at(-1)?.length === 1 && data.at(-1)![0] === "") data.pop(); // behind the last line break
    if (this.#newline === "\n") for (const row of data) withoutReturn(row);
    this.#rest = isLast ? "" : text.slice(meta.cursor);
    if (this.#rest.length > longestRow)
      throw new CsvError(`row ${this.#rows + data.length + 1} has more than ${longestRow} characters: is a quote not closed?`);
    take(data, this.#rows + 1);
    this.#rows += data.length;
  }

  #makeParser(text: string): Papa.Parser {
    this.#newline = newlineOf(text);
    return new Papa.Parser({ delimiter: this.#form.delimiter, newline: this.#newline as "\n" });
  }

  #decode(bytes: Buffer, isLast: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream: !isLast });
    } catch {
      throw new CsvError(`before byte ${this.#file.offset}: bytes that are no text in the encoding ${this.#form.encoding}`);
    }
  }
}

/** How the first line ends that is not part of a quoted cell. */
function newlineOf(text: string): string {
  const unquoted = text.replaceAll(/"[^"]*(?:"|$)/g, "");
  return /\r\n|\n|\r/.exec(unquoted)?.[0] ?? "\n";
}

/** In a file that has both kinds of line ends. */
function withoutReturn(row: string[]): void {
  const last = row.length - 1;
  if (row[last]!.endsWith("\r")) row[last] = row[last]!.slice(0, -1);
}
