import { crc32 } from "node:zlib";
import { encodeValue } from "../codec/value-codec.js";
import { ShapedWriter } from "../log/shaped-writer.js";
import { ShapeTable } from "../log/shape-table.js";
import { catalogData, manifestData } from "./catalog-data.js";
import type { DocumentSource, TableSource } from "./document.js";
import { frame, frameHead, magic } from "./msgpack-format.js";
import { pause } from "./steps.js";

/** About how many bytes are in a frame of records: encoding them takes one or two milliseconds. */
const frameLength = 131_072;

/**
 * A database, or what changed in it, as the bytes of a msgpack file, piece by piece. See msgpack-format.ts and docs/architecture.md.
 *
 * @param onRecords told how many records were written so far
 */
export function* writeMsgpack(document: DocumentSource, onRecords: (done: number) => void): Generator<Uint8Array | typeof pause> {
  const { kind, manifest, tables } = document;
  const head = {
    kind,
    manifest: manifest === undefined ? null : manifestData(manifest),
    tables: tables.map(({ catalog, isNew }) => ({
      name: catalog.name,
      primaryKey: catalog.primaryKey,
      isNew,
      catalog: catalogData(catalog),
    })),
  };
  yield magic;
  yield framed(frame.head, encodeValue(head));
  const writer = new RecordFrames();
  let records = 0;
  let deletes = 0;
  for (const [number, table] of tables.entries()) {
    for (const part of writer.of(number, table)) {
      if (part === pause) {
        yield pause;
        continue;
      }
      yield* part.frames;
      records += part.records;
      if (part.records > 0) onRecords(records);
    }
    const gone = table.deletes();
    deletes += gone.length;
    if (gone.length > 0) yield framed(frame.deletes, encodeValue([number, gone]));
  }
  yield framed(frame.end, encodeValue([records, deletes]));
}

interface Part {
  readonly frames: readonly Uint8Array[];
  readonly records: number;
}

/** Encodes records, batch by batch, and before each batch the shapes that it is the first to have. */
class RecordFrames {
  readonly #shapes = new ShapeTable();
  readonly #writer = new ShapedWriter(this.#shapes);

  *of(number: number, table: TableSource): Generator<Part | typeof pause> {
    const writer = this.#writer;
    let count = 0;
    this.#begin(number);
    for (const batch of table.records()) {
      if (batch === pause) {
        yield pause;
        continue;
      }
      for (const record of batch) {
        writer.write(record);
        count++;
        if (writer.position < frameLength) continue;
        yield { frames: this.#end(), records: count };
        count = 0;
        this.#begin(number);
      }
    }
    if (count > 0) yield { frames: this.#end(), records: count };
  }

  #begin(table: number): void {
    this.#writer.reset();
    this.#writer.write(table);
  }

  #end(): Uint8Array[] {
    const records = framed(frame.records, this.#writer.written());
    if (!this.#shapes.hasPending) return [records];
    const shapes = framed(frame.shapes, encodeValue(this.#shapes.pendingNames()));
    this.#shapes.keepPending();
    return [shapes, records];
  }
}

function framed(kind: number, content: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(frameHead + 1 + content.length);
  bytes.writeUInt32LE(1 + content.length, 0);
  bytes[frameHead] = kind;
  bytes.set(content, frameHead + 1);
  bytes.writeUInt32LE(crc32(bytes.subarray(frameHead), crc32(bytes.subarray(0, 4))), 4);
  return bytes;
}
