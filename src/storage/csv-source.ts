import { isUint8Array } from "node:util/types";
import { crc32 } from "node:zlib";
import { describe } from "../base/describe.js";
import { InvalidArgumentError } from "../base/errors.js";
import { CsvError } from "./csv-parser.js";
import { openFile } from "./open-file.js";
import type { OpenFile } from "./open-file.js";
import { runAsync } from "./steps.js";
import type { StreamInput } from "./stream-input.js";

/** Some bytes of a file, or some text. */
export type Piece = Uint8Array | string;

/** Where a CSV file is read from, as often as its rows are wanted. */
export interface CsvSource {
  /** How many bytes were read in this pass. */
  readonly done: number;
  /** How many there are; `Infinity` while that is not known. */
  readonly total: number;
  /** Of a file, as it was given. */
  readonly path: string | undefined;
  /** Prepares it to be read more than once. */
  keep(): void;
  /** Reads it from its beginning. Throws the reason when it was ended. */
  pieces(): AsyncGenerator<Piece, void>;
  /** Reads no further, whether or not it is being read: a stream that lets one wait is waited for no longer. */
  end(reason: unknown): void;
}

/** A file. It must stay what it is while it is read, which a checksum shows where it is read twice. */
export class FileSource implements CsvSource {
  readonly path: string;
  #crc: number | undefined;
  #ended: { readonly reason: unknown } | undefined;
  done = 0;
  total = 0;

  constructor(path: string) {
    this.path = path;
  }

  keep(): void {
    // It is there, and whether it is the same is seen from its checksum.
  }

  async *pieces(): AsyncGenerator<Piece, void> {
    const file = await this.#open();
    try {
      this.total = file.size;
      this.done = 0;
      let crc = 0;
      for (;;) {
        const bytes = await runAsync(file.next());
        if (this.#ended !== undefined) throw this.#ended.reason;
        if (bytes.length === 0) break;
        crc = crc32(bytes, crc);
        this.done = file.offset;
        yield bytes;
      }
      if (this.#crc !== undefined && this.#crc !== crc) throw new CsvError("the file was changed while it was read");
      this.#crc = crc;
    } finally {
      await runAsync(file.close());
    }
  }

  end(reason: unknown): void {
    this.#ended ??= { reason };
  }

  async #open(): Promise<OpenFile> {
    try {
      return await runAsync(openFile(this.path, true));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CsvError(`${error.message}: hand over a stream to read from a pipe or a device`, { cause: error });
    }
  }
}

/** What comes by a stream, once: where it is read twice, a copy of it is kept. */
export class StreamSource implements CsvSource {
  readonly #input: StreamInput;
  readonly #where: string;
  #kept: Piece[] | undefined;
  #isRead = false;
  #ended: { readonly reason: unknown } | undefined;
  /** Ends the wait for the next piece. */
  #stopWaiting: (() => void) | undefined;
  readonly path = undefined;
  done = 0;
  total = Number.POSITIVE_INFINITY;

  constructor(where: string, input: StreamInput) {
    this.#where = where;
    this.#input = input;
  }

  keep(): void {
    this.#kept = [];
  }

  async *pieces(): AsyncGenerator<Piece, void> {
    this.done = 0;
    if (this.#isRead) {
      for (const piece of this.#kept ?? []) {
        if (this.#ended !== undefined) throw this.#ended.reason;
        yield this.#counted(piece);
      }
      return;
    }
    this.#isRead = true;
    for (;;) {
      const next = await this.#next();
      if (next.done === true) break;
      const given = this.#checked(next.value);
      // The bytes are the giver's, who may use their memory again.
      const piece = this.#kept === undefined || typeof given === "string" ? given : given.slice();
      this.#kept?.push(piece);
      yield this.#counted(piece);
    }
    this.total = this.done;
  }

  end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason };
    this.#input.end();
    this.#stopWaiting?.();
  }

  #next(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve, reject) => {
      this.#stopWaiting = () => reject(this.#ended?.reason);
      if (this.#ended === undefined) this.#input.next().then(resolve, reject);
      else this.#stopWaiting();
    });
  }

  #counted(piece: Piece): Piece {
    this.done += typeof piece === "string" ? Buffer.byteLength(piece) : piece.length;
    return piece;
  }

  #checked(piece: unknown): Piece {
    if (typeof piece === "string" || isUint8Array(piece)) return piece;
    const received = describe(piece);
    throw new InvalidArgumentError(`${this.#where}: a piece of the stream must be a Uint8Array or a string, received ${received}`, {
      argument: "source",
      expected: "a Uint8Array or a string",
      received,
    });
  }
}
