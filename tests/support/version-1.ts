import { DictDB } from "../../src/index.js";

/** The database whose files are kept under tests/fixtures/version-1: every kind of value, index and counter. */
export function versionOne(): DictDB {
  const db = new DictDB();
  const people = db.createTable("people", {
    versionField: "v",
    schema: { name: "string", born: "date|null", tags: "string[]?", v: "integer" },
  });
  people.insert([
    { name: "Ada", born: new Date(-4_852_915_200_000), tags: ["a", ""] } as never,
    { name: "Zoë \ud83d", born: null } as never,
  ]);
  people.update({ name: "Ada L." }, 1);
  people.delete(people.insert({ name: "gone", born: null } as never));
  people.createIndex(["name", "born"], { type: "sorted" });
  people.createIndex("tags", { multi: true });
  const values = db.createTable("values", { primaryKey: "key" });
  values.insert([
    { key: "b", numbers: [-0, NaN, Infinity, -Infinity, 2 ** 53, 1e21, 0.1], big: [1n, -(2n ** 70n), 2n ** 63n] },
    { key: 2, bytes: Uint8Array.of(0, 255), date: new Date(0), nested: { $date: "no tag", a: { $b: 1 }, 10: true } },
    { key: -1.5, text: "\0\u2028\ud800 é 😀", none: null },
  ]);
  values.createIndex("text", { unique: true });
  db.createTable("empty");
  return db;
}
