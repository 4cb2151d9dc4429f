import { CsvDecoder } from "./csv-decoder.js";
import { findDelimiter, sampleLength } from "./csv-delimiter.js";
import { CsvParser } from "./csv-parser.js";
import type { CsvRow } from "./csv-parser.js";
import { CsvPrologue } from "./csv-prologue.js";
import type { CsvSource, Piece } from "./csv-source.js";
import { unzipped } from "./csv-unzip.js";
import { pause, runAsync } from "./steps.js";

/** How the rows of a file are told apart. */
export interface CsvForm {
  /** One character; "auto" finds it out; undefined is the one that the file declares, or a comma. */
  readonly delimiter: string | undefined;
  /** A name that `TextDecoder` knows; undefined goes by the byte order mark, and is UTF-8 without one. */
  readonly encoding: string | undefined;
  /** What a row begins with that is passed over. */
  readonly comment: string | undefined;
  /** How many lines are before the first row. */
  readonly skipLines: number;
  /** Whether the bytes are packed by gzip; undefined goes by the first of them. */
  readonly gzip: boolean | undefined;
}

/** Takes some rows. */
export type TakeRows = (rows: readonly CsvRow[]) => void;

/** As much is read before others may run: a few milliseconds of work. */
const pieceLength = 262_144;

/**
 * Reads the rows of a CSV file, some at a time, so that it need not fit into memory.
 *
 * @param onPiece called whenever some of it was read
 * @throws CsvError for a quote that is not closed, bytes that the encoding does not have, damaged compression
 */
export async function readRows(source: CsvSource, form: CsvForm, take: TakeRows, onPiece: () => void): Promise<void> {
  const reader = new RowReader(form);
  const decoder = new CsvDecoder(form.encoding);
  let work = 0;
  for await (const whole of unzipped(source.pieces(), form.gzip)) {
    try {
      for (let start = 0; start < whole.length; start += pieceLength) {
        reader.push(decoder.decode(partOf(whole, start)), false, take);
        onPiece();
        work += Math.min(pieceLength, whole.length - start);
        if (work < pieceLength) continue;
        work = 0;
        // A source that has all of its pieces at hand never waits for the event loop by itself.
        await runAsync(turn());
      }
    } catch (error) {
      // Before the loop is left, which waits for the piece after this one, where that was asked for already.
      source.end(error);
      throw error;
    }
  }
  reader.push(decoder.end(), true, take);
  onPiece();
}

function* turn(): Generator<typeof pause, void> {
  yield pause;
}

function partOf(piece: Piece, start: number): Piece {
  if (piece.length <= pieceLength) return piece;
  return typeof piece === "string" ? piece.slice(start, start + pieceLength) : piece.subarray(start, start + pieceLength);
}

/** Makes rows of text: first what is before them, then the delimiter, then they. */
class RowReader {
  readonly #form: CsvForm;
  readonly #prologue: CsvPrologue;
  #isPast = false;
  #sample = "";
  #parser: CsvParser | undefined;

  constructor(form: CsvForm) {
    this.#form = form;
    this.#prologue = new CsvPrologue(form.skipLines);
  }

  push(piece: string, isLast: boolean, take: TakeRows): void {
    let text = piece;
    if (!this.#isPast) {
      const rest = this.#prologue.push(text, isLast);
      if (rest === undefined) return;
      this.#isPast = true;
      text = rest;
    }
    if (this.#parser === undefined) {
      text = this.#sample + text;
      const delimiter = this.#delimiter(text, isLast);
      if (delimiter === undefined) {
        this.#sample = text;
        return;
      }
      this.#sample = "";
      this.#parser = new CsvParser(delimiter, this.#form.comment, this.#prologue.lines + 1);
    }
    const parser = this.#parser;
    const rows = parser.push(text, isLast);
    // What is wrong in an earlier row is told first, however the text was cut.
    if (rows.length > 0) take(rows);
    if (parser.fault !== undefined) throw parser.fault;
  }

  /** undefined where it takes more text to find it out. */
  #delimiter(text: string, isLast: boolean): string | undefined {
    const { delimiter, comment } = this.#form;
    if (delimiter !== "auto") return delimiter ?? this.#prologue.delimiter ?? ",";
    if (this.#prologue.delimiter !== undefined) return this.#prologue.delimiter;
    if (text.length < sampleLength && !isLast) return undefined;
    return findDelimiter(text.slice(0, sampleLength), isLast && text.length <= sampleLength, comment);
  }
}
