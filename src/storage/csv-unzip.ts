import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CsvError } from "./csv-parser.js";
import type { Piece } from "./csv-source.js";
import { codeOf } from "./steps.js";

/**
 * Unpacks what is packed by gzip, piece by piece.
 *
 * @param gzip whether it is; undefined goes by the first two bytes, which no text begins with
 * @throws CsvError for what is damaged, or is cut off
 */
export async function* unzipped(pieces: AsyncGenerator<Piece, void>, gzip: boolean | undefined): AsyncGenerator<Piece, void> {
  try {
    let head = Buffer.alloc(0);
    const wanted = gzip === false ? 0 : 2;
    while (head.length < wanted) {
      const next = await pieces.next();
      if (next.done === true) break;
      if (typeof next.value === "string") {
        if (gzip === true) throw new CsvError("found text instead of gzip");
        if (head.length > 0) yield head;
        yield next.value;
        yield* pieces;
        return;
      }
      head = Buffer.concat([head, next.value]);
    }
    const isPacked = head[0] === 0x1f && head[1] === 0x8b;
    if (gzip === true && !isPacked) throw new CsvError("the first bytes are not those of gzip");
    if (isPacked) yield* unpack(head, pieces);
    else {
      if (head.length > 0) yield head;
      yield* pieces;
    }
  } finally {
    await pieces.return();
  }
}

async function* unpack(head: Uint8Array, pieces: AsyncGenerator<Piece, void>): AsyncGenerator<Piece, void> {
  const gunzip = createGunzip();
  const work = pipeline(Readable.from(packed(head, pieces)), gunzip);
  // Its failure is that of gunzip, which is told below.
  work.catch(() => undefined);
  try {
    for await (const piece of gunzip) yield piece as Buffer;
  } catch (error) {
    if (codeOf(error)?.startsWith("Z_") !== true) throw error;
    throw new CsvError(`the compressed data is damaged: ${(error as Error).message}`, { cause: error });
  } finally {
    // Whatever the source has to close is closed then.
    await work.catch(() => undefined);
  }
}

async function* packed(head: Uint8Array, pieces: AsyncGenerator<Piece, void>): AsyncGenerator<Uint8Array, void> {
  yield head;
  for await (const piece of pieces) {
    if (typeof piece === "string") throw new CsvError("found text among the bytes of gzip");
    yield piece;
  }
}
