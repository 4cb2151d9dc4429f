import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { DictDB } from "../../src/index.js";
import type { CsvImportOptions, Descriptor } from "../../src/index.js";
import { bigint, bytes, date, number, patience, runs, text, value } from "../support/arbitraries.js";
import { contentOf } from "../support/database-content.js";
import { tempFolder } from "../support/temp-folder.js";

const folder = tempFolder();
const file = join(folder, "t.csv");

/** Text that a file, a spreadsheet or a reader of types could take for something else. */
const oddText = fc.oneof(
  text,
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("", " ", '"', '""', ",", ";", "\t", "\r", "\n", "\r\n", "a\r\nb", "\u2028", "\ufeff", "\ufeffa", "\\N", '"\\ud800"'),
  fc.constantFrom("00501", "5", "-0", "NaN", "true", "null", "undefined", "1e21", "2026-01-31", "[1]", "{}", '"x"', '{"$date":"x"}'),
  fc.constantFrom(
    "=1+1",
    "+1\nx",
    "-",
    "@x",
    "'=1",
    "''=1",
    "'",
    "\t=",
    "\n",
    "＝1",
    "#x",
    "//",
    "sep=;",
    "\ud800",
    "a\udc00",
    "x".repeat(40),
  ),
);

const values: Readonly<Record<string, Arbitrary<unknown>>> = {
  string: oddText,
  number: fc.oneof(number, fc.double()),
  integer: fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(-0, 2 ** 53, -(2 ** 53) - 2, 1e21, -1e300, Number.MAX_VALUE, 2 ** 60),
  ),
  boolean: fc.boolean(),
  bigint: fc.oneof(bigint, fc.bigInt(), fc.constant(-(10n ** 10_000n))),
  date: fc.oneof(
    date,
    fc.integer({ min: -8.64e15, max: 8.64e15 }).map((time) => new Date(time)),
  ),
  bytes: fc.oneof(bytes, fc.uint8Array({ maxLength: 20 })),
  object: fc.dictionary(fc.constantFrom("a", "$date", "é", "", "5"), value, { maxKeys: 3 }),
  any: fc.oneof(value, oddText, fc.bigInt(), fc.constantFrom(2 ** 53, 1e21, null)),
};

interface Field {
  readonly name: string;
  readonly descriptor: string;
  readonly content: Arbitrary<unknown>;
}

const fieldName = oddText.filter((name) => name !== "" && name !== "id" && !["__proto__", "constructor", "prototype"].includes(name));

const field: Arbitrary<Field> = fc
  .tuple(fieldName, fc.constantFrom(...Object.keys(values)), fc.boolean(), fc.boolean(), fc.boolean())
  .map(([name, type, isArray, isNullable, isOptional]) => {
    const one = values[type]!;
    const whole: Arbitrary<unknown>[] = [isArray ? fc.array(one, { maxLength: 3 }) : one];
    if (isNullable) whole.push(fc.constant(null));
    if (isOptional) whole.push(fc.constant(undefined));
    const descriptor = `${type}${isArray ? "[]" : ""}${isNullable ? "|null" : ""}${isOptional ? "?" : ""}`;
    return { name, descriptor, content: fc.oneof(...whole) };
  });

/** A schema, and records that fit it. */
const table = fc
  .tuple(fc.uniqueArray(field, { maxLength: 4, selector: ({ name }) => name }), fc.constantFrom("integer", "string", "number", "any"))
  .chain(([fields, keyType]) => {
    const key: Arbitrary<unknown> =
      keyType === "integer"
        ? fc.integer({ min: -5, max: 100 })
        : keyType === "number"
          ? fc.double({ noDefaultInfinity: true, noNaN: true }).map((n) => n + 0)
          : keyType === "string"
            ? oddText
            : fc.oneof(oddText, fc.integer());
    const rows = fc.uniqueArray(fc.record({ id: key, ...Object.fromEntries(fields.map(({ name, content }) => [name, content])) }), {
      maxLength: 5,
      selector: ({ id }) => `${typeof id}${String(id)}`,
    });
    const schema = Object.fromEntries([["id", keyType], ...fields.map(({ name, descriptor }) => [name, descriptor])]);
    return rows.map((records) => ({ schema: schema as Record<string, Descriptor>, records }));
  });

type Way = "path" | "stream" | "pieces" | "letters" | "gzip";

/** The file as a source of some kind, cut at the places. */
function sourceOf(way: Way, places: readonly number[]): string | AsyncIterable<Uint8Array> | Iterable<Uint8Array | string> {
  const content = readFileSync(file);
  switch (way) {
    case "path":
      return file;
    case "stream":
      return createReadStream(file, { highWaterMark: 1 + (places[0] ?? 0) });
    case "pieces": {
      const sorted = [...new Set(places.map((place) => place % (content.length + 1)))].sort((a, b) => a - b);
      return [0, ...sorted].map((start, i) => new Uint8Array(content.subarray(start, sorted[i] ?? content.length)));
    }
    case "letters":
      return content.toString().split("");
    case "gzip":
      writeFileSync(file, gzipSync(content));
      return file;
  }
}

describe("a table that is exported and imported again with its schema", () => {
  it(
    "is the same, whatever is in it and however the file comes",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          table,
          fc.constantFrom(",", ";", "\t", "|", "-", ".", "'", "=", "1", "]", "^", " ", "é", "\0"),
          fc.record({ escapeFormulas: fc.boolean(), bom: fc.boolean() }),
          fc.constantFrom<Way>("path", "stream", "pieces", "letters", "gzip"),
          fc.array(fc.nat({ max: 1_000 }), { maxLength: 8 }),
          fc.constantFrom(undefined, "#", "//", ";", "-", "'", "="),
          fc.boolean(),
          async ({ schema, records }, delimiter, { escapeFormulas, bom }, way, places, mark, isShared) => {
            const db = new DictDB();
            const original = db.createTable("t", { schema });
            original.insert(records);
            await original.exportCsv(file, { delimiter, escapeFormulas, bom });
            const again = new DictDB();
            if (isShared) again.share();
            const comment = mark?.startsWith(delimiter) === true ? undefined : mark;
            const options: CsvImportOptions = { schema, delimiter, unescapeFormulas: escapeFormulas, comment };
            expect(await again.importCsv(sourceOf(way, places), "t", options)).toBe(records.length);
            again.getTable("t").check();
            expect(contentOf(again)).toBe(contentOf(db));
            await again.close();
          },
        ),
        runs(300),
      );
    },
    patience,
  );
});

describe("text that is imported without a schema", () => {
  it("is all there, whatever its column was taken for", async () => {
    const cell = fc.oneof(
      // Half of a surrogate pair has an escape, which is no text of its own.
      oddText.filter((content) => content !== "" && !content.includes("\\ud") && !/[\ud800-\udfff]/u.test(content)),
      fc.constantFrom("1", "1.5", "2.50", "-0", "1e5", "007", "+1", "0x1", "true", "Infinity", "9007199254740993", "0.1000"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 4 }), async (cells) => {
        const db = new DictDB();
        await db.importCsv([`v\n${cells.map((content) => `"${content.replaceAll('"', '""')}"\n`).join("")}`], "t");
        const rows = db.getTable("t").select({ orderBy: "id" });
        const found = rows.map(({ v }) => v as unknown);
        const decimals = /\.(\d+)$/.exec(cells[0]!)?.[1]?.length ?? 0;
        const asText = (content: unknown): string => (Object.is(content, -0) ? "-0" : String(content));
        const isSame = (how: (content: unknown) => string): boolean => found.every((content, i) => how(content) === cells[i]);
        // As JavaScript writes it, or with as many decimals as all have.
        const fixed = (content: unknown): string => (typeof content === "number" ? content.toFixed(decimals) : asText(content));
        expect(isSame(asText) || isSame(fixed)).toBe(true);
      }),
      runs(200),
    );
  });
});
