import { revoked, withHole } from "./odd-values.js";
import type { Case, Refuses } from "./refusal.js";
import type { LooseTable } from "./world.js";

const fields = (received: string): string =>
  `fields must be field names, or fields such as users.fields.address.city, received ${received}`;
const reserved = "the name of a field must be another one than __proto__, constructor and prototype";

const verbs: readonly (readonly [verb: string, call: (table: LooseTable, fields: unknown) => unknown])[] = [
  ["createIndex()", (table, given) => table.createIndex(given)],
  ["dropIndex()", (table, given) => table.dropIndex(given)],
  ["hasIndex()", (table, given) => table.hasIndex(given)],
];

export function badIndexes(refuses: Refuses): void {
  for (const [verb, call] of verbs) {
    const on =
      (given: unknown): Case[1] =>
      ({ users }) =>
        call(users, given);
    refuses(`the fields of ${verb}`, "INVALID_ARGUMENT", [
      ["none", on(undefined), `${verb}: ${fields("undefined")}`],
      ["null", on(null), `${verb}: ${fields("null")}`],
      ["an empty list", on([]), `${verb}: fields must be a field or a list of fields, received an empty array`],
      ["an empty name", on(""), `${verb}: ${fields('""')}`],
      ["a number", on(1), `${verb}: ${fields("1")}`],
      ["a number in a list", on(["name", 1]), `${verb}: ${fields("1")}`],
      ["a list in a list", on([["address", "city"]]), `${verb}: ${fields("an array of 2")}`],
      ["a hole", on(withHole("name", "age")), `${verb}: ${fields("undefined")}`],
      ["a symbol", on(Symbol("name")), `${verb}: ${fields("a symbol")}`],
      ["an object", on({ name: 1 }), `${verb}: ${fields("an object")}`],
      ["a Set", on(new Set(["name"])), `${verb}: ${fields("a Set")}`],
      ["a condition", ({ users }) => call(users, users.fields.age.eq(1)), `${verb}: ${fields("a Condition")}`],
      ["a sort key", ({ users, real }) => call(users, real.users.field("age").desc()), `${verb}: ${fields("an Order")}`],
      ["all fields", ({ users, real }) => call(users, real.users.fields), `${verb}: ${fields("a Proxy")}`],
      ["a revoked proxy", on(revoked()), `${verb}: ${fields("a Proxy")}`],
      ["__proto__", on("__proto__"), `${verb}: ${reserved}, received "__proto__"`],
      ["constructor in a list", on(["name", "constructor"]), `${verb}: ${reserved}, received "constructor"`],
      ["the same one twice", on(["name", "name"]), `${verb}: fields must be different fields, received an array of 2`],
      [
        "one that the schema lacks",
        ({ products }) => call(products, "color"),
        `${verb}: table "products" has no field "color" (its schema has sku`,
      ],
    ]);
  }
  const create =
    (given: unknown, options: object): Case[1] =>
    ({ users }) =>
      users.createIndex(given, options);

  refuses("an index", "INVALID_ARGUMENT", [
    ["of an unknown type", create("name", { type: "btree" }), 'createIndex(): type must be "hash" or "sorted", received "btree"'],
    ["of no type", create("name", { type: null }), 'createIndex(): type must be "hash" or "sorted", received null'],
    ["unique by 1", create("name", { unique: 1 }), "createIndex(): unique must be true or false, received 1"],
    ["multi by text", create("name", { multi: "yes" }), 'createIndex(): multi must be true or false, received "yes"'],
    [
      "multi and sorted",
      create("name", { multi: true, type: "sorted" }),
      "createIndex(): a multi index is a hash index over one field, and not unique",
    ],
    ["multi and unique", create("name", { multi: true, unique: true }), "a multi index is a hash index over one field, and not unique"],
    ["multi over two fields", create(["name", "age"], { multi: true }), "a multi index is a hash index over one field, and not unique"],
    [
      "of another type on the same field",
      create("dept", { type: "sorted" }),
      "createIndex(): dept has another index already, a hash one (drop it first)",
    ],
    [
      "not unique on the same field",
      create("email", {}),
      "createIndex(): email has another index already, a unique hash one (drop it first)",
    ],
    ["not multi on the same field", create("tags", { multi: false }), "createIndex(): tags has another index already, a multi hash one"],
    [
      "that there is not, dropped",
      ({ users }) => users.dropIndex("name"),
      'dropIndex(): fields must be those of an index, received "name"',
    ],
    [
      "in another order, dropped",
      ({ users }) => users.dropIndex(["age", "dept"]),
      'dropIndex(): fields must be those of an index, received "age, dept"',
    ],
    [
      "built in atomic()",
      ({ db, users }) => db.atomic(() => (users.insert({}), users.createIndex("name"))),
      "createIndex() cannot be part of atomic()",
    ],
    [
      "dropped in atomic()",
      ({ db, users }) => db.atomic(() => (users.insert({}), users.dropIndex("age"))),
      "dropIndex() cannot be part of atomic()",
    ],
  ]);
}
