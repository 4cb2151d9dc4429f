import { crc32 } from "node:zlib";
import { isError, isList, isPlainObject } from "../base/shape.js";
import type { Key, StoredRecord } from "../base/value.js";
import { decodeValue } from "../codec/value-codec.js";
import { ShapedReader } from "../log/shaped-reader.js";
import { ShapeTable } from "../log/shape-table.js";
import { readCatalog, readManifest } from "./catalog-data.js";
import type { LoadedDocument, Manifest, TableCatalog } from "./document.js";
import { checkDeletes, checkRecords } from "./loaded-records.js";
import { frame, frameHead, magic } from "./msgpack-format.js";
import type { OpenFile } from "./open-file.js";
import type { Steps } from "./steps.js";

/** One table while it is being read. */
interface Table {
  readonly catalog: TableCatalog;
  readonly isNew: boolean;
  readonly records: StoredRecord[];
  readonly deletes: Key[];
}

/**
 * Reads what `writeMsgpack` writes. No frame is looked into before its checksum is found right, and no length is believed that the file does not have.
 * @throws RangeError or TypeError saying what is wrong and where
 */
export function* readMsgpack(file: OpenFile, first: Buffer, { headOnly }: { readonly headOnly: boolean }): Steps<LoadedDocument> {
  if (first[magic.length - 1] !== magic.at(-1))
    throw new RangeError(`found format ${first[magic.length - 1]}, which this version of DictDB does not know`);
  const frames = new Frames(file, first, magic.length);
  const content = new Content();
  for (;;) {
    const payload = yield* frames.next();
    try {
      if (content.take(payload)) break;
      if (headOnly) return content.document();
    } catch (error) {
      // A stack that a hostile nesting has used up ends here, too.
      throw new RangeError(`${isError(error) ? error.message : String(error)}, in the frame that ends at byte ${frames.offset}`, {
        cause: error,
      });
    }
  }
  if (!frames.isAtEnd) throw new RangeError(`found something behind the last frame, at byte ${frames.offset}`);
  return content.document();
}

/** The frames of a file, one after the other. */
class Frames {
  readonly #file: OpenFile;
  #bytes: Buffer;
  #at: number;
  /** Where the next frame begins. */
  offset: number;

  constructor(file: OpenFile, first: Buffer, at: number) {
    this.#file = file;
    this.#bytes = first;
    this.#at = at;
    this.offset = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length && this.#file.isAtEnd;
  }

  /** The payload of the next frame: a view into a buffer that nobody writes to again. */
  *next(): Steps<Uint8Array> {
    yield* this.#need(frameHead, "the head of a frame");
    const length = this.#bytes.readUInt32LE(this.#at);
    const crc = this.#bytes.readUInt32LE(this.#at + 4);
    yield* this.#need(frameHead + length, `a frame of ${length} bytes`);
    const start = this.#at + frameHead;
    const payload = this.#bytes.subarray(start, start + length);
    if (crc32(payload, crc32(this.#bytes.subarray(this.#at, this.#at + 4))) !== crc || length === 0) {
      throw new RangeError(`found a frame with a wrong checksum at byte ${this.offset}`);
    }
    this.#at = start + length;
    this.offset += frameHead + length;
    return payload;
  }

  /** Makes sure that so many bytes are there. */
  *#need(count: number, what: string): Steps<void> {
    const rest = this.#bytes.length - this.#at;
    if (rest >= count) return;
    if (count - rest > this.#file.size - this.#file.offset)
      throw new RangeError(`found the end of the file instead of ${what} at byte ${this.offset}`);
    const more = yield* this.#file.next(count - rest);
    if (rest + more.length < count) throw new RangeError(`found the end of the file instead of ${what} at byte ${this.offset}`);
    this.#bytes = rest === 0 ? more : Buffer.concat([this.#bytes.subarray(this.#at), more]);
    this.#at = 0;
  }
}

/** Reads a record, or whatever else, from a frame. */
class FrameReader extends ShapedReader {
  /** What stands behind the byte that tells the kind. */
  enter(payload: Uint8Array): void {
    this.open(payload);
    this.at = 1;
  }
}

/** What the frames that were read so far come to. */
class Content {
  readonly #shapes = new ShapeTable();
  readonly #reader = new FrameReader(this.#shapes);
  #kind: LoadedDocument["kind"] | undefined;
  #manifest: Manifest | undefined;
  #tables: readonly Table[] = [];
  #records = 0;
  #deletes = 0;

  /** Takes the next frame; true when it was the last one. */
  take(payload: Uint8Array): boolean {
    const [kind] = payload;
    if ((kind === frame.head) !== (this.#kind === undefined))
      throw new RangeError("found a head that is not the first frame, or another frame before it");
    switch (kind) {
      case frame.head:
        this.#takeHead(decodeValue(payload.subarray(1)));
        return false;
      case frame.shapes:
        this.#takeShapes(decodeValue(payload.subarray(1)));
        return false;
      case frame.records:
        this.#takeRecords(payload);
        return false;
      case frame.deletes:
        this.#takeDeletes(decodeValue(payload.subarray(1)));
        return false;
      case frame.end:
        this.#takeEnd(decodeValue(payload.subarray(1)));
        return true;
      default:
        throw new RangeError(`found a frame of the unknown kind ${kind}`);
    }
  }

  document(): LoadedDocument {
    const tables = this.#tables.map(({ catalog, isNew, records, deletes }) => {
      const { name, primaryKey } = catalog;
      return { name, catalog, isNew, records: checkRecords(name, primaryKey, records), deletes: checkDeletes(name, deletes) };
    });
    return { kind: this.#kind!, manifest: this.#manifest, tables };
  }

  #takeHead(head: unknown): void {
    if (!isPlainObject(head) || (head["kind"] !== "full" && head["kind"] !== "delta") || !isList(head["tables"])) {
      throw new TypeError("the head must tell the kind of the document and its tables");
    }
    this.#kind = head["kind"];
    this.#manifest = head["manifest"] === null ? undefined : readManifest(head["manifest"]);
    this.#tables = head["tables"].map(readTable);
    if (new Set(this.#tables.map(({ catalog }) => catalog.name)).size !== this.#tables.length)
      throw new TypeError("two tables have one name");
  }

  #takeShapes(shapes: unknown): void {
    if (!isList(shapes)) throw new TypeError("shapes must be a list");
    for (const names of shapes) {
      if (!isList(names) || !names.every((name) => typeof name === "string") || new Set(names).size !== names.length) {
        throw new TypeError("a shape must be a list of names");
      }
      if (names.some((name) => name === "__proto__" || name === "constructor" || name === "prototype"))
        throw new TypeError("a shape has a forbidden name");
      this.#shapes.learn(names);
    }
  }

  #takeRecords(payload: Uint8Array): void {
    const reader = this.#reader;
    reader.enter(payload);
    const { records } = this.#tableOf(reader.read());
    while (!reader.isAtEnd) {
      const record = reader.read();
      if (!isPlainObject(record)) throw new TypeError("a record must be an object");
      records.push(record as StoredRecord);
      this.#records++;
    }
  }

  #takeDeletes(content: unknown): void {
    const [number, keys] = isList(content) ? content : [];
    const { deletes } = this.#tableOf(number);
    if (!isList(keys)) throw new TypeError("deletes must be a list");
    for (const key of keys) deletes.push(key as Key); // looked at when the document is complete
    this.#deletes += keys.length;
  }

  #takeEnd(content: unknown): void {
    const [records, deletes] = isList(content) ? content : [];
    if (records !== this.#records || deletes !== this.#deletes)
      throw new RangeError("found another number of records than there should be");
  }

  #tableOf(number: unknown): Table {
    const table = typeof number === "number" ? this.#tables[number] : undefined;
    if (table === undefined) throw new RangeError("found records of a table that the head does not have");
    return table;
  }
}

function readTable(data: unknown): Table {
  if (!isPlainObject(data) || typeof data["name"] !== "string" || typeof data["primaryKey"] !== "string") {
    throw new TypeError("a table must have a name and a primary key");
  }
  const catalog = readCatalog(data["name"], data["primaryKey"], data["catalog"]);
  return { catalog, isNew: data["isNew"] === true, records: [], deletes: [] };
}
