import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB } from "../../../src/index.js";
import { checkAll } from "../../support/database-content.js";
import { projectFolder } from "../../support/installed-package.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

const fixtures = join(projectFolder, "tests/fixtures/python");

const ada = { id: 1, name: "Ada", age: 36, tags: ["a", "b"], extra: { n: null }, active: true };
const zoe = { id: 2, name: 'Zoë 😀 "q"\n', age: 123456789012345678901234567890n, tags: [], extra: { $date: "no tag" }, active: false };
const floats = { key: "x", nan: NaN, inf: Infinity, ninf: -Infinity, float: 5, neg: -0, small: 1e-7, big: 1e300, null: null };
const deep = { key: 2.5, deep: [[1, [2, { a: [true] }]]] };
const edge = { key: 7, edge: 9007199254740993n };

/** All records of a database, in the order of their keys. */
function recordsOf(db: DictDB): Record<string, unknown[]> {
  checkAll(db);
  return Object.fromEntries(
    db.listTables().map((name) => {
      const table = db.getTable(name);
      return [name, table.select({ orderBy: table.primaryKey })];
    }),
  );
}

describe("a file of Python DictDB", () => {
  it("loads as it is", async () => {
    const db = await DictDB.load(join(fixtures, "full.json"));
    expect(recordsOf(db)).toStrictEqual({ empty: [], odd: [deep, edge, floats], people: [ada, zoe] });
    const people = db.getTable("people");
    expect(people.schema).toEqual({ id: "integer", name: "string", age: "integer", tags: "any[]", extra: "object", active: "boolean" });
    expect(db.getTable("odd").columns()).toEqual(["key", "nan", "inf", "ninf", "float", "neg", "small", "big", "null", "deep", "edge"]);
    expect(people.insert({ name: "C", age: 1, tags: [], extra: {}, active: true })).toBe(3);
    expect(() => people.insert({ name: "C" })).toThrow("age must be integer");
  });

  it("and the folder of its backups are restored", async () => {
    const { db, skipped, files, seq } = await BackupManager.restore(join(fixtures, "backups"));
    const bob = { id: 3, name: "Bob", age: 20, tags: [], extra: {}, active: true };
    expect(recordsOf(db)).toStrictEqual({
      empty: [{ id: 1, note: "first" }],
      odd: [deep, edge],
      people: [{ ...ada, age: 37 }, zoe, bob],
    });
    expect([skipped, files, seq]).toEqual([[], readdirSync(join(fixtures, "backups")).sort(), db.seq]);
    expect((await BackupManager.verify(join(fixtures, "backups"))).intact).toBe(true);
  });

  it("that is damaged in the middle of a chain ends the chain", async () => {
    const folder = tempFolder();
    const [full, first, second] = readdirSync(join(fixtures, "backups")).sort() as [string, string, string];
    for (const name of [full, first, second]) copyFileSync(join(fixtures, "backups", name), join(folder, name));
    writeFileSync(join(folder, first), readFileSync(join(folder, first), "utf8").slice(0, -20));
    const { db, skipped, files } = await BackupManager.restore(folder);
    expect(recordsOf(db)).toStrictEqual({ empty: [], odd: [deep, edge, floats], people: [ada, zoe] });
    expect(files).toEqual([full]);
    expect(skipped.map(({ file }) => file)).toEqual([second, first]);
  });

  it.each([
    ["true", "true"],
    ["null", "null"],
    ["NaN", "NaN"],
    ["12345678901234567890", "12345678901234567890n"],
    ["[1]", "an array of 1"],
  ])("with the key %s gets an error that says so", async (key, described) => {
    const file = join(tempFolder(), "keys.json");
    writeFileSync(file, `{"tables": {"t": {"primary_key": "id", "schema": null, "records": [{"id": 1}, {"id": ${key}}]}}}`);
    expect(await rejection(DictDB.load(file))).toMatchObject({
      code: "CORRUPT_FILE",
      message: expect.stringContaining(`record 1 of table "t" must have a string or a finite number as its key "id", it has ${described}`),
    });
  });
});

describe("what is saved here", () => {
  function saved(db: DictDB): Record<string, unknown> {
    const file = join(tempFolder(), "a.json");
    db.saveSync(file);
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  }

  it("has the members that Python's load reads", () => {
    const db = new DictDB();
    const schema = { name: "string", age: "integer", ok: "boolean", tags: "string[]", extra: "object" } as const;
    db.createTable("people", { schema }).insert({ name: "Ada", age: 36, ok: true, tags: ["a"], extra: { a: 1 } });
    db.createTable("notes", { primaryKey: "key" }).insert({ key: "x", text: null });
    const { tables } = saved(db) as { tables: Record<string, Record<string, unknown>> };
    expect(tables.people).toMatchObject({
      primary_key: "id",
      schema: { id: "int", name: "str", age: "int", ok: "bool", tags: "list", extra: "dict" },
      records: [{ id: 1, name: "Ada", age: 36, ok: true, tags: ["a"], extra: { a: 1 } }],
    });
    expect(tables.notes).toMatchObject({ primary_key: "key", schema: null, records: [{ key: "x", text: null }] });
  });

  it.each(["number", "any", "bigint", "date", "bytes", "string|null", "integer?"] as const)(
    "has no schema of Python's where that would be stricter: %s",
    (descriptor) => {
      const db = new DictDB();
      db.createTable("t", { schema: { id: "integer", a: descriptor } });
      const { tables } = saved(db) as { tables: { t: { schema: unknown; dictdb: { schema: unknown } } } };
      expect([tables.t.schema, tables.t.dictdb.schema]).toEqual([
        null,
        [
          ["id", "integer"],
          ["a", descriptor],
        ],
      ]);
    },
  );

  it("is a delta that Python's apply_delta reads", async () => {
    const folder = tempFolder();
    const db = new DictDB();
    const notes = db.createTable("notes");
    notes.insert([{ a: 1 }, { a: 2 }, { a: 3 }]);
    const backup = new BackupManager(db, folder);
    await backup.backupNow();
    notes.update({ a: 20 }, 2);
    notes.delete(3);
    notes.insert({ a: 4 });
    const { path, kind } = await backup.backupNow();
    await db.close();
    const delta = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    expect(kind).toBe("delta");
    expect(path).toMatch(/dictdb_delta_\d+_\d{6}\.json$/);
    expect(delta).toMatchObject({
      type: "delta",
      timestamp: expect.any(Number),
      tables: {
        notes: {
          upserts: [
            { id: 2, a: 20 },
            { id: 4, a: 4 },
          ],
          deletes: [3],
        },
      },
    });
  });
});
