import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import { isDictDBError } from "../../../src/index.js";
import type { StandardSchema } from "../../../src/index.js";
import { errorOf } from "./database.js";
import type { OpenDatabase } from "./database.js";

const account = z.object({ mail: z.string().trim().toLowerCase(), n: z.number().optional(), note: z.string().default("none") });

/** A schema of no library. */
function schemaOf(validate: (given: never) => unknown): StandardSchema<never, { id: number; [field: string]: unknown }> {
  return { "~standard": { version: 1, vendor: "mine", validate: validate as never } };
}

export function schemaContract(open: OpenDatabase): void {
  describe("upsert with a schema that normalises the key", () => {
    const accounts = () => open().createTable("accounts", { primaryKey: "mail", schema: account });

    it("meets the record that has the key after that", () => {
      const table = accounts();
      expect(table.upsert({ mail: " Ada@X ", n: 1, note: "first" })).toEqual({ key: "ada@x", action: "inserted" });
      expect(table.upsert({ mail: "ADA@x", n: 2 })).toEqual({ key: "ada@x", action: "updated" });
      expect(table.all()).toEqual([{ mail: "ada@x", n: 2, note: "first" }]);
      expect(table.upsert({ mail: "ADA@x" }, { onConflict: "replace" })).toEqual({ key: "ada@x", action: "updated" });
      expect(table.all()).toEqual([{ mail: "ada@x", note: "none" }]);
      expect(table.upsert({ mail: "Ada@X", n: 9 }, { onConflict: "ignore" })).toEqual({ key: "ada@x", action: "ignored" });
      expect(errorOf(() => table.upsert({ mail: "Ada@X" }, { onConflict: "error" }))).toMatchObject({
        code: "DUPLICATE_KEY",
        details: { key: "ada@x" },
      });
      expect(table.all()).toEqual([{ mail: "ada@x", note: "none" }]);
    });

    it("meets those before it in the same call", () => {
      const table = accounts();
      expect(table.upsert([{ mail: "A@x", n: 1 }, { mail: "b@x" }, { mail: "a@X", note: "again" }])).toEqual([
        { key: "a@x", action: "inserted" },
        { key: "b@x", action: "inserted" },
        { key: "a@x", action: "updated" },
      ]);
      expect(table.get("a@x")).toEqual({ mail: "a@x", n: 1, note: "again" });
    });

    it("does so in atomic and in a transaction", async () => {
      const db = open();
      const table = db.createTable("accounts", { primaryKey: "mail", schema: account });
      db.atomic(() => {
        table.upsert({ mail: "A@x" });
        expect(table.upsert({ mail: "a@X", n: 1 }).action).toBe("updated");
      });
      await db.transaction((tx) => {
        const inside = tx.getTable(table);
        expect(inside.upsert({ mail: "A@X", n: 2 })).toEqual({ key: "a@x", action: "updated" });
        inside.insert({ mail: "B@x" });
        expect(inside.upsert({ mail: "b@X" }, { onConflict: "ignore" })).toEqual({ key: "b@x", action: "ignored" });
      });
      expect(table.select({ orderBy: "mail", columns: ["mail", "n"] })).toEqual([
        { mail: "a@x", n: 2 },
        { mail: "b@x", n: null },
      ]);
    });

    it("refuses the second of two inserted keys that become one", () => {
      const table = accounts();
      expect(errorOf(() => table.insert([{ mail: "A@x" }, { mail: "a@X" }]))).toMatchObject({
        code: "DUPLICATE_KEY",
        details: { key: "a@x" },
      });
      table.insert({ mail: "A@x" });
      expect(errorOf(() => table.insert({ mail: "a@X" }))).toMatchObject({ code: "DUPLICATE_KEY", details: { key: "a@x" } });
    });

    it("lets an update name the key as it was written", () => {
      const table = accounts();
      table.insert({ mail: "a@x" });
      expect(table.update({ mail: " A@X", n: 1 } as never, "a@x")).toBe(1);
      expect(table.get("a@x")).toEqual({ mail: "a@x", n: 1, note: "none" });
      expect(errorOf(() => table.update({ mail: "b@x" } as never, "a@x"))).toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining('cannot change from "a@x" to "b@x"'),
      });
    });

    it("takes keys that the schema makes itself", () => {
      const slugged = z.object({ title: z.string(), n: z.number() }).transform((post) => ({ ...post, id: post.title.toLowerCase() }));
      const posts = open().createTable("posts", { schema: slugged });
      expect(posts.insert({ title: "One", n: 1 } as never)).toBe("one");
      expect(posts.upsert({ title: "ONE", n: 2 } as never)).toEqual({ key: "one", action: "updated" });
      expect(posts.all()).toEqual([{ id: "one", title: "ONE", n: 2 }]);
      const made = open().createTable("made", { schema: z.object({ id: z.string().default("made"), n: z.number() }) });
      expect(made.insert({ n: 1 })).toBe("made");
      expect(errorOf(() => made.insert({ n: "1" } as never))).toMatchObject({ code: "SCHEMA_VALIDATION" });
    });

    it("merges what is not whole by itself", () => {
      const table = open().createTable("t", { schema: z.object({ id: z.number(), a: z.string(), b: z.string() }) });
      table.insert({ id: 1, a: "a", b: "b" });
      expect(table.upsert({ id: 1, a: "x" } as never)).toEqual({ key: 1, action: "updated" });
      expect(table.get(1)).toEqual({ id: 1, a: "x", b: "b" });
      expect(errorOf(() => table.upsert({ id: 2, a: "x" } as never))).toMatchObject({
        code: "SCHEMA_VALIDATION",
        issues: [{ path: ["b"] }],
      });
    });
  });

  describe("what a schema of code is given", () => {
    class Money {
      readonly cents: number;
      constructor(cents: number) {
        this.cents = cents;
      }
    }
    const wide = z.object({
      id: z.number(),
      tags: z
        .set(z.string())
        .transform((set) => [...set])
        .or(z.array(z.string())),
      at: z.preprocess((at) => (at instanceof Date && Number.isNaN(at.getTime()) ? null : at), z.date().nullable()).optional(),
      price: z
        .instanceof(Money)
        .transform((price) => price.cents)
        .or(z.number())
        .optional(),
      home: z
        .instanceof(URL)
        .transform((url) => url.href)
        .or(z.string())
        .optional(),
      list: z.array(z.string().default("-")).optional(),
      raw: z
        .instanceof(Buffer)
        .transform((buffer) => buffer.toString("hex"))
        .or(z.string())
        .optional(),
    });
    const input = () => ({
      tags: new Set(["a"]),
      at: new Date(Number.NaN),
      price: new Money(5),
      home: new URL("http://a/"),
      list: ["x", undefined],
      raw: Buffer.from([255]),
    });
    const output = { tags: ["a"], at: null, price: 5, home: "http://a/", list: ["x", "-"], raw: "ff" };

    it("is what the caller gave, storable or not, in every verb", async () => {
      const db = open();
      const table = db.createTable("t", { schema: wide });
      expect(table.insert(input())).toBe(1);
      expect(table.insert([input(), input()])).toEqual([2, 3]);
      table.upsert({ id: 4, ...input() });
      table.insert([5, 6, 7, 8, 9].map((id) => ({ id, tags: [] })));
      table.upsert({ id: 5, ...input() });
      table.upsert({ id: 6, ...input() }, { onConflict: "replace" });
      table.update(input() as never, 7);
      table.update(() => input() as never, 8);
      db.atomic(() => table.update(input() as never, 9));
      await db.transaction((tx) => tx.getTable(table).insert(input()));
      const records = table.select({ orderBy: "id" });
      expect(records).toEqual(records.map(({ id }) => ({ id, ...output })));
      expect(records).toHaveLength(10);
    });

    it("may be any value, if the schema makes a record of it", () => {
      class Point {
        readonly #x = 1;
        get x(): number {
          return this.#x;
        }
      }
      const schema = schemaOf((given: Point | { x: number }) => ({ value: { x: given.x, same: given instanceof Point } }));
      const table = open().createTable("t", { schema, versionField: "version" });
      expect(table.insert(new Point() as never)).toBe(1);
      expect(table.get(1)).toEqual({ id: 1, x: 1, same: true, version: 1 });
    });

    it("is a copy as far as it can be one", () => {
      const schema = schemaOf((given: { list: number[]; at: Date; nested: { a: number } }) => {
        given.list.push(2);
        given.at.setTime(9);
        given.nested.a = 9;
        return { value: given };
      });
      const table = open().createTable("t", { schema });
      const own = { list: [1], at: new Date(1), nested: { a: 1 } };
      table.insert(own as never);
      expect(own).toEqual({ list: [1], at: new Date(1), nested: { a: 1 } });
      const stored = table.get(1, { copy: false, mustMatch: true });
      table.update({ other: 1 }, 1);
      expect(stored).toEqual({ id: 1, list: [1, 2], at: new Date(9), nested: { a: 9 } });
    });

    it.each<[string, unknown]>([
      ["a Set", new Set()],
      ["a function", () => 1],
      ["a symbol", Symbol("s")],
      ["an invalid date", new Date(Number.NaN)],
      ["undefined in an array", [undefined]],
    ])("is refused where the schema lets it through: %s", (_what, value) => {
      const table = open().createTable("t", { schema: z.looseObject({ id: z.number() }) });
      table.insert({ id: 1 });
      const calls = [
        () => table.insert({ x: value }),
        () => table.upsert({ id: 1, x: value }),
        () => table.upsert({ id: 1, x: value }, { onConflict: "replace" }),
        () => table.update({ x: value }, 1),
        () => table.update(() => ({ x: value }), 1),
      ];
      for (const call of calls) {
        expect(errorOf(call)).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringMatching(/x(\[0\])? must be a /) });
      }
      expect(table.all()).toEqual([{ id: 1 }]);
    });

    it("is checked at once where it is not to be validated", () => {
      const table = open().createTable("t", { schema: wide });
      expect(errorOf(() => table.insert(input(), { skipValidation: true }))).toMatchObject({ code: "INVALID_ARGUMENT" });
    });
  });

  describe("an error that a schema throws", () => {
    const boom = new TypeError("no such currency");
    const fail = (): never => {
      throw boom;
    };
    const schemas: [string, StandardSchema][] = [
      ["zod", z.object({ id: z.number(), n: z.number().refine((n) => n < 5 || fail()) })],
      ["zod, in a transform", z.object({ id: z.number(), n: z.number().transform((n) => (n < 5 ? n : fail())) })],
      ["zod 3", z3.object({ id: z3.number(), n: z3.number().refine((n) => n < 5 || fail()) })],
      [
        "valibot",
        v.object({
          id: v.number(),
          n: v.pipe(
            v.number(),
            v.check((n) => n < 5 || fail()),
          ),
        }),
      ],
      ["a promise", schemaOf((given: { n: number }) => (given.n < 5 ? { value: given } : Promise.reject(boom)))],
    ];

    it.each(schemas)("is found again: %s", async (_library, schema) => {
      const db = open();
      const table = db.createTable("t", { schema });
      table.insert({ n: 1 });
      const calls = [
        () => table.insert({ n: 5 }),
        () => table.insert([{ n: 1 }, { n: 5 }]),
        () => table.upsert({ id: 1, n: 5 }),
        () => table.upsert({ id: 1, n: 5 }, { onConflict: "replace" }),
        () => table.update({ n: 5 }, 1),
        () => table.update(() => ({ n: 5 }), 1),
        () => db.atomic(() => table.insert({ n: 5 })),
      ];
      for (const call of calls) expectBoom(errorOf(call));
      const failed: unknown = await db.transaction((tx) => tx.getTable(table).insert({ n: 5 })).catch((error: unknown) => error);
      expectBoom(failed);
      expect(table.size).toBe(1);
    });

    function expectBoom(error: unknown): void {
      if (error === boom) return;
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining("failed: no such currency") });
      expect((error as Error).cause).toBe(boom);
    }

    it("is none where the schema is asynchronous: that is said instead", () => {
      const later = z.object({ id: z.number().refine(async (id) => id > 0) });
      const later3 = z3.object({ id: z3.number().refine(async (id) => id > 0) });
      for (const schema of [later, later3, schemaOf(() => new Promise(() => undefined))]) {
        const table = open().createTable("t", { schema });
        expect(errorOf(() => table.insert({}))).toMatchObject({ message: expect.stringContaining("without asynchronous checks") });
      }
    });
  });

  describe("a second schema", () => {
    const first = z.object({ id: z.number(), name: z.string() });
    const second = z.object({ id: z.number(), name: z.number() });
    const differs = (where: string) => ({
      code: "SCHEMA_DIFFERS",
      message: `${where}: table "t" has another schema in this thread already: give the same object, or replace it with replaceSchema: true`,
      details: { table: "t" },
    });

    it("never replaces the first silently", () => {
      const db = open();
      const table = db.createTable("t", { schema: first });
      expect(db.getTable("t", { schema: first })).toBe(table);
      expect(db.createTable("t", { schema: first, ifNotExists: true })).toBe(table);
      const refused = errorOf(() => db.getTable("t", { schema: second }));
      expect(refused).toMatchObject(differs("getTable()"));
      expect(isDictDBError(refused, "SCHEMA_DIFFERS")).toBe(true);
      expect(errorOf(() => db.createTable("t", { schema: second, ifNotExists: true }))).toMatchObject(differs("createTable()"));
      expect(errorOf(() => db.getTable("t", { schema: second, replaceSchema: false }))).toMatchObject(differs("getTable()"));
      expect(table.schema).toBe(first);
      expect(table.insert({ name: "a" })).toBe(1);
    });

    it("replaces it when that is asked for", () => {
      const db = open();
      db.createTable("t", { schema: first });
      const table = db.getTable("t", { schema: second, replaceSchema: true });
      expect(table.schema).toBe(second);
      expect(table.insert({ name: 5 })).toBe(1);
      const again = db.createTable("t", { schema: first, ifNotExists: true, replaceSchema: true });
      expect(again.insert({ name: "a" })).toBe(2);
    });

    it("is the first where there was none, and of a table made anew", () => {
      const db = open();
      db.createTable("t");
      expect(db.getTable("t", { schema: second }).schema).toBe(second);
      expect(errorOf(() => db.getTable("t", { schema: first }))).toMatchObject(differs("getTable()"));
      db.dropTable("t");
      expect(db.createTable("t", { schema: first }).schema).toBe(first);
    });

    it("never takes the place of descriptors, nor they of it", () => {
      const db = open();
      db.createTable("t", { schema: { name: "string" } });
      expect(errorOf(() => db.getTable("t", { schema: first, replaceSchema: true }))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(errorOf(() => db.getTable("t", { schema: { name: "number" }, replaceSchema: true }))).toMatchObject({
        code: "INVALID_ARGUMENT",
      });
      db.createTable("u", { schema: first });
      expect(errorOf(() => db.getTable("u", { schema: { name: "string" }, replaceSchema: true }))).toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    });
  });
}
