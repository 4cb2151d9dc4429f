import { crc32 } from "node:zlib";
import { encodeValue } from "../../src/codec/value-codec.js";
import { magic } from "../../src/storage/msgpack-format.js";

/** A frame of a msgpack file as docs/architecture.md describes it, whose checksum is right whatever is in it. */
export function frameOf(kind: number, content: Uint8Array, length = content.length + 1): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(length, 0);
  head[8] = kind;
  head.writeUInt32LE(crc32(content, crc32(head.subarray(8), crc32(head.subarray(0, 4)))), 4);
  return Buffer.concat([head, content]);
}

/** A msgpack file with these frames. */
export function fileOf(...frames: readonly Buffer[]): Buffer {
  return Buffer.concat([magic, ...frames]);
}

/** What a file says of a table that has nothing. */
export const catalog = { schema: null, needsSchema: false, versionField: null, nextKey: 1, columns: [], indexes: [] };

/** The head of a file with one table `t`, or with something else in its place. */
export function headOf(table: object = {}, head: object = {}): Buffer {
  return frameOf(
    1,
    encodeValue({ kind: "full", manifest: null, tables: [{ name: "t", primaryKey: "id", isNew: true, catalog, ...table }], ...head }),
  );
}
