/* oxlint-disable typescript/no-explicit-any -- descriptors can stand for `any` */
import { unset } from "dictdb";
import type { Descriptors, SchemaRecord, Table, TableSchema } from "dictdb";
import { db, users, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

// types from descriptors
interface Product {
  sku: string;
  price: number;
  qty: number;
  made: Date;
  tags: string[];
  weight: number | null;
  note?: string;
}
const products = db.createTable("products", {
  primaryKey: "sku",
  schema: { sku: "string", price: "number", qty: "integer", note: "string?", made: "date", tags: "string[]", weight: "number|null" },
  ifNotExists: true,
  versionField: "version",
});
typeOf(products).is<Table<Product, "sku">>();
typeOf(products.get("a")).is<Product | undefined>();
typeOf(products.insert({ sku: "a", price: 1, qty: 1, made: new Date(), tags: [], weight: null })).is<string>();
typeOf(products.schema).is<TableSchema | undefined>();
products.select({ where: products.fields.price.gt(3).and(products.fields.tags.contains("x")), orderBy: "-made" });
products.update({ note: unset(), weight: null }, "a");
// @ts-expect-error -- "?" allows absent, not null
products.insert({ sku: "a", price: 1, qty: 1, made: new Date(), tags: [], weight: null, note: null });
// @ts-expect-error -- "|null" allows null, not absent
products.insert({ sku: "a", price: 1, qty: 1, made: new Date(), tags: [] });
// @ts-expect-error -- the key is a string, so it must be given
products.insert({ price: 1, qty: 1, made: new Date(), tags: [], weight: null });
// @ts-expect-error -- no field has this name
products.fields.prise.gt(3);

// every descriptor
const all = db.createTable("all", {
  schema: {
    id: "integer",
    a: "boolean",
    b: "bigint[]",
    c: "bytes|null",
    d: "object",
    e: "any",
    f: "date[]|null?",
    g: "string|null?",
  },
});
typeOf(all.get(1, { mustMatch: true })).is<{
  id: number;
  a: boolean;
  b: bigint[];
  c: Uint8Array | null;
  d: { [field: string]: any };
  e: any;
  f?: Date[] | null;
  g?: string | null;
}>();

// the key that a schema leaves out is an integer
const players = db.createTable("players", { schema: { name: "string" } });
typeOf(players.get(1)).is<{ id: number; name: string } | undefined>();
typeOf(players.insert({ name: "x" })).is<number>();
typeOf(db.createTable("teams", { primaryKey: "team", schema: { name: "string" } }).insert({ name: "x" })).is<number>();

// a schema that is written apart
const teamSchema = { id: "integer", name: "string", city: "string?" } as const satisfies Descriptors;
typeOf(db.createTable("teams", { schema: teamSchema })).is<Table<{ id: number; name: string; city?: string }, "id">>();
type Team = SchemaRecord<typeof teamSchema, "id">;
typeOf<Team>({ id: 1, name: "x" }).is<{ id: number; name: string; city?: string }>();

// a schema for a record type that is named
typeOf(db.createTable<User>("users", { schema: { id: "integer", name: "string" } })).is<Table<User, "id">>();
typeOf(db.getTable<User>("users", { schema: { name: "string" } })).is<Table<User, "id">>();

// a table that exists
typeOf(db.getTable("teams", { schema: teamSchema })).is<Table<{ id: number; name: string; city?: string }, "id">>();
typeOf(db.getTable("products", { primaryKey: "sku", schema: { sku: "string" } }).get("a")).is<{ sku: string } | undefined>();
typeOf(users.schema).is<TableSchema | undefined>();

// @ts-expect-error -- no such type
db.createTable("bad", { schema: { name: "strng" } });
// @ts-expect-error -- suffixes in another order
db.createTable("bad", { schema: { name: "string?|null" } });
// @ts-expect-error -- no such type
db.getTable("bad", { schema: { name: "strng" } });
// @ts-expect-error -- the record type has no such field
db.createTable<User>("users", { schema: { nam: "string" } });
const widened = { name: "string" };
// @ts-expect-error -- any string is no descriptor: it needs `as const`
db.createTable("bad", { schema: widened });
