import type { Table } from "dictdb";
import * as v from "valibot";
import { z } from "zod";
import { db, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

// zod: what is stored is the schema's output, what is inserted its input
const member = z.object({
  id: z.number(),
  name: z.string(),
  at: z.coerce.date().default(() => new Date()),
  nick: z.string().optional(),
  bio: z.string().nullable(),
});
const members = db.createTable("members", { schema: member });
typeOf(members.insert({ name: "x", bio: null })).is<number>();
typeOf(members.get(1)).is<{ id: number; name: string; at: Date; nick?: string | undefined; bio: string | null } | undefined>();
members.select({ where: members.fields.at.gt(new Date()), orderBy: "-name" });
members.update({ bio: "x" }, { where: { name: "x" } });
// @ts-expect-error -- a field without default is missing
members.insert({ name: "x" });
// @ts-expect-error -- names are strings
members.insert({ name: 1, bio: null });
// @ts-expect-error -- no field has this name
members.fields.nam.eq("x");

const parts = db.createTable("parts", { primaryKey: "sku", schema: z.object({ sku: z.string(), n: z.number() }) });
typeOf(parts).is<Table<{ sku: string; n: number }, "sku">>();
typeOf(parts.insert({ sku: "a", n: 1 })).is<string>();
// @ts-expect-error -- the key is a string, so it must be given
parts.insert({ n: 1 });
// @ts-expect-error -- the schema has no such field
db.createTable("bad", { primaryKey: "nope", schema: z.object({ sku: z.string() }) });
// @ts-expect-error -- the schema has no `id`, so the key must be named
db.createTable("bad", { schema: z.object({ sku: z.string() }) });

// a table that exists
const found = db.getTable("members", { schema: z.object({ id: z.number(), n: z.string().default("x") }) });
found.insert({});
found.update({ n: "y" }, { where: { n: "x" } });
// @ts-expect-error -- the schema has no `id`, so the key must be named
db.getTable("parts", { schema: z.object({ sku: z.string() }) });

// for a record type that is named
interface Part {
  id: number;
  n: number;
}
typeOf(db.createTable<Part>("parts", { schema: z.object({ id: z.number(), n: z.number() }) })).is<Table<Part, "id">>();
// @ts-expect-error -- the schema yields other records
db.createTable<User>("users", { schema: z.object({ id: z.number() }) });

// valibot
const items = db.createTable("items", { primaryKey: "sku", schema: v.object({ sku: v.string(), n: v.optional(v.number(), 3) }) });
typeOf(items.insert({ sku: "a" })).is<string>();
typeOf(items.get("a")).is<{ sku: string; n: number } | undefined>();
// @ts-expect-error -- numbers
items.insert({ sku: "a", n: "3" });
