import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DictDB } from "../../src/index.js";
import { replaceDisk } from "../../src/storage/disk.js";
import { withoutSync } from "../support/failing-disk.js";
import { key, keys, patience, runs, value } from "../support/arbitraries.js";
import { indexes } from "../support/arbitrary-index.js";
import type { PlainIndex } from "../support/arbitrary-index.js";
import { checkAll, contentOf } from "../support/database-content.js";
import { tempFolder } from "../support/temp-folder.js";

/** A table of a test: what it is made with, and what is in it. */
interface PlainTable {
  readonly name: string;
  readonly primaryKey: string;
  readonly versionField: string | undefined;
  readonly columns: readonly string[];
  readonly indexes: readonly PlainIndex[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Keys of records that are deleted again. */
  readonly gone: readonly unknown[];
}

const names = ["a", "b", "c", "tags", "n", "", "é", "$date", "1", "0", "toString", "\ud83d"];

const table: fc.Arbitrary<PlainTable> = fc
  .record({
    name: fc.constantFrom("t", "Ä", "1", "tables", "$x", "a b"),
    primaryKey: fc.constantFrom("id", "key", "1", "é"),
    versionField: fc.constantFrom(undefined, undefined, "v"),
    columns: fc.shuffledSubarray(names),
    keys: keys(0, 12),
    gone: fc.array(key, { maxLength: 4 }),
    fields: fc.array(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 }), { minLength: 12, maxLength: 12 }),
    list: indexes("id"),
  })
  .map(({ keys: list, fields, list: wanted, gone, ...rest }) => ({
    ...rest,
    gone,
    indexes: wanted.filter(({ unique }) => !unique).slice(0, 3),
    records: list.map((id, i) => ({ ...fields[i], [rest.primaryKey]: id })),
  }));

const tables = fc.uniqueArray(table, { maxLength: 3, selector: ({ name }) => name });

function build(list: readonly PlainTable[], reverse: boolean): DictDB {
  const db = new DictDB();
  for (const { name, primaryKey, versionField, columns, indexes: wanted, records, gone } of reverse ? list.toReversed() : list) {
    const made = db.createTable<Record<string, unknown>, string>(name, { primaryKey, versionField });
    // The order in which fields were first seen is content; the order of records is not.
    made.insert({
      ...Object.fromEntries(columns.map((column) => [column, 1])),
      ...Object.fromEntries(names.map((column) => [column, 1])),
      [primaryKey]: "\uffffgone",
    });
    made.delete("\uffffgone" as never);
    for (const { fields, type, multi } of wanted)
      made.createIndex(fields.map((path) => made.field(...(path as [string]))) as never, { type, multi });
    for (const record of reverse ? records.toReversed() : records) made.insert(record as never);
    for (const one of gone) made.delete(one as never);
  }
  return db;
}

describe("what is saved", () => {
  const putBack = replaceDisk(withoutSync);
  afterAll(putBack);
  const folder = tempFolder();

  it.each(["json", "msgpack"] as const)(
    "comes back as it was: %s",
    async (format) => {
      const file = join(folder, `a.${format}`);
      await fc.assert(
        fc.asyncProperty(tables, async (list) => {
          const db = build(list, false);
          db.saveSync(file, { format });
          const loaded = DictDB.loadSync(file, { freeze: true });
          expect(contentOf(loaded)).toBe(contentOf(db));
          checkAll(loaded);
        }),
        runs(150),
      );
    },
    patience,
  );

  it(
    "has the same bytes for the same content, whichever way that came about",
    () => {
      const [a, b, c] = ["a", "b", "c"].map((name) => join(folder, name)) as [string, string, string];
      fc.assert(
        fc.property(tables, (list) => {
          build(list, false).saveSync(a);
          build(list, true).saveSync(b);
          DictDB.loadSync(a).saveSync(c);
          const text = readFileSync(a, "utf8");
          expect(readFileSync(b, "utf8")).toBe(text);
          expect(readFileSync(c, "utf8")).toBe(text);
          JSON.parse(text);
        }),
        runs(150),
      );
    },
    patience,
  );
});
