import { describe, expect, it } from "@jest/globals";
import { and, or } from "../../../src/index.js";
import { errorOf, ids, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function indexContract(open: OpenDatabase): void {
  describe("createIndex, dropIndex, hasIndex, indexes, indexedFields", () => {
    it("tell of every index, in the order in which they were created", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      users.createIndex(["dept", "age"], { type: "sorted" });
      users.createIndex("email", { unique: true });
      users.createIndex("tags", { multi: true });
      users.createIndex(users.fields.address.city);
      expect(users.indexes()).toEqual([
        { fields: ["dept"], type: "hash", unique: false, multi: false, entries: 5 },
        { fields: ["dept", "age"], type: "sorted", unique: false, multi: false, entries: 5 },
        { fields: ["email"], type: "hash", unique: true, multi: false, entries: 5 },
        { fields: ["tags"], type: "hash", unique: false, multi: true, entries: 3 },
        { fields: ["address.city"], type: "hash", unique: false, multi: false, entries: 5 },
      ]);
      expect(users.indexedFields()).toEqual(["dept", "email", "tags", "address.city"]);
      expect(users.hasIndex("dept")).toBe(true);
      expect(users.hasIndex(["dept"])).toBe(true);
      expect(users.hasIndex(["age", "dept"])).toBe(false);
      expect(users.hasIndex(users.field("address", "city"))).toBe(true);
      users.dropIndex(["dept", "age"]);
      users.dropIndex(users.fields.address.city);
      expect(users.indexes().map(({ fields }) => fields.join())).toEqual(["dept", "email", "tags"]);
    });

    it("do nothing where the identical index exists", () => {
      const db = open();
      const users = peopleIn(db);
      users.createIndex("dept", { type: "sorted" });
      const { seq } = db;
      users.createIndex(["dept"], { type: "sorted", unique: false });
      expect(db.seq).toBe(seq);
      expect(users.indexes()).toHaveLength(1);
    });

    it("change no answer, only the way to it", () => {
      const users = peopleIn(open());
      const { age, dept, tags, name } = users.fields;
      const questions = [
        dept.eq("IT"),
        dept.in(["IT", "PR"]),
        age.gt(30),
        age.between(30, 40),
        age.isNull(),
        age.ne(40),
        tags.contains("b"),
        name.startsWith("A"),
        and(dept.eq("IT"), age.eq(30)),
        or(dept.eq("HR"), age.eq(30)),
        or(dept.eq("HR"), name.eq("Cid")),
      ];
      const answers = (): number[][] => questions.map((where) => ids(users.select({ where, orderBy: "id" })));
      const without = answers();
      users.createIndex("dept");
      users.createIndex("age", { type: "sorted" });
      users.createIndex("tags", { multi: true });
      users.createIndex("name", { type: "sorted", unique: true });
      expect(answers()).toEqual(without);
    });

    it("follow every change of their records", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      users.createIndex("age", { type: "sorted" });
      users.createIndex("tags", { multi: true });
      const { age, tags } = users.fields;
      users.insert({ name: "Fay", dept: "IT", age: 1, tags: ["a", "a"] });
      users.update({ dept: "HR", age: 99, tags: ["c"] }, 1);
      users.delete(2);
      users.upsert({ id: 3, name: "Cid", age: 5, tags: ["a"] });
      expect(ids(users.select({ where: { dept: "HR" } }))).toEqual([1]);
      expect(ids(users.select({ where: { dept: "IT" }, orderBy: "id" }))).toEqual([3, 5, 6]);
      expect(ids(users.select({ where: age.lt(50), orderBy: "age" }))).toEqual([6, 3, 4]);
      expect(ids(users.select({ where: tags.contains("a"), orderBy: "id" }))).toEqual([3, 6]);
      expect(users.count(tags.contains("b"))).toBe(0);
    });
  });

  describe("a unique index", () => {
    it("refuses a second record with the value, and null clashes with nothing", () => {
      const users = open().createTable<User>("users");
      users.createIndex("email", { unique: true });
      users.insert([{ name: "Ann", email: "a@x" }, { name: "Bob", email: null }, { name: "Cid", email: null }, { name: "Dan" }]);
      expect(errorOf(() => users.insert({ name: "Eve", email: "a@x" }))).toMatchObject({
        code: "UNIQUE_CONSTRAINT",
        details: { table: "users", fields: ["email"], key: 5, holder: 1 },
      });
      expect(errorOf(() => users.update({ email: "a@x" }, 2))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
      users.update({ email: "a@x" }, 1);
      users.delete(1);
      expect(users.insert({ name: "Eve", email: "a@x" })).toBe(5);
    });

    it("lets one update swap and rotate values", () => {
      const users = open().createTable<User>("users");
      users.createIndex("email", { unique: true });
      users.insert(["a", "b", "c"].map((email) => ({ name: "x", email })));
      const next: Readonly<Record<string, string>> = { a: "b", b: "c", c: "a" };
      expect(users.update(({ email }) => ({ email: next[email!]! }), { where: () => true })).toBe(3);
      expect(users.select({ orderBy: "id" }).map(({ email }) => email)).toEqual(["b", "c", "a"]);
      users.upsert([
        { id: 1, name: "x", email: "c" },
        { id: 2, name: "x", email: "b" },
      ]);
      expect(users.select({ orderBy: "id" }).map(({ email }) => email)).toEqual(["c", "b", "a"]);
      expect(() => users.update({ email: "z" }, { where: () => true })).toThrow(expect.objectContaining({ code: "UNIQUE_CONSTRAINT" }));
    });

    it("takes equal values for the same: 1 and 1n, NaN and NaN", () => {
      const rows = open().createTable<{ id: number; v: unknown }>("rows");
      rows.createIndex("v", { unique: true });
      rows.insert([{ v: 1 }, { v: Number.NaN }, { v: "1" }, { v: [1] }]);
      for (const v of [1n, Number.NaN, "1", [1n]]) expect(errorOf(() => rows.insert({ v }))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
    });

    it("may be sorted, and over several fields", () => {
      const users = open().createTable<User>("users");
      users.createIndex(["dept", "name"], { unique: true, type: "sorted" });
      users.insert([{ name: "Ann", dept: "IT" }, { name: "Ann", dept: "HR" }, { name: "Ann" }, { name: "Ann" }]);
      expect(errorOf(() => users.insert({ name: "Ann", dept: "IT" }))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
      expect(users.insert({ name: "Bob", dept: "IT" })).toBe(5);
    });

    it("is not built over values that clash already", () => {
      const users = peopleIn(open());
      expect(errorOf(() => users.createIndex("dept", { unique: true }))).toMatchObject({
        code: "UNIQUE_CONSTRAINT",
        details: { fields: ["dept"] },
      });
      expect(users.hasIndex("dept")).toBe(false);
      users.update(({ id }) => ({ dept: `D${id}` }), { where: () => true });
      users.createIndex("dept", { unique: true });
      expect(users.hasIndex("dept")).toBe(true);
    });
  });

  describe("explain", () => {
    it("names the primary key", () => {
      const users = peopleIn(open());
      expect(users.explain({ where: { id: 2, dept: "HR" } })).toEqual({
        access: "key",
        index: null,
        order: "none",
        candidates: 1,
        matched: 1,
      });
      expect(users.explain({ where: users.fields.id.in([1, 2, 77]) })).toMatchObject({ access: "key", candidates: 2, matched: 2 });
    });

    it("names the index", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      users.createIndex("age", { type: "sorted" });
      expect(users.explain({ where: { dept: "IT" } })).toEqual({
        access: "index",
        index: "dept",
        order: "none",
        candidates: 3,
        matched: 3,
      });
      expect(users.explain({ where: users.fields.age.gt(30) })).toMatchObject({ access: "index", index: "age", candidates: 2, matched: 2 });
      expect(users.explain({ where: { dept: "IT", name: "Ann" } })).toMatchObject({
        access: "index",
        index: "dept",
        candidates: 3,
        matched: 1,
      });
    });

    it("names the indexes of a union", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      users.createIndex("age", { type: "sorted" });
      const { age, dept, name } = users.fields;
      expect(users.explain({ where: or(dept.eq("HR"), age.eq(30)) })).toMatchObject({
        access: "union",
        index: "dept | age",
        candidates: 2,
        matched: 2,
      });
      expect(users.explain({ where: or(dept.eq("HR"), name.eq("Ann")) })).toMatchObject({
        access: "scan",
        index: null,
        candidates: 5,
        matched: 2,
      });
    });

    it("says that it scans", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      expect(users.explain()).toEqual({ access: "scan", index: null, order: "none", candidates: 5, matched: 5 });
      expect(users.explain({ where: { name: "Ann" } })).toMatchObject({ access: "scan", index: null, candidates: 5, matched: 1 });
      expect(users.explain({ where: ({ dept }) => dept === "IT" })).toMatchObject({ access: "scan", matched: 3 });
      expect(users.explain({ where: users.fields.dept.eq("IT").not() })).toMatchObject({ access: "scan", matched: 2 });
    });

    it("says where the order comes from", () => {
      const users = peopleIn(open());
      expect(users.explain({ orderBy: "age" })).toMatchObject({ order: "sort" });
      users.createIndex("age", { type: "sorted" });
      expect(users.explain({ orderBy: "age" })).toMatchObject({ access: "index", index: "age", order: "index" });
      expect(users.explain({ orderBy: "-age", limit: 2 })).toMatchObject({
        access: "index",
        index: "age",
        order: "index",
        candidates: 2,
        matched: 2,
      });
      expect(users.explain({ orderBy: ["age", "name"] })).toMatchObject({ order: "sort" });
      expect(users.explain({ orderBy: "id" })).toMatchObject({ access: "scan", order: "none" });
      expect(users.explain({ limit: 2 })).toMatchObject({ access: "scan", order: "none", matched: 2 });
    });
  });
}
