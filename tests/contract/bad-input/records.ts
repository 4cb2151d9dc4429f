import { failing, holes, withHole } from "./odd-values.js";
import type { Case, Passes, Refuses } from "./refusal.js";
import { badRecords, notRecords } from "./values.js";

/** Keys that are none, as an error words them. */
const notKeys: readonly (readonly [received: string, key: unknown])[] = [
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["null", null],
  ["true", true],
  ["1n", 1n],
  ["a symbol", Symbol("key")],
  ["a function", () => 1],
  ["an object", { id: 1 }],
  ["an array of 1", [1]],
  ["a Date", new Date(0)],
];

const key = (received: string): string => `key must be a string or a finite number, received ${received}`;
const target = (received: string): string => `target must be a key, or { where }, received ${received}`;
const record = (received: string): string => `record must be a plain object, received ${received}`;
const changes = (received: string): string =>
  `changes must be an object of fields to change, or a function that returns one, received ${received}`;

/** Functions and symbols cannot stand in a record at all, whatever the field. */
const storable = notKeys.filter(([, value]) => typeof value !== "symbol" && typeof value !== "function");

export function badRecordsAndKeys(refuses: Refuses, passes: Passes): void {
  const cases = (list: typeof notKeys, make: (received: string, value: unknown) => Case): Case[] =>
    list.map(([received, value]) => make(received, value));

  refuses("a key to get()", "INVALID_ARGUMENT", [
    ...cases(notKeys, (received, value) => [received, ({ users }) => users.get(value), `get(): ${key(received)}`]),
    ["undefined", ({ users }) => users.get(undefined), `get(): ${key("undefined")}`],
    ["a condition", ({ users }) => users.get(users.fields.age.eq(1)), `get(): ${key("a Condition")}`],
    ["1 for mustMatch", ({ users }) => users.get(1, { mustMatch: 1 }), "get(): mustMatch must be true or false, received 1"],
    ["null for copy", ({ users }) => users.get(1, { copy: null }), "get(): copy must be true or false, received null"],
    [
      "text for copy, for a key that there is not",
      ({ users }) => users.get(77, { copy: "no" }),
      'get(): copy must be true or false, received "no"',
    ],
  ]);
  refuses("a key to has()", "INVALID_ARGUMENT", [
    ...cases(notKeys, (received, value) => [received, ({ users }) => users.has(value), `has(): ${key(received)}`]),
    ["undefined", ({ users }) => users.has(), `has(): ${key("undefined")}`],
  ]);
  refuses("the key of a record to insert()", "INVALID_ARGUMENT", [
    ...cases(storable, (received, id) => [received, ({ users }) => users.insert({ id }), `insert(): ${key(received)}`]),
    ...cases(storable, (received, id) => [
      `${received}, second of two`,
      ({ users }) => users.insert([{}, { id }]),
      `insert(): record 1: ${key(received)}`,
    ]),
  ]);
  refuses("the key of a record to upsert()", "INVALID_ARGUMENT", [
    ...cases(storable, (received, id) => [received, ({ users }) => users.upsert({ id }), `upsert(): ${key(received)}`]),
    ...cases(storable, (received, id) => [
      `${received}, second of two`,
      ({ users }) => users.upsert([{ id: 1, a: 1 }, { id }]),
      `upsert(): record 1: ${key(received)}`,
    ]),
  ]);
  refuses("the key of a record that may only be text", "SCHEMA_VALIDATION", [
    [
      "absent",
      ({ products }) => products.insert({ price: 1 }),
      'insert(): a record of table "products" needs its key "sku", because only integer keys are assigned',
    ],
    ["a number", ({ products }) => products.insert({ sku: 1, price: 1 }), "sku must be string, received 1"],
    ["absent in an upsert", ({ products }) => products.upsert({ price: 1 }), 'upsert(): a record of table "products" needs its key'],
  ]);

  for (const [place, call] of [
    ["insert():", (users, value) => users.insert(value)],
    ["upsert():", (users, value) => users.upsert(value)],
    ["insert(): record 1:", (users, value) => users.insert([{ name: "fine" }, value])],
    ["upsert(): record 1:", (users, value) => users.upsert([{ id: 1, name: "fine" }, value])],
  ] satisfies [string, (users: Parameters<Case[1]>[0]["users"], value: unknown) => unknown][]) {
    refuses(`a record in ${place}`, "INVALID_ARGUMENT", [
      ...notRecords.map(([received, make]): Case => [received, ({ users }) => call(users, make()), `${place} ${record(received)}`]),
      ...badRecords.map(([what, make, message]): Case => [what, ({ users }) => call(users, make()), message]),
    ]);
  }
  refuses(
    "a record to upsert() over another one",
    "INVALID_ARGUMENT",
    badRecords.map(([what, make, message]): Case => [what, ({ users }) => users.upsert({ ...make(), id: 1, own: make() }), message]),
  );
  refuses("records to insert()", "INVALID_ARGUMENT", [
    ["lists of lists", ({ users }) => users.insert([[{ name: "x" }]]), record("an array of 1")],
    ["a hole", ({ users }) => users.insert(withHole({ name: "x" }, { name: "y" })), record("undefined")],
    ["nothing but holes", ({ users }) => users.insert(holes()), record("undefined")],
    ["a Set", ({ users }) => users.insert(new Set([{ name: "x" }])), record("a Set")],
    ["0 for batchSize", ({ users }) => users.insert([], { batchSize: 0 }), "batchSize must be a whole number of at least 1, received 0"],
    [
      "NaN for batchSize",
      ({ users }) => users.insert([], { batchSize: Number.NaN }),
      "batchSize must be a whole number of at least 1, received NaN",
    ],
    [
      "1.5 for batchSize",
      ({ users }) => users.insert([], { batchSize: 1.5 }),
      "batchSize must be a whole number of at least 1, received 1.5",
    ],
    [
      "text for skipValidation",
      ({ users }) => users.insert({}, { skipValidation: "yes" }),
      'skipValidation must be true or false, received "yes"',
    ],
    [
      "all automatic keys used up",
      ({ users, db }) => db.atomic(() => (users.insert({ id: 2 ** 53 - 1 }), users.insert({}))),
      "insert(): id must be given, because the automatic keys are used up",
    ],
    [
      "an unknown word for onConflict",
      ({ users }) => users.upsert({ id: 1 }, { onConflict: "merge" }),
      'onConflict must be "update" or "replace" or "ignore" or "error", received "merge"',
    ],
    [
      "true for onConflict",
      ({ users }) => users.upsert({ id: 1 }, { onConflict: true }),
      'onConflict must be "update" or "replace" or "ignore" or "error", received true',
    ],
  ]);

  refuses("the changes of update()", "INVALID_ARGUMENT", [
    ...notRecords
      .filter(([received]) => received !== "a function")
      .map(([received, make]): Case => [received, ({ users }) => users.update(make(), 1), `update(): ${changes(received)}`]),
    ...notRecords.map(([received, make]): Case => [
      `${received}, computed`,
      ({ users }) => users.update(make, 1),
      `update(): the record with key 1: ${changes(received)}`,
    ]),
    ...badRecords.map(([what, make, message]): Case => [what, ({ users }) => users.update(make(), 1), message]),
    ...badRecords.map(([what, make, message]): Case => [`${what}, computed`, ({ users }) => users.update(make, 1), message]),
    ["a list", ({ users }) => users.update([{ name: "x" }], 1), `update(): ${changes("an array of 1")}`],
    [
      "an async function",
      ({ users }) => users.update(async () => ({ name: "x" }), 1),
      "(a function that computes changes must be synchronous)",
    ],
    ["an async function that fails", ({ users }) => users.update(failing, 1), "(a function that computes changes must be synchronous)"],
    [
      "a function that fails to answer for one of several",
      ({ users }) => users.update(onlyOnce(), { where: { dept: "IT" } }),
      changes("undefined"),
    ],
  ]);

  for (const [verb, call] of [
    ["update()", (users, value) => users.update({ name: "x" }, value)],
    ["delete()", (users, value) => users.delete(value)],
  ] satisfies [string, (users: Parameters<Case[1]>[0]["users"], value: unknown) => unknown][]) {
    const objects = cases(notKeys, (received, value) => [
      received,
      ({ users }) => call(users, value),
      typeof value === "object" || typeof value === "function" ? "" : `${verb}: ${key(received)}`,
    ]);
    refuses(`the target of ${verb}`, "INVALID_ARGUMENT", [
      ...objects.filter(([, , message]) => message !== ""),
      ["none", ({ users }) => call(users, undefined), `${verb}: ${target("undefined")}`],
      ["null", ({ users }) => call(users, null), `${verb}: ${target("null")}`],
      ["a list of keys", ({ users }) => call(users, [1, 2]), `${verb}: ${target("an array of 2")}`],
      ["a Map", ({ users }) => call(users, new Map([["where", {}]])), `${verb}: ${target("a Map")}`],
      ["a Date", ({ users }) => call(users, new Date(0)), `${verb}: ${target("a Date")}`],
      ["a predicate", ({ users }) => call(users, () => true), `${verb}: ${target("a function")} (write it as { where: ... })`],
      ["a condition", ({ users }) => call(users, users.fields.age.gt(1)), `${verb}: ${target("a Condition")} (write it as { where: ... })`],
      ["field values", ({ users }) => call(users, { dept: "IT" }), `${verb}: unknown option "dept" (it takes where, mustMatch)`],
      [
        "an empty object",
        ({ users }) => call(users, {}),
        `${verb}: where must be given, received undefined (a change reaches no record by omission)`,
      ],
      ["only mustMatch", ({ users }) => call(users, { mustMatch: true }), `${verb}: where must be given, received undefined`],
      ["where undefined", ({ users }) => call(users, { where: undefined }), `${verb}: where must be given, received undefined`],
      [
        "where null",
        ({ users }) => call(users, { where: null }),
        `${verb}: where must be a condition, an object of field values, or a function, received null`,
      ],
      [
        "where {}",
        ({ users }) => call(users, { where: {} }),
        `${verb}: where must be a condition, received an object (an empty one would match every record)`,
      ],
      [
        "where []",
        ({ users }) => call(users, { where: [] }),
        "where must be a condition, an object of field values, or a function, received an empty array",
      ],
      [
        "where true",
        ({ users }) => call(users, { where: true }),
        "where must be a condition, an object of field values, or a function, received true",
      ],
      [
        "an undefined value in where",
        ({ users }) => call(users, { where: { dept: undefined } }),
        "where.dept must be a value, received undefined (null matches null or absent)",
      ],
      [
        "one of two undefined in where",
        ({ users }) => call(users, { where: { age: 30, dept: undefined } }),
        "where.dept must be a value, received undefined",
      ],
      [
        "text for mustMatch",
        ({ users }) => call(users, { where: { age: 30 }, mustMatch: "yes" }),
        'mustMatch must be true or false, received "yes"',
      ],
      ["a revoked proxy", ({ users }) => call(users, revokedTarget()), `${verb}: ${target("a Proxy")}`],
    ]);
    refuses(`the target of ${verb} with mustMatch`, "RECORD_NOT_FOUND", [
      [
        "a condition that nothing matches",
        ({ users }) => call(users, { where: { dept: "PR" }, mustMatch: true }),
        `${verb}: no record of table "users" matches`,
      ],
      [
        "a predicate that nothing matches",
        ({ users }) => call(users, { where: () => false, mustMatch: true }),
        `${verb}: no record of table "users" matches`,
      ],
    ]);
  }
  refuses("a key that there is not", "RECORD_NOT_FOUND", [
    ["with mustMatch", ({ users }) => users.get(77, { mustMatch: true }), 'get(): table "users" has no record with key 77'],
    ["as text", ({ users }) => users.get("1", { mustMatch: true }), 'get(): table "users" has no record with key "1"'],
    ["of a deleted record", ({ users }) => users.get(9, { mustMatch: true, copy: false }), 'get(): table "users" has no record with key 9'],
  ]);

  passes("what a getter of a record throws", [
    ["in insert()", ({ users }, error) => users.insert(explosive(error))],
    ["in insert() of many", ({ users }, error) => users.insert([{ name: "fine" }, explosive(error)])],
    ["in insert() deep inside", ({ users }, error) => users.insert({ a: [{ b: explosive(error) }] })],
    ["in upsert()", ({ users }, error) => users.upsert(explosive(error))],
    ["in upsert() of an existing record", ({ users }, error) => users.upsert(Object.assign(explosiveLater(error), { id: 1 }))],
    ["in update()", ({ users }, error) => users.update(explosive(error), 1)],
    ["in update() that computes", ({ users }, error) => users.update(() => explosive(error), 1)],
    ["in a shorthand", ({ users }, error) => users.select({ where: explosive(error) })],
    [
      "in a target",
      ({ users }, error) =>
        users.delete({
          get where() {
            throw error;
          },
        }),
    ],
    [
      "in options",
      ({ users }, error) =>
        users.select({
          get limit() {
            throw error;
          },
        }),
    ],
    [
      "in the trap of a proxy",
      ({ users }, error) =>
        users.insert(
          new Proxy(
            {},
            {
              ownKeys() {
                throw error;
              },
            },
          ),
        ),
    ],
  ]);
}

function onlyOnce(): () => object | undefined {
  let answered = false;
  return () => {
    if (answered) return undefined;
    answered = true;
    return { name: "x" };
  };
}

function revokedTarget(): object {
  const { proxy, revoke } = Proxy.revocable({ where: { dept: "IT" } }, {});
  revoke();
  return proxy;
}

function explosive(error: Error): object {
  return {
    name: "x",
    get age(): number {
      throw error;
    },
  };
}

function explosiveLater(error: Error): object {
  return Object.defineProperty({}, "age", {
    enumerable: true,
    get() {
      throw error;
    },
  });
}
