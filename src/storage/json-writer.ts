import { crc32 } from "node:zlib";
import { catalogData, manifestData } from "./catalog-data.js";
import type { DocumentSource, TableSource } from "./document.js";
import { checksumText } from "./json-checksum.js";
import { RecordText, valueText } from "./json-text.js";
import { toPythonSchema } from "./python-schema.js";
import { pause } from "./steps.js";

/** The number of the format, which is the first member of a file. */
export const jsonFormat = 1;

/** About how many characters are handed on at a time: making them takes one or two milliseconds. */
const chunkLength = 131_072;

/**
 * A database, or what changed in it, as the bytes of a JSON file, piece by piece. The same content gives the same bytes: tables and fields are in the
 * order of their names, records as they are given, which is in the order of their keys.
 *
 * The layout is that of Python DictDB, which passes over members that it does not know. See docs/architecture.md.
 *
 * @param onRecords told how many records were written so far
 */
export function* writeJson(document: DocumentSource, onRecords: (done: number) => void): Generator<Uint8Array | typeof pause> {
  let crc = 0;
  let done = 0;
  for (const part of documentText(document)) {
    if (part === pause) {
      yield pause;
      continue;
    }
    const bytes = Buffer.from(part.text);
    crc = crc32(bytes, crc);
    yield bytes;
    if (part.records === 0) continue;
    done += part.records;
    onRecords(done);
  }
  yield Buffer.from(checksumText(crc));
}

/** Some text, and how many records are in it. */
interface Part {
  readonly text: string;
  readonly records: number;
}

function* documentText({ kind, manifest, tables }: DocumentSource): Generator<Part | typeof pause> {
  const head = [`"dictdb": ${jsonFormat}`];
  // Python tells a delta by these two; it gives the time in seconds.
  if (kind === "delta") head.push('"type": "delta"', `"timestamp": ${(manifest?.time ?? 0) / 1e6}`);
  if (manifest !== undefined) head.push(`"manifest": ${valueText(manifestData(manifest))}`);
  yield { text: `{\n${head.join(",\n")},\n"tables": {`, records: 0 };
  for (const [i, table] of tables.entries()) {
    yield { text: i === 0 ? "\n" : ",\n", records: 0 };
    yield* tableText(kind, table);
  }
  yield { text: "\n}", records: 0 };
}

function* tableText(kind: DocumentSource["kind"], table: TableSource): Generator<Part | typeof pause> {
  const { name, primaryKey, descriptors } = table.catalog;
  const own = kind === "full" ? catalogData(table.catalog) : { ...catalogData(table.catalog), isNew: table.isNew };
  const head = [
    `"primary_key": ${JSON.stringify(primaryKey)}`,
    `"schema": ${valueText(toPythonSchema(descriptors))}`,
    `"dictdb": ${valueText(own)}`,
  ];
  yield { text: `${JSON.stringify(name)}: {\n${head.join(",\n")},\n${kind === "full" ? '"records"' : '"upserts"'}: [`, records: 0 };
  yield* recordsText(table);
  yield { text: "\n]", records: 0 };
  if (kind === "delta") yield { text: `,\n"deletes": ${valueText(table.deletes())}`, records: 0 };
  yield { text: "\n}", records: 0 };
}

/** One record a line. */
function* recordsText(table: TableSource): Generator<Part | typeof pause> {
  const text = new RecordText();
  let lines: string[] = [];
  let length = 0;
  let before = "\n";
  for (const batch of table.records()) {
    if (batch === pause) {
      yield pause;
      continue;
    }
    for (const record of batch) {
      const line = text.of(record);
      lines.push(line);
      length += line.length;
      if (length < chunkLength) continue;
      yield { text: before + lines.join(",\n"), records: lines.length };
      before = ",\n";
      lines = [];
      length = 0;
    }
  }
  if (lines.length > 0) yield { text: before + lines.join(",\n"), records: lines.length };
}
