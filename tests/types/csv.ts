import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { DictDB } from "../../src/index.js";
import type { CsvImportOptions, CsvSource } from "../../src/index.js";
import { typeOf } from "./type-of.js";

const db = new DictDB();

/** Never called: what compiles is the test. */
export function sources(bytes: Uint8Array, generator: AsyncGenerator<Uint8Array>, response: Response): void {
  const all: readonly CsvSource[] = [
    "a.csv",
    new URL("file:///a.csv"),
    ["id\n1\n"],
    [bytes],
    generator,
    createReadStream("a.csv"),
    Readable.from([bytes]),
    response.body!,
    new Blob([bytes]).stream(),
    new Set(["id\n"]),
  ];
  for (const source of all) typeOf(db.importCsv(source, "t")).is<Promise<number>>();
  // @ts-expect-error -- bytes themselves are iterated by number: hand over [bytes]
  void db.importCsv(bytes, "t");
  // @ts-expect-error -- pieces are bytes or text
  void db.importCsv([1], "t");
  // @ts-expect-error -- there is nothing to read
  void db.importCsv(undefined, "t");
}

const options: CsvImportOptions = {
  delimiter: "auto",
  headings: "rename",
  ragged: "pad",
  comment: "#",
  skipLines: 1,
  nullValues: ["NULL"] as const,
  unescapeFormulas: true,
  encoding: "utf-16le",
  gzip: true,
  signal: AbortSignal.timeout(1),
  onProgress: undefined,
};
typeOf(options.headings).is<"refuse" | "rename" | undefined>();
typeOf(options.ragged).is<"refuse" | "pad" | "skip" | undefined>();

// @ts-expect-error -- no such rule
options.headings = "keep";
// @ts-expect-error -- no such rule
options.ragged = true;
// @ts-expect-error -- one mark
options.comment = ["#"];
// @ts-expect-error -- a list
options.nullValues = "NULL";
// @ts-expect-error -- a number of lines
options.skipLines = "1";
