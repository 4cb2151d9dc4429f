import { unset } from "../../../src/index.js";
import { raise, raiseSecond } from "./odd-values.js";
import type { Passes, Refuses } from "./refusal.js";

const keyChange = (from: string, to: string): string =>
  `the primary key of a record cannot change from ${from} to ${to} (delete and insert it)`;
const taken = (key: string): string => `table "users" has a record with key ${key} already`;
const repeated = (verb: string, index: number, key: string): string =>
  `${verb}: record ${index}: an earlier record of the same call for table "users" has key ${key}`;
const shared = (first: number, second: number): string =>
  `table "users": email must be unique, but the records with keys ${first} and ${second} would share the value`;

/** What is fine by itself but not next to what is there already. */
export function badChanges(refuses: Refuses, passes: Passes): void {
  refuses("a key that is taken", "DUPLICATE_KEY", [
    ["inserted", ({ users }) => users.insert({ id: 1 }), `insert(): ${taken("1")}`],
    ["inserted second", ({ users }) => users.insert([{}, { id: 2 }]), `insert(): record 1: ${taken("2")}`],
    ["twice in one insert", ({ users }) => users.insert([{ id: 70 }, { id: 70 }]), repeated("insert()", 1, "70")],
    ["twice in one insert, out of order", ({ users }) => users.insert([{ id: 71 }, { id: 70 }, { id: 71 }]), repeated("insert()", 2, "71")],
    ["as 0 and -0", ({ users }) => users.insert([{ id: 0 }, { id: -0 }]), repeated("insert()", 1, "0")],
    ["given and then assigned", ({ users }) => users.insert([{}, { id: 10 }]), repeated("insert()", 1, "10")],
    ["text", ({ db, users }) => db.atomic(() => (users.insert({ id: "k" }), users.insert({ id: "k" }))), `insert(): ${taken('"k"')}`],
    ["upserted", ({ users }) => users.upsert({ id: 1 }, { onConflict: "error" }), `upsert(): ${taken("1")}`],
    ["upserted second", ({ users }) => users.upsert([{}, { id: 2 }], { onConflict: "error" }), `upsert(): record 1: ${taken("2")}`],
    ["twice in one upsert", ({ users }) => users.upsert([{ id: 70 }, { id: 70 }], { onConflict: "error" }), taken("70")],
    ["by the same atomic", ({ db, users }) => db.atomic(() => [users.insert({ id: 70 }), users.insert({ id: 70 })]), taken("70")],
  ]);

  refuses("another primary key", "INVALID_ARGUMENT", [
    ["by update()", ({ users }) => users.update({ id: 7 }, 1), `update(): the record with key 1: ${keyChange("1", "7")}`],
    ["by update() of several", ({ users }) => users.update({ id: 1 }, { where: { dept: "IT" } }), keyChange("5", "1")],
    ["by update() that computes", ({ users }) => users.update(() => ({ id: 7 }), 1), keyChange("1", "7")],
    ["as text", ({ users }) => users.update({ id: "1" }, 1), keyChange("1", '"1"')],
    ["null", ({ users }) => users.update({ id: null }, 1), keyChange("1", "null")],
    ["unset()", ({ users }) => users.update({ id: unset() }, 1), keyChange("1", "undefined")],
    ["unset(), computed", ({ users }) => users.update(() => ({ id: unset() }), 1), keyChange("1", "undefined")],
    ["NaN", ({ users }) => users.update({ id: Number.NaN }, 1), keyChange("1", "NaN")],
    ["of a table with a schema", ({ products }) => products.update({ sku: "z" }, "a"), keyChange('"a"', '"z"')],
    ["by a getter that answers differently", ({ users }) => users.upsert(fickle()), keyChange("1", "2")],
    ["by a schema that changes a new key", ({ moods }) => moods.insert({ ok: true, answer: "another key" }), keyChange("2", "77")],
    ["by a schema that changes an old key", ({ moods }) => moods.update({ answer: "another key" }, 1), keyChange("1", "77")],
  ]);

  refuses("a value that is taken", "UNIQUE_CONSTRAINT", [
    ["inserted", ({ users }) => users.insert({ email: "ann@x" }), `${shared(1, 10)} "ann@x"`],
    ["inserted second", ({ users }) => users.insert([{ email: "z@x" }, { email: "bob@x" }]), `${shared(2, 11)} "bob@x"`],
    ["twice in one insert", ({ users }) => users.insert([{ email: "z@x" }, { email: "z@x" }]), `${shared(10, 11)} "z@x"`],
    ["updated", ({ users }) => users.update({ email: "ann@x" }, 2), `${shared(1, 2)} "ann@x"`],
    ["updated in several", ({ users }) => users.update({ email: "z@x" }, { where: { dept: "IT" } }), `${shared(1, 5)} "z@x"`],
    ["computed", ({ users }) => users.update(() => ({ email: "bob@x" }), { where: { id: 1 } }), `${shared(2, 1)} "bob@x"`],
    ["upserted", ({ users }) => users.upsert({ email: "ann@x" }), `${shared(1, 10)} "ann@x"`],
    ["upserted over another record", ({ users }) => users.upsert({ id: 2, email: "ann@x" }), `${shared(1, 2)} "ann@x"`],
    ["that replaces", ({ users }) => users.upsert({ id: 5, email: "ann@x" }, { onConflict: "replace" }), `${shared(1, 5)} "ann@x"`],
    [
      "by the same atomic",
      ({ db, users }) => db.atomic(() => [users.insert({ email: "z" }), users.insert({ email: "z" })]),
      shared(10, 11),
    ],
    [
      "before a unique index",
      ({ users }) => users.createIndex("rank", { unique: true }),
      "rank must be unique, but the records with keys 1 and 5",
    ],
    [
      "before a sorted one",
      ({ users }) => users.createIndex(["rank", "dept"], { unique: true, type: "sorted" }),
      'share the values 1, "IT"',
    ],
  ]);

  refuses("a record that does not fit the schema", "SCHEMA_VALIDATION", [
    [
      "a wrong type",
      ({ products }) => products.insert({ sku: "z", price: "1" }),
      'insert(): the record does not fit the schema of table "products": price must be number or null, received "1"',
    ],
    ["a field missing", ({ products }) => products.insert({ sku: "z" }), "price must be number or null, received undefined"],
    [
      "null for what is only optional",
      ({ products }) => products.insert({ sku: "z", price: 1, tags: null }),
      "tags must be string[], received null",
    ],
    ["a wrong element", ({ products }) => products.insert({ sku: "z", price: 1, tags: ["a", 1] }), "tags[1] must be string, received 1"],
    [
      "an unknown field",
      ({ products }) => products.insert({ sku: "z", price: 1, color: "red" }),
      'color is not a field of the schema, received "red"',
    ],
    [
      "second of two",
      ({ products }) => products.insert([{ sku: "y", price: 1 }, { sku: "z" }]),
      "price must be number or null, received undefined",
    ],
    ["several things at once", ({ products }) => products.insert({ sku: "z", price: "1", tags: 1, made: 2, a: 3, b: 4 }), "; and 2 more"],
    ["updated", ({ products }) => products.update({ price: "1" }, "a"), 'price must be number or null, received "1"'],
    [
      "updated, field removed",
      ({ products }) => products.update({ price: unset() }, "a"),
      "price must be number or null, received undefined",
    ],
    ["updated, unknown field", ({ products }) => products.update({ color: "red" }, "a"), "color is not a field of the schema"],
    [
      "computed",
      ({ products }) => products.update(() => ({ price: true }), { where: { price: 1 } }),
      "price must be number or null, received true",
    ],
    ["upserted", ({ products }) => products.upsert({ sku: "z" }), "price must be number or null, received undefined"],
    ["merged", ({ products }) => products.upsert({ sku: "a", price: "1" }), 'price must be number or null, received "1"'],
    [
      "that replaces",
      ({ products }) => products.upsert({ sku: "a" }, { onConflict: "replace" }),
      "price must be number or null, received undefined",
    ],
    [
      "in atomic()",
      ({ db, products }) => db.atomic(() => [products.insert({ sku: "y", price: 1 }), products.insert({ sku: "z" })]),
      "price must be",
    ],
    ["by code", ({ moods }) => moods.insert({ ok: false }), 'the record does not fit the schema of table "moods": ok: not ok'],
    ["by code, updated", ({ moods }) => moods.update({ ok: false }, 1), "ok: not ok"],
    ["by code, second of two", ({ moods }) => moods.insert([{ ok: true }, {}]), "ok: not ok"],
  ]);

  refuses("a schema of code that misbehaves", "INVALID_ARGUMENT", [
    ["is asynchronous", ({ moods }) => moods.insert({ answer: "promise" }), 'table "moods": its moods schema must return a result at once'],
    ["is asynchronous in update()", ({ moods }) => moods.update({ answer: "promise" }, 1), "must return a result at once"],
    [
      "returns nothing",
      ({ moods }) => moods.insert({ answer: "nothing" }),
      "must return a result object from validate(), received undefined",
    ],
    [
      "returns a list",
      ({ moods }) => moods.insert({ answer: "no record" }),
      "must return a plain object as the validated record, received an empty array",
    ],
    ["makes a record that cannot be stored", ({ moods }) => moods.insert({ answer: "a function" }), "insert(): run must be a string"],
    [
      "makes a key that is none",
      ({ moods }) => moods.insert({ id: 5, answer: "no key" }),
      "insert(): key must be a string or a finite number, received NaN",
    ],
  ]);

  refuses("a version", "INVALID_ARGUMENT", [
    [
      "set by update()",
      ({ notes }) => notes.update({ version: 5 }, 1),
      "update(): version must be left alone, as every update counts it up, received 5",
    ],
    [
      "set by update() that computes",
      ({ notes }) => notes.update(({ version }: { version: number }) => ({ version: version + 1 }), 1),
      "version must be left alone",
    ],
    [
      "removed by update()",
      ({ notes }) => notes.update({ version: unset() }, 1),
      "version must be left alone, as every update counts it up, received unset()",
    ],
    [
      "of text in a new record",
      ({ notes }) => notes.insert({ title: "x", version: "1" }),
      'insert(): version must be a whole number of at least 1, received "1"',
    ],
    [
      "0 in a new record",
      ({ notes }) => notes.insert({ title: "x", version: 0 }),
      "version must be a whole number of at least 1, received 0 (left out, it starts at 1)",
    ],
    [
      "1.5 in a new record",
      ({ notes }) => notes.upsert({ title: "x", version: 1.5 }),
      "upsert(): version must be a whole number of at least 1, received 1.5",
    ],
    [
      "null in a new record",
      ({ notes }) => notes.insert({ title: "x", version: null }),
      "version must be a whole number of at least 1, received null",
    ],
  ]);

  passes("what a schema or a function that computes throws", [
    ["in update()", ({ users }, error) => users.update(() => raise(error), 1)],
    ["in update(), at the second record", ({ users }, error) => users.update(raiseSecond(error, { name: "x" }), { where: { dept: "IT" } })],
    ["in atomic()", ({ db, users }, error) => db.atomic(() => (users.insert({ name: "x" }), users.clear(), raise(error)))],
    [
      "in an atomic in atomic()",
      ({ db, users }, error) => db.atomic(() => (users.delete(1), db.atomic(() => (users.insert({}), raise(error))))),
    ],
  ]);
}

/** A record whose key is 1 when it is first asked for, and 2 from then on. */
function fickle(): object {
  let reads = 0;
  return {
    get id(): number {
      return Math.min(++reads, 2);
    },
  };
}
