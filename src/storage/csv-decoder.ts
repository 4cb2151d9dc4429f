import { CsvError } from "./csv-parser.js";
import type { Piece } from "./csv-source.js";

/** Byte order marks, the longer ones first: that of UTF-16 begins that of UTF-32. */
const marks: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

const longestMark = 4;

/** Makes text of bytes that come in pieces, which may be cut anywhere. Pieces that are text already are passed on. */
export class CsvDecoder {
  readonly #encoding: string | undefined;
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  /** The first bytes, until there are enough of them to tell a byte order mark. */
  #head: Uint8Array = new Uint8Array();
  #isFirst = true;
  /** How many bytes were read. */
  #offset = 0;

  /** @param encoding a name that `TextDecoder` knows; undefined goes by the byte order mark, and is UTF-8 without one */
  constructor(encoding: string | undefined) {
    this.#encoding = encoding;
  }

  /** The text of the next piece, without what of its last character is missing. */
  decode(piece: Piece): string {
    if (typeof piece === "string") {
      const text = this.#isFirst && this.#head.length === 0 && piece.startsWith("\ufeff") ? piece.slice(1) : piece;
      if (piece !== "") this.#isFirst = false;
      return this.end() + text;
    }
    this.#offset += piece.length;
    if (this.#decoder !== undefined) return this.#decode(piece, true);
    this.#head = Buffer.concat([this.#head, piece]);
    return this.#head.length < longestMark ? "" : this.#begin(true);
  }

  /** The rest of the text. */
  end(): string {
    if (this.#decoder !== undefined) return this.#decode(new Uint8Array(), false);
    return this.#head.length === 0 ? "" : this.#begin(false);
  }

  #begin(mayGoOn: boolean): string {
    const head = this.#head;
    const encoding = this.#isFirst ? encodingOf(head, this.#encoding) : (this.#encoding ?? "utf-8");
    this.#decoder = new TextDecoder(encoding, { fatal: true });
    this.#isFirst = false;
    this.#head = new Uint8Array();
    return this.#decode(head, mayGoOn);
  }

  #decode(bytes: Uint8Array, mayGoOn: boolean): string {
    const decoder = this.#decoder!;
    try {
      return decoder.decode(bytes, { stream: mayGoOn });
    } catch {
      throw new CsvError(`before byte ${this.#offset}: bytes that are no text in the encoding ${decoder.encoding}`);
    }
  }
}

/** A byte order mark decides between UTF-8 and the two kinds of UTF-16. Another encoding that was asked for has none. */
function encodingOf(head: Uint8Array, asked: string | undefined): string {
  const name = asked === undefined ? "utf-8" : new TextDecoder(asked).encoding;
  if (name !== "utf-8" && !name.startsWith("utf-16")) return name;
  const mark = marks.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte))?.[0] ?? name;
  // A text in UTF-16 may begin with its mark and a NUL, which no CSV file does.
  if (mark.startsWith("utf-32")) throw new CsvError("found the byte order mark of UTF-32, which cannot be read: convert the file to UTF-8");
  return mark;
}
