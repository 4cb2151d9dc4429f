/** What is wrong with the text of a CSV file, and where. */
export class CsvError extends RangeError {}

/** One row of a CSV file. */
export interface CsvRow {
  readonly cells: readonly string[];
  /** true where a cell stood in quotes; undefined where none did. */
  readonly quoted: readonly (boolean | undefined)[] | undefined;
  /** Its place in the file, counted from 1. */
  readonly number: number;
}

/** A row with more characters than this probably has a quote that is never closed. */
export const longestRow = 2 ** 26;

const enum State {
  /** Before the first character of a row. */
  Row,
  /** Before the first character of a cell. */
  Cell,
  Plain,
  Quoted,
  /** Behind the quote that closes a cell. */
  Closed,
  Comment,
}

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

/**
 * Tells the rows of a CSV file apart, of which the text comes in pieces that may be cut anywhere.
 *
 * A row ends at CRLF, LF or CR that is not in quotes, whatever the others end with. A cell is quoted where a quote is its first character; another quote
 * is part of the text. Blanks behind a closing quote are passed over.
 */
export class CsvParser {
  readonly #delimiter: number;
  readonly #comment: string | undefined;
  #state = State.Row;
  /** The end of a piece that cannot be understood before the next one is there: half a line end, half a quote, half a mark of a comment. */
  #held = "";
  /** What of a cell was in earlier pieces. */
  #part = "";
  #cells: string[] = [];
  #quoted: (boolean | undefined)[] | undefined;
  /** How many characters of the row were in earlier pieces. */
  #length = 0;
  #number: number;
  /** What was found wrong behind the rows that `push` answered last. */
  fault: CsvError | undefined;

  /**
   * @param comment what a row begins with that is passed over
   * @param first the number of the first row
   */
  constructor(delimiter: string, comment: string | undefined, first = 1) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#comment = comment;
    this.#number = first;
  }

  /** Takes the next piece; answers the rows that end in it. */
  push(piece: string, isLast: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    const text = this.#held === "" ? piece : this.#held + piece;
    this.#held = "";
    const end = text.length;
    const delimiter = this.#delimiter;
    let at = 0;
    let rowStart = 0;

    // Says whether the line end that begins at a place is whole; the other half may be in the next piece.
    const isWhole = (place: number): boolean => text.charCodeAt(place) === lineFeed || place + 1 < end || isLast;
    const behindLine = (place: number): number =>
      text.charCodeAt(place) === carriageReturn && text.charCodeAt(place + 1) === lineFeed ? place + 2 : place + 1;
    const endRow = (): void => {
      rows.push({ cells: this.#cells, quoted: this.#quoted, number: this.#number++ });
      this.#cells = [];
      this.#quoted = undefined;
      this.#length = 0;
      rowStart = at;
      this.#state = State.Row;
    };
    const endCell = (rest: string): void => {
      this.#cells.push(this.#part === "" ? rest : this.#part + rest);
      this.#part = "";
    };

    while (at < end && this.fault === undefined) {
      switch (this.#state) {
        case State.Row: {
          const comment = this.#comment;
          if (comment !== undefined && text.startsWith(comment, at)) {
            this.#state = State.Comment;
            continue;
          }
          if (comment !== undefined && !isLast && end - at < comment.length && comment.startsWith(text.slice(at))) {
            this.#held = text.slice(at);
            return rows;
          }
          this.#state = State.Cell;
          continue;
        }
        case State.Cell:
          if (text.charCodeAt(at) === quote) {
            at++;
            this.#state = State.Quoted;
            (this.#quoted ??= [])[this.#cells.length] = true;
          } else this.#state = State.Plain;
          continue;
        case State.Plain: {
          let code = 0;
          let i = at;
          for (; i < end; i++) {
            code = text.charCodeAt(i);
            if (code === delimiter || code === lineFeed || code === carriageReturn) break;
          }
          if (i < end && code === delimiter) {
            endCell(text.slice(at, i));
            at = i + 1;
            this.#state = State.Cell;
          } else if (i < end && isWhole(i)) {
            endCell(text.slice(at, i));
            at = behindLine(i);
            endRow();
          } else {
            this.#part += text.slice(at, i);
            this.#held = text.slice(i);
            at = end;
          }
          continue;
        }
        case State.Quoted: {
          const i = text.indexOf('"', at);
          if (i === -1) {
            this.#part += text.slice(at);
            at = end;
          } else if (i + 1 === end && !isLast) {
            this.#part += text.slice(at, i);
            this.#held = '"';
            at = end;
          } else if (text.charCodeAt(i + 1) === quote) {
            this.#part += text.slice(at, i + 1);
            at = i + 2;
          } else {
            this.#part += text.slice(at, i);
            at = i + 1;
            this.#state = State.Closed;
          }
          continue;
        }
        case State.Closed: {
          const code = text.charCodeAt(at);
          if (code === delimiter) {
            endCell("");
            at++;
            this.#state = State.Cell;
          } else if (code === lineFeed || code === carriageReturn) {
            if (isWhole(at)) {
              endCell("");
              at = behindLine(at);
              endRow();
            } else {
              this.#held = "\r";
              at = end;
            }
          } else if (code === space || code === tab) at++;
          else this.fault = new CsvError(`row ${this.#number}: trailing quote on quoted field is malformed`);
          continue;
        }
        case State.Comment: {
          let i = at;
          while (i < end && text.charCodeAt(i) !== lineFeed && text.charCodeAt(i) !== carriageReturn) i++;
          if (i < end && isWhole(i)) {
            at = behindLine(i);
            rowStart = at;
            this.#number++;
            this.#state = State.Row;
          } else {
            this.#held = text.slice(i);
            at = end;
            rowStart = end;
          }
          continue;
        }
      }
    }
    if (this.fault !== undefined) return rows;
    if (isLast) {
      if (this.#state === State.Quoted) this.fault = new CsvError(`row ${this.#number}: quoted field unterminated`);
      else if (this.#state !== State.Row && this.#state !== State.Comment) {
        endCell("");
        endRow();
      }
      return rows;
    }
    this.#length += end - rowStart;
    if (this.#length > longestRow)
      this.fault = new CsvError(`row ${this.#number} has more than ${longestRow} characters: is a quote not closed?`);
    return rows;
  }
}
