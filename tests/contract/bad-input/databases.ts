import { DictDB } from "../../../src/index.js";
import { revoked } from "./odd-values.js";
import type { Refuses } from "./refusal.js";

const NewDictDB = DictDB as unknown as new (options: unknown) => unknown;
const standard = (part: object): object => ({ "~standard": part });

const ms = (received: string): string => `new DictDB(): lockTimeoutMs must be a number of milliseconds of at least 0, received ${received}`;
const name = (received: string): string => `name must be a string that is not empty, received ${received}`;
const handle = (received: string): string => `dropTable(): table must be a table or its name, received ${received}`;
const reserved = (what: string): string => `the name of ${what} must be another one than __proto__, constructor and prototype, received "`;
const schema = (received: string): string =>
  `schema must be an object of field descriptors or a Standard Schema of version 1, received ${received}`;
const key = (received: string): string =>
  `schema.id must be "string", "number" or "integer", received "${received}" (it is the primary key)`;
const version = (received: string): string => `createTable(): schema.v must be "integer", received ${received} (it is the version field)`;

export function badDatabases(refuses: Refuses): void {
  refuses("new DictDB()", "INVALID_ARGUMENT", [
    ["a negative time", () => new NewDictDB({ lockTimeoutMs: -1 }), ms("-1")],
    ["NaN for a time", () => new NewDictDB({ lockTimeoutMs: Number.NaN }), ms("NaN")],
    ["text for a time", () => new NewDictDB({ lockTimeoutMs: "5" }), ms('"5"')],
    ["null for a time", () => new NewDictDB({ lockTimeoutMs: null }), ms("null")],
    ["1 for true", () => new NewDictDB({ freeze: 1 }), "new DictDB(): freeze must be true or false, received 1"],
  ]);

  refuses("the name of a table to create", "INVALID_ARGUMENT", [
    ["none", ({ db }) => db.createTable(), `createTable(): ${name("undefined")}`],
    ["an empty one", ({ db }) => db.createTable(""), name('""')],
    ["null", ({ db }) => db.createTable(null), name("null")],
    ["a number", ({ db }) => db.createTable(1), name("1")],
    ["a symbol", ({ db }) => db.createTable(Symbol("t")), name("a symbol")],
    ["an array", ({ db }) => db.createTable(["t"]), name("an array of 1")],
    ["a String object", ({ db }) => db.createTable(Object("t")), name("a String")],
    ["a revoked proxy", ({ db }) => db.createTable(revoked()), name("a Proxy")],
    ["__proto__", ({ db }) => db.createTable("__proto__"), `createTable(): ${reserved("a table")}__proto__"`],
    ["constructor", ({ db }) => db.createTable("constructor"), `createTable(): ${reserved("a table")}constructor"`],
    ["prototype", ({ db }) => db.createTable("prototype"), `createTable(): ${reserved("a table")}prototype"`],
  ]);

  refuses("the name of a table to find", "INVALID_ARGUMENT", [
    ["none to get", ({ db }) => db.getTable(), `getTable(): ${name("undefined")}`],
    ["a table to get", ({ db, real }) => db.getTable(real.users), `getTable(): ${name("a Table")}`],
    ["__proto__ to get", ({ db }) => db.getTable("__proto__"), `getTable(): ${reserved("a table")}__proto__"`],
    ["none to ask for", ({ db }) => db.hasTable(), `hasTable(): ${name("undefined")}`],
    ["a list to ask for", ({ db }) => db.hasTable(["users"]), `hasTable(): ${name("an array of 1")}`],
    ["constructor to ask for", ({ db }) => db.hasTable("constructor"), `hasTable(): ${reserved("a table")}constructor"`],
    ["none to drop", ({ db }) => db.dropTable(), handle("undefined")],
    ["a number to drop", ({ db }) => db.dropTable(5), handle("5")],
    ["something with a name to drop", ({ db }) => db.dropTable({ name: "users" }), handle("an object")],
    ["a revoked proxy to drop", ({ db }) => db.dropTable(revoked()), handle("a Proxy")],
    ["another database's table to drop", ({ db }) => db.dropTable(otherTable()), "dropTable(): table must be a table of this database"],
    [
      "a snapshot's table to drop",
      ({ db, real }) => db.dropTable(past(real.db, "users")),
      "dropTable(): table must be a table of this database",
    ],
    ["none of a snapshot", ({ real }) => past(real.db, undefined), "getTable(): table must be a table or its name, received undefined"],
    ["a list of a snapshot", ({ real }) => past(real.db, []), "getTable(): table must be a table or its name, received an empty array"],
  ]);

  refuses("a table that there is not", "TABLE_NOT_FOUND", [
    ["to get", ({ db }) => db.getTable("nobody"), 'getTable(): there is no table "nobody"'],
    ["to get, named as what every object inherits", ({ db }) => db.getTable("toString"), 'getTable(): there is no table "toString"'],
    ["to get with a schema", ({ db }) => db.getTable("nobody", { schema: { a: "string" } }), 'getTable(): there is no table "nobody"'],
    ["to drop", ({ db }) => db.dropTable("nobody"), 'dropTable(): there is no table "nobody"'],
    ["to drop, without any name", ({ db }) => db.dropTable(""), 'dropTable(): there is no table ""'],
    ["to drop again", ({ db, real }) => db.dropTable(real.gone), 'dropTable(): there is no table "gone"'],
    ["in a snapshot", ({ real }) => past(real.db, "nobody"), 'getTable(): the snapshot has no table "nobody"'],
  ]);

  refuses("a table that there is", "DUPLICATE_TABLE", [
    ["created again", ({ db }) => db.createTable("users"), 'createTable(): table "users" exists already'],
    ["created again by force", ({ db }) => db.createTable("users", { ifNotExists: false }), 'table "users" exists already'],
  ]);

  const create =
    (options: object, title = "t") =>
    ({ db }: { db: { createTable: (...args: readonly unknown[]) => unknown } }) =>
      db.createTable(title, options);

  refuses("the options of a new table", "INVALID_ARGUMENT", [
    ["an empty primary key", create({ primaryKey: "" }), 'createTable(): primaryKey must be a string that is not empty, received ""'],
    ["a list of primary keys", create({ primaryKey: ["a"] }), "primaryKey must be a string that is not empty, received an array of 1"],
    ["null as primary key", create({ primaryKey: null }), "primaryKey must be a string that is not empty, received null"],
    ["__proto__ as primary key", create({ primaryKey: "__proto__" }), reserved("the primary key")],
    ["constructor as primary key", create({ primaryKey: "constructor" }), reserved("the primary key")],
    ["1 for ifNotExists", create({ ifNotExists: 1 }), "createTable(): ifNotExists must be true or false, received 1"],
    ["true as version field", create({ versionField: true }), "versionField must be a string that is not empty, received true"],
    ["__proto__ as version field", create({ versionField: "__proto__" }), reserved("the version field")],
    ["the key as version field", create({ versionField: "id" }), "versionField must be the name of a field other than the primary key"],
    ["a version field that the schema lacks", create({ versionField: "v", schema: { a: "string" } }), version("undefined")],
    ["a version field of text", create({ versionField: "v", schema: { v: "string" } }), version('"string"')],
    ["a version field of lists", create({ versionField: "v", schema: { v: "integer[]" } }), version('"integer[]"')],
  ]);

  const again = (title: string, options: object) => create({ ifNotExists: true, ...options }, title);

  refuses("what an existing table is not like", "INVALID_ARGUMENT", [
    ["another primary key", again("users", { primaryKey: "k" }), 'primaryKey must be "id", received "k" (as table "users" has it)'],
    [
      "another version field",
      again("notes", { versionField: "v" }),
      'versionField must be "version", received "v" (as table "notes" has it)',
    ],
    ["a version field", again("users", { versionField: "v" }), 'versionField must be left out, received "v" (as table "users" has it)'],
    [
      "another schema",
      again("products", { schema: { sku: "string" } }),
      'createTable(): schema must be {"sku":"string","price":"number|null"',
    ],
    ["descriptors", again("users", { schema: { name: "string" } }), "createTable(): schema must be a Standard Schema or none"],
    ["a bad schema", again("users", { schema: { name: "text" } }), "createTable(): schema.name must be one of string, number"],
    [
      "another schema, got",
      ({ db }) => db.getTable("products", { schema: { sku: "string" } }),
      'was created with, received {"sku":"string"}',
    ],
    ["descriptors, got", ({ db }) => db.getTable("users", { schema: { name: "string" } }), "getTable(): schema must be a Standard Schema"],
    [
      "another primary key, got",
      ({ db }) => db.getTable("users", { primaryKey: "k" }),
      'getTable(): primaryKey must be "id", received "k"',
    ],
  ]);

  const withSchema = (given: unknown) => create({ schema: given });

  refuses("a schema", "INVALID_ARGUMENT", [
    ["null", withSchema(null), `createTable(): ${schema("null")}`],
    ["a list", withSchema(["a"]), schema("an array of 1")],
    ["a Map", withSchema(new Map([["a", "string"]])), schema("a Map")],
    ["a function", withSchema(() => true), schema("a function")],
    ["an unknown descriptor", withSchema({ a: "str" }), /schema\.a must be one of string, .*received "str" \(did you mean "string"\?\)/],
    ["a class as descriptor", withSchema({ a: String }), /schema\.a must be one of .*received a function/],
    ["a nested descriptor", withSchema({ a: { b: "string" } }), /schema\.a must be one of .*received an object/],
    ["no descriptor", withSchema({ a: undefined }), /schema\.a must be one of .*received undefined/],
    ["a key that may be null", withSchema({ id: "integer|null" }), key("integer|null")],
    ["a key of dates", withSchema({ id: "date" }), key("date")],
    ["a field named __proto__", withSchema(JSON.parse('{"__proto__": "string"}')), 'schema cannot have a field named "__proto__"'],
    ["a field named constructor", withSchema({ constructor: "string" }), 'schema cannot have a field named "constructor"'],
    ["a field named by a symbol", withSchema({ [Symbol("s")]: "string" }), "schema cannot have a field named by a symbol"],
    ["a standard of another version", withSchema(standard({ version: 2 })), 'the version of schema["~standard"] must be 1, received 2'],
    [
      "a standard without code",
      withSchema(standard({ version: 1 })),
      'schema["~standard"].validate must be a function, received undefined',
    ],
  ]);
}

function otherTable(): object {
  return new DictDB().createTable("users");
}

/** A table of a snapshot. */
function past(db: DictDB, table: unknown): object {
  using snapshot = db.snapshot();
  return snapshot.getTable(table as string);
}
