import { crc32 } from "node:zlib";
import { fromExtendedJson } from "../base/extended-json.js";
import { isPlainObject } from "../base/shape.js";
import type { StoredRecord } from "../base/value.js";
import { DescriptorSchema } from "../schema/descriptor-schema.js";
import { readCatalog, readManifest } from "./catalog-data.js";
import type { DocumentKind, LoadedDocument, LoadedTable, Manifest, TableCatalog } from "./document.js";
import { checksumLength, checksumValue, isChecksum } from "./json-checksum.js";
import { JsonParser, needMore } from "./json-parser.js";
import { jsonFormat } from "./json-writer.js";
import { checkDeletes, checkRecords } from "./loaded-records.js";
import type { OpenFile } from "./open-file.js";
import { fromPythonSchema } from "./python-schema.js";
import type { Steps } from "./steps.js";

const code = { comma: 0x2c, open: 0x5b, close: 0x5d, begin: 0x7b, end: 0x7d } as const;

/** The members of a table that are looked at, as they were found. */
interface RawTable {
  primaryKey?: unknown;
  schema?: unknown;
  own?: unknown;
  records?: StoredRecord[];
  upserts?: StoredRecord[];
  deletes?: unknown;
}

/** How a JSON file is read. */
export interface JsonOptions {
  /** true lets a wrong checksum pass. */
  readonly ignoreChecksum: boolean;
  /** true reads no more than what comes before the tables. */
  readonly headOnly: boolean;
}

/** Thrown when the head was read and nothing else is wanted. */
const headWasRead = new RangeError("the head of the file ends here");

/** A checksum is not that of the bytes before it. */
export class ChecksumError extends RangeError {}

/**
 * Reads what `writeJson` writes, and what Python DictDB does. Members that are not known are passed over.
 * @throws RangeError or TypeError saying what is wrong and where, InvalidArgumentError from a value that is wrong in itself
 */
export function* readJson(file: OpenFile, first: Buffer, options: JsonOptions): Steps<LoadedDocument> {
  return yield* new JsonReader(file, first, options).read();
}

class JsonReader {
  readonly #file: OpenFile;
  readonly #parser = new JsonParser();
  /** The checksum is that of the bytes up to here, and this is what they come to so far. */
  readonly #crcEnd: number;
  #crcAt = 0;
  #crc = 0;
  /** Whether the file says that it is one of ours: then values may be tagged. */
  #isOwn = false;
  #kind: DocumentKind = "full";
  #manifest: Manifest | undefined;
  #tables: Map<string, RawTable> | undefined;
  #checksum: unknown;
  readonly #options: JsonOptions;

  constructor(file: OpenFile, first: Buffer, options: JsonOptions) {
    this.#options = options;
    this.#file = file;
    this.#crcEnd = Math.max(file.size - checksumLength, 0);
    this.#push(first);
    // What some editors write at the beginning.
    if (first.length >= 3 && first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) this.#parser.at = 3;
  }

  *read(): Steps<LoadedDocument> {
    try {
      yield* this.#object((name) => this.#member(name));
    } catch (error) {
      if (error !== headWasRead) throw error;
      return { kind: this.#kind, manifest: this.#manifest, tables: [] };
    }
    return yield* this.#document();
  }

  *#document(): Steps<LoadedDocument> {
    const parser = this.#parser;
    if ((yield* this.#one(() => parser.peek())) !== -1) throw parser.fault("something behind the end of the document");
    if (this.#tables === undefined) throw new RangeError('found no member "tables"');
    const isRight = this.#checksum === undefined || this.#checksum === checksumValue(this.#crc);
    if (!isRight && !this.#options.ignoreChecksum) throw new ChecksumError("found a wrong checksum");
    const kind = this.#kind;
    return { kind, manifest: this.#manifest, tables: Array.from(this.#tables, ([name, table]) => loadedTable(kind, name, table)) };
  }

  /** Reads one member of the document. */
  *#member(name: string): Steps<void> {
    switch (name) {
      case "dictdb":
        checkFormat(yield* this.#value());
        if (this.#tables !== undefined) throw new RangeError('found the member "dictdb" behind "tables", where it must come first');
        this.#isOwn = true;
        break;
      case "type":
        this.#kind = readKind(yield* this.#value());
        break;
      case "manifest":
        this.#manifest = readManifest(yield* this.#value());
        break;
      case "tables": {
        if (this.#options.headOnly) throw headWasRead;
        const tables = new Map<string, RawTable>();
        yield* this.#object((table) => this.#table(tables, table));
        this.#tables = tables;
        break;
      }
      case "timestamp": // for Python; the manifest has it, too
        yield* this.#value();
        break;
      case "checksum":
        this.#checksum = yield* this.#value();
        break;
      default:
        this.#passOver(name, yield* this.#value());
    }
  }

  /** Members of others are passed over; in a file of ours there are none, and what looks like a checksum was one before its name was damaged. */
  #passOver(name: string, value: unknown): void {
    if (this.#isOwn || isChecksum(value)) throw this.#parser.fault(`the unknown member ${JSON.stringify(name)}`);
  }

  *#table(tables: Map<string, RawTable>, name: string): Steps<void> {
    const table: RawTable = {};
    yield* this.#object((member) => this.#tableMember(table, member));
    tables.set(name, table);
  }

  /** Reads one member of a table. */
  *#tableMember(table: RawTable, name: string): Steps<void> {
    switch (name) {
      case "primary_key":
        table.primaryKey = yield* this.#value();
        break;
      case "schema":
        table.schema = yield* this.#value();
        break;
      case "dictdb":
        table.own = yield* this.#value();
        break;
      case "records":
        table.records = yield* this.#records();
        break;
      case "upserts":
        table.upserts = yield* this.#records();
        break;
      case "deletes":
        table.deletes = yield* this.#value();
        break;
      default:
        yield* this.#value();
    }
  }

  /** Reads an object member by member; no name may come twice. */
  *#object(read: (name: string) => Steps<void>): Steps<void> {
    const parser = this.#parser;
    const seen = new Set<string>();
    yield* this.#one(() => parser.expect(code.begin));
    if (yield* this.#one(() => parser.takes(code.end))) return;
    do {
      const name = yield* this.#one(() => parser.readName());
      if (seen.has(name)) throw parser.fault(`the member ${JSON.stringify(name)} twice`);
      seen.add(name);
      yield* read(name);
    } while (yield* this.#one(() => parser.takes(code.comma)));
    yield* this.#one(() => parser.expect(code.end));
  }

  *#records(): Steps<StoredRecord[]> {
    const parser = this.#parser;
    const records: StoredRecord[] = [];
    yield* this.#one(() => parser.expect(code.open));
    if (yield* this.#one(() => parser.takes(code.close))) return records;
    for (;;) {
      let { at } = parser;
      try {
        for (;;) {
          ({ at } = parser);
          parser.sawTag = false;
          const record = parser.readRecord();
          const goesOn = parser.takes(code.comma);
          if (!goesOn) parser.expect(code.close);
          records.push(parser.sawTag && this.#isOwn ? (fromExtendedJson(record, "a record") as StoredRecord) : record);
          if (!goesOn) return records;
        }
      } catch (error) {
        if (error !== needMore) throw error;
        parser.restart(at);
      }
      yield* this.#fill();
    }
  }

  *#value(): Steps<unknown> {
    const parser = this.#parser;
    parser.sawTag = false;
    const value = yield* this.#one(() => parser.readValue());
    return parser.sawTag && this.#isOwn ? fromExtendedJson(value, "a value") : value;
  }

  /** Reads something, from its beginning again when the bytes end in the middle of it and more of them were read. */
  *#one<T>(parse: () => T): Steps<T> {
    for (;;) {
      const { at } = this.#parser;
      try {
        return parse();
      } catch (error) {
        if (error !== needMore) throw error;
        this.#parser.restart(at);
      }
      yield* this.#fill();
    }
  }

  *#fill(): Steps<void> {
    // As many as are there already: whatever did not fit is read again from its beginning, which may not happen too often.
    this.#push(yield* this.#file.next(this.#parser.left));
  }

  #push(bytes: Buffer): void {
    const checked = bytes.subarray(0, Math.max(this.#crcEnd - this.#crcAt, 0));
    this.#crc = crc32(checked, this.#crc);
    this.#crcAt += bytes.length;
    this.#parser.push(bytes, this.#file.isAtEnd);
  }
}

function checkFormat(format: unknown): void {
  if (typeof format !== "number" || !Number.isInteger(format) || format < 1) throw new TypeError("dictdb must be the number of a format");
  if (format > jsonFormat)
    throw new TypeError(`the file has format ${format}, which is newer than this version of DictDB (it knows ${jsonFormat})`);
}

function readKind(type: unknown): DocumentKind {
  if (type !== "delta" && type !== "full") throw new TypeError('type must be "delta" or left out');
  return type;
}

function loadedTable(kind: DocumentKind, name: string, raw: RawTable): LoadedTable {
  const records = kind === "full" ? raw.records : (raw.upserts ?? []);
  if (records === undefined) throw new TypeError(`table ${JSON.stringify(name)} has no member "records"`);
  const { primaryKey } = raw;
  // A delta of Python's does not tell: whoever knows the base knows the key.
  if (primaryKey === undefined && kind === "delta")
    return { name, catalog: undefined, isNew: false, records, deletes: checkDeletes(name, raw.deletes ?? []) };
  if (typeof primaryKey !== "string" || primaryKey === "")
    throw new TypeError(`the primary_key of table ${JSON.stringify(name)} must be a name`);
  return {
    name,
    catalog: raw.own === undefined ? pythonCatalog(name, primaryKey, raw.schema) : readCatalog(name, primaryKey, raw.own),
    isNew: isPlainObject(raw.own) && raw.own["isNew"] === true,
    records: checkRecords(name, primaryKey, records),
    deletes: kind === "full" ? [] : checkDeletes(name, raw.deletes ?? []),
  };
}

/** The catalog of a file that tells no more than Python knows. The key counter and the columns come from the records. */
function pythonCatalog(name: string, primaryKey: string, schema: unknown): TableCatalog {
  const isThere = schema !== undefined && schema !== null;
  if (isThere && !isPlainObject(schema)) throw new TypeError(`the schema of table ${JSON.stringify(name)} must be an object or null`);
  const descriptors = isThere ? new DescriptorSchema(fromPythonSchema(schema), primaryKey, "schema").descriptors : undefined;
  return { name, primaryKey, descriptors, versionField: undefined, needsSchema: false, nextKey: 1, columns: [], indexes: [] };
}
