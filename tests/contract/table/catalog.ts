import { unset } from "../../../src/index.js";
import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { errorOf, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function catalogContract(open: OpenDatabase): void {
  describe("tables", () => {
    it("are created, found, listed and dropped by name", () => {
      const db = open();
      const users = db.createTable<User>("users");
      db.createTable("a");
      expect(users.name).toBe("users");
      expect(db.getTable("users")).toBe(users);
      expect(db.listTables()).toEqual(["a", "users"]);
      expect([db.hasTable("users"), db.hasTable("b")]).toEqual([true, false]);
      db.dropTable("a");
      db.dropTable(users);
      expect(db.listTables()).toEqual([]);
      expect(errorOf(() => db.getTable("users"))).toMatchObject({ code: "TABLE_NOT_FOUND", details: { table: "users" } });
      expect(errorOf(() => users.insert({ name: "Ann" }))).toMatchObject({ code: "TABLE_NOT_FOUND", details: { table: "users" } });
    });

    it("are named anything but __proto__, constructor and prototype", () => {
      const db = open();
      for (const name of ["toString", "a b", "ä", "a/b", "-", "0"]) db.createTable(name).insert({ name });
      for (const name of db.listTables()) expect(db.getTable(name).all()).toEqual([{ id: 1, name }]);
      expect(db.hasTable("valueOf")).toBe(false);
    });

    it("are not created twice, unless that is allowed", () => {
      const db = open();
      const users = peopleIn(db);
      expect(errorOf(() => db.createTable("users"))).toMatchObject({ code: "DUPLICATE_TABLE", details: { table: "users" } });
      const { seq } = db;
      expect(db.createTable<User>("users", { ifNotExists: true })).toBe(users);
      expect(db.createTable<User>("users", { ifNotExists: true, primaryKey: "id" })).toBe(users);
      expect(db.seq).toBe(seq);
      expect(db.createTable("new", { ifNotExists: true }).size).toBe(0);
    });

    it("begin anew under a name that was used before", () => {
      const db = open();
      const users = peopleIn(db);
      users.createIndex("dept");
      db.dropTable("users");
      const again = db.createTable<User>("users");
      expect([again.size, again.indexes(), again.insert({ name: "Ann" })]).toEqual([0, [], 1]);
      expect(errorOf(() => users.get(1))).toMatchObject({ code: "TABLE_NOT_FOUND" });
      expect(errorOf(() => db.dropTable(users))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(db.hasTable("users")).toBe(true);
    });
  });

  describe("a schema of descriptors", () => {
    it("validates what is written, and adds the key as an integer", () => {
      const db = open();
      const products = db.createTable("products", {
        schema: {
          name: "string",
          price: "number|null",
          tags: "string[]?",
          made: "date?",
          raw: "bytes?",
          big: "bigint?",
          on: "boolean?",
          any: "any?",
          more: "object?",
        },
      });
      expect(products.schema).toEqual({
        id: "integer",
        name: "string",
        price: "number|null",
        tags: "string[]?",
        made: "date?",
        raw: "bytes?",
        big: "bigint?",
        on: "boolean?",
        any: "any?",
        more: "object?",
      });
      expect(products.columns()).toEqual(["id", "name", "price", "tags", "made", "raw", "big", "on", "any", "more"]);
      const full = {
        name: "x",
        price: 1.5,
        tags: ["a"],
        made: new Date(1),
        raw: Uint8Array.of(1),
        big: 1n,
        on: true,
        any: [1, "a"],
        more: { a: 1 },
      };
      expect(products.insert([{ name: "y", price: null }, full])).toEqual([1, 2]);
      expect(products.get(2)).toStrictEqual({ id: 2, ...full });
      expect(errorOf(() => products.insert({ name: 5, price: "1", tags: null } as never))).toMatchObject({
        code: "SCHEMA_VALIDATION",
        details: { table: "products" },
        issues: [{ path: ["name"] }, { path: ["price"] }, { path: ["tags"] }],
      });
      expect(errorOf(() => products.update({ tags: ["a", 1] } as never, 1))).toMatchObject({ issues: [{ path: ["tags", 1] }] });
      expect(errorOf(() => products.update({ name: unset() } as never, 1))).toMatchObject({ code: "SCHEMA_VALIDATION" });
    });

    it("assigns integer keys only", () => {
      const db = open();
      const sessions = db.createTable("sessions", { primaryKey: "token", schema: { token: "string" } });
      expect(errorOf(() => sessions.insert({} as never))).toMatchObject({ code: "SCHEMA_VALIDATION", issues: [{ path: ["token"] }] });
      expect(sessions.insert({ token: "t" })).toBe("t");
    });

    it("is passed over with skipValidation", () => {
      const products = open().createTable("products", { schema: { name: "string" } });
      products.insert({ name: 5 } as never, { skipValidation: true });
      products.insert([{ other: 1 }] as never, { skipValidation: true });
      expect(products.all()).toEqual([
        { id: 1, name: 5 },
        { id: 2, other: 1 },
      ]);
      expect(errorOf(() => products.update({ name: 6 } as never, 1))).toMatchObject({ code: "SCHEMA_VALIDATION" });
      expect(products.update({ name: "five" }, 1)).toBe(1);
    });

    it("is the table's own: getting the table with it changes nothing", () => {
      const db = open();
      const products = db.createTable("products", { schema: { name: "string" } });
      expect(db.getTable("products", { schema: { name: "string" } })).toBe(products);
      expect(db.createTable("products", { ifNotExists: true, schema: { id: "integer", name: "string" } })).toBe(products);
    });
  });

  describe("a Standard Schema", () => {
    const schema = z.object({ id: z.number(), name: z.string().trim(), role: z.string().default("user"), at: z.date().optional() });

    it("validates and converts what is written, with its defaults", () => {
      const users = open().createTable("users", { schema });
      const given = { name: " Ann " };
      const id = users.insert(given);
      expect(users.get(id)).toStrictEqual({ id: 1, name: "Ann", role: "user" });
      expect(given).toEqual({ name: " Ann " });
      users.update({ name: " Bob " }, 1);
      users.upsert({ id: 2, name: "Cid ", role: "admin" });
      expect(users.select({ orderBy: "id" })).toStrictEqual([
        { id: 1, name: "Bob", role: "user" },
        { id: 2, name: "Cid", role: "admin" },
      ]);
      expect(users.schema).toBe(schema);
      expect(errorOf(() => users.insert([{ name: "Dan" }, { name: 5 } as never]))).toMatchObject({
        code: "SCHEMA_VALIDATION",
        issues: [{ path: ["name"] }],
      });
      expect(users.size).toBe(2);
    });

    it("can be given to a table that has none", () => {
      const db = open();
      db.createTable("users").insert({ name: 5 });
      const users = db.getTable("users", { schema });
      expect(users.get(1)).toEqual({ id: 1, name: 5 });
      expect(users.insert({ name: " Ann" })).toBe(2);
      expect(users.get(2)).toEqual({ id: 2, name: "Ann", role: "user" });
      expect(errorOf(() => users.update({ role: "x" }, 1))).toMatchObject({ code: "SCHEMA_VALIDATION" });
    });
  });

  describe("a version field", () => {
    it("counts each record's changes", () => {
      const notes = open().createTable<{ id: number; text: string; version?: number }>("notes", { versionField: "version" });
      notes.insert([{ text: "a" }, { text: "b", version: 7 }]);
      notes.update({ text: "c" }, { where: () => true });
      notes.update(() => ({ text: "d" }), 1);
      notes.upsert([
        { id: 1, text: "e", version: 1 },
        { id: 3, text: "f" },
      ]);
      notes.upsert({ id: 2, text: "g" }, { onConflict: "replace" });
      expect(notes.select({ orderBy: "id" })).toEqual([
        { id: 1, text: "e", version: 4 },
        { id: 2, text: "g", version: 9 },
        { id: 3, text: "f", version: 1 },
      ]);
    });

    it("stays with a schema that would strip it", () => {
      const schema = z.object({ id: z.number(), text: z.string() });
      const notes = open().createTable("notes", { versionField: "version", schema });
      notes.insert({ text: "a" });
      notes.update({ text: "b" }, 1);
      expect(notes.get(1)).toEqual({ id: 1, text: "b", version: 2 });
    });
  });
}
