import { unset } from "../../../src/index.js";
import { describe, expect, it } from "@jest/globals";
import { errorOf, ids, people, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function readContract(open: OpenDatabase): void {
  describe("get, has, count, size, all and copy", () => {
    it("find a record by its key", () => {
      const users = peopleIn(open());
      expect(users.get(1)).toEqual(people[0]);
      expect(users.get(77)).toBeUndefined();
      expect(users.get("1" as never)).toBeUndefined();
      expect([users.has(1), users.has(77)]).toEqual([true, false]);
    });

    it("throw with mustMatch for a key that there is not", () => {
      const users = peopleIn(open());
      expect(users.get(1, { mustMatch: true })).toEqual(people[0]);
      expect(errorOf(() => users.get(77, { mustMatch: true }))).toMatchObject({
        code: "RECORD_NOT_FOUND",
        details: { table: "users", key: 77 },
      });
    });

    it("count records, all of them or those that match", () => {
      const users = peopleIn(open());
      expect(users.size).toBe(5);
      expect(users.count()).toBe(5);
      expect(users.count({})).toBe(5);
      expect(users.count({ dept: "IT" })).toBe(3);
      expect(users.count(users.fields.age.gt(30))).toBe(2);
      expect(users.count(({ name }) => name > "C")).toBe(3);
    });

    it("give everything, as a list or by key", () => {
      const users = peopleIn(open());
      expect(users.all().sort((a, b) => a.id - b.id)).toEqual(people);
      expect([...users.copy().keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
      expect(users.copy().get(4)).toEqual(people[3]);
    });

    it("answer for an empty table", () => {
      const users = open().createTable<User>("users");
      expect([users.size, users.count(), users.all(), users.copy().size]).toEqual([0, 0, [], 0]);
      expect([users.select(), users.first(), [...users.iterate()]]).toEqual([[], undefined, []]);
    });
  });

  describe("select", () => {
    it("takes a condition, a shorthand, a predicate or nothing for where", () => {
      const users = peopleIn(open());
      expect(users.select()).toHaveLength(5);
      expect(users.select({ where: undefined })).toHaveLength(5);
      expect(users.select({ where: {} })).toHaveLength(5);
      expect(ids(users.select({ where: users.fields.age.eq(40), orderBy: "id" }))).toEqual([2, 4]);
      expect(ids(users.select({ where: { dept: "IT", age: 30 } }))).toEqual([1]);
      expect(
        ids(users.select({ where: ({ age }) => (age === undefined ? undefined : age === null ? null : age > 30), orderBy: "id" })),
      ).toEqual([2, 4]);
    });

    it("takes null in a shorthand for null or absent", () => {
      const users = peopleIn(open());
      expect(ids(users.select({ where: { age: null }, orderBy: "id" }))).toEqual([3, 5]);
    });

    it("projects on columns, with null for what a record lacks", () => {
      const users = peopleIn(open());
      expect(users.select({ columns: ["name", "age"], orderBy: "id" })).toStrictEqual([
        { name: "Ann", age: 30 },
        { name: "Bob", age: 40 },
        { name: "Cid", age: null },
        { name: "Dan", age: 40 },
        { name: "Eve", age: null },
      ]);
      expect(users.select({ columns: { who: "name", where: "address" }, limit: 2 })).toStrictEqual([
        { who: "Ann", where: { city: "Paris" } },
        { who: "Bob", where: { city: "Rome" } },
      ]);
      expect(Object.keys(users.select({ columns: ["dept", "id"], limit: 1 })[0]!)).toEqual(["dept", "id"]);
    });

    it("orders by fields, each ascending or descending", () => {
      const users = peopleIn(open());
      expect(ids(users.select({ orderBy: "-name" }))).toEqual([5, 4, 3, 2, 1]);
      expect(ids(users.select({ orderBy: ["dept", "-name"] }))).toEqual([2, 5, 3, 1, 4]);
      expect(ids(users.select({ orderBy: [users.fields.dept.desc(), users.fields.name.asc()] }))).toEqual([4, 1, 3, 5, 2]);
      expect(ids(users.select({ orderBy: [] }))).toHaveLength(5);
    });

    it("orders by a nested field", () => {
      const users = peopleIn(open());
      const { city } = users.fields.address;
      expect(ids(users.select({ where: city.isNotNull(), orderBy: city.asc() }))).toEqual([5, 1, 2]);
      expect(ids(users.select({ orderBy: city.desc() }))).toEqual([2, 1, 5, 3, 4]);
    });

    it("puts ties in key order, ascending and descending, with an index and without", () => {
      const users = open().createTable<User>("users");
      users.insert([5, 3, 1, 4, 2].map((id) => ({ id, name: "x", age: id % 2 })));
      for (const indexed of [false, true]) {
        if (indexed) users.createIndex("age", { type: "sorted" });
        expect(ids(users.select({ orderBy: "age" }))).toEqual([2, 4, 1, 3, 5]);
        expect(ids(users.select({ orderBy: "-age" }))).toEqual([1, 3, 5, 2, 4]);
        expect(ids(users.select({ orderBy: "-age", limit: 2 }))).toEqual([1, 3]);
        expect(ids(users.select({ orderBy: ["-age", "-id"] }))).toEqual([5, 3, 1, 4, 2]);
      }
    });

    it("puts null and absent first, then values by class: booleans, numbers, dates, text, bytes, arrays, objects", () => {
      const rows = open().createTable<{ id: number; v?: unknown }>("rows");
      const sorted = [
        null,
        false,
        true,
        Number.NaN,
        -Infinity,
        -1,
        0,
        1.5,
        2n,
        3,
        new Date(0),
        new Date(1),
        "",
        "A",
        "a",
        Uint8Array.of(1),
        [],
        [1],
        {},
        { a: 1 },
      ];
      rows.insert(sorted.map((v, id) => ({ id, v })));
      rows.insert({ id: 99 });
      const upwards = [0, 99, ...Array.from({ length: sorted.length - 1 }, (_, i) => i + 1)];
      const downwards = [...Array.from({ length: sorted.length - 1 }, (_, i) => sorted.length - 1 - i), 0, 99];
      for (const indexed of [false, true]) {
        if (indexed) rows.createIndex("v", { type: "sorted" });
        expect(ids(rows.select({ orderBy: "v" }))).toEqual(upwards);
        expect(ids(rows.select({ orderBy: "-v" }))).toEqual(downwards);
      }
    });

    it("orders keys as numbers before text", () => {
      const rows = open().createTable("rows");
      rows.insert(["b", 10, "a", 2, "10"].map((id) => ({ id })));
      expect(rows.select({ orderBy: "id" }).map(({ id }) => id as unknown)).toEqual([2, 10, "10", "a", "b"]);
      expect(rows.select({ orderBy: "-id" }).map(({ id }) => id as unknown)).toEqual(["b", "a", "10", 10, 2]);
      expect(rows.select({ limit: 2 }).map(({ id }) => id as unknown)).toEqual([2, 10]);
    });

    it("comes in key order wherever limit or offset makes order matter", () => {
      const users = open().createTable<User>("users");
      users.insert([4, 2, 5, 1, 3].map((id) => ({ id, name: "x" })));
      expect(ids(users.select({ limit: 2 }))).toEqual([1, 2]);
      expect(ids(users.select({ offset: 3 }))).toEqual([4, 5]);
      expect(ids(users.select({ where: ({ id }) => id !== 2, limit: 2, offset: 1 }))).toEqual([3, 4]);
      users.delete(1);
      users.insert({ id: 9, name: "x" });
      users.insert({ id: 1, name: "x" });
      expect(ids(users.select({ limit: 10 }))).toEqual([1, 2, 3, 4, 5, 9]);
    });

    it("limits and skips", () => {
      const users = peopleIn(open());
      expect(users.select({ limit: 0 })).toEqual([]);
      expect(ids(users.select({ limit: 100, offset: 4 }))).toEqual([5]);
      expect(users.select({ offset: 100 })).toEqual([]);
      expect(ids(users.select({ orderBy: "-id", limit: 2, offset: 1 }))).toEqual([4, 3]);
    });

    it("leaves out equal rows before limit and offset count", () => {
      const users = peopleIn(open());
      expect(users.select({ columns: ["dept"], distinct: true, orderBy: "dept" })).toEqual([
        { dept: "HR" },
        { dept: "IT" },
        { dept: "PR" },
      ]);
      expect(users.select({ columns: ["dept"], distinct: true, orderBy: "dept", limit: 2, offset: 1 })).toEqual([
        { dept: "IT" },
        { dept: "PR" },
      ]);
      expect(users.select({ columns: ["age"], distinct: true, orderBy: "age" })).toEqual([{ age: null }, { age: 30 }, { age: 40 }]);
      expect(users.select({ distinct: true })).toHaveLength(5);
      expect(users.select({ columns: ["tags"], distinct: true, limit: 10 })).toEqual([
        { tags: ["a", "b"] },
        { tags: ["b"] },
        { tags: [] },
        { tags: null },
      ]);
      users.delete(1);
      users.insert([
        { name: "Fay", dept: "PR" },
        { id: 1, name: "Ann", dept: "XX" },
      ]);
      expect(users.select({ columns: ["dept"], distinct: true, limit: 2 })).toEqual([{ dept: "XX" }, { dept: "HR" }]);
    });
  });

  describe("first", () => {
    it("is the first record that select would give, or undefined", () => {
      const users = peopleIn(open());
      expect(users.first()).toEqual(people[0]);
      expect(users.first({ where: { dept: "IT" }, orderBy: "-name" })).toEqual(people[4]);
      expect(users.first({ where: { dept: "XX" } })).toBeUndefined();
      expect(users.first({ columns: ["name"], offset: 1 })).toEqual({ name: "Bob" });
      expect(users.first({ limit: 0 })).toBeUndefined();
    });
  });

  describe("iterate", () => {
    it("gives what select would give, one at a time", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      const queries = [
        {},
        { where: { dept: "IT" } },
        { orderBy: "-age" as const, limit: 3 },
        { where: ({ id }: { readonly id: number }) => id > 2 },
      ] as const;
      for (const query of queries) {
        expect(new Set(ids(users.iterate(query)))).toEqual(new Set(ids(users.select(query))));
      }
      expect(ids(users.iterate({ orderBy: "-age", limit: 3 }))).toEqual([2, 4, 1]);
      expect([...users.iterate({ columns: ["dept"], distinct: true, orderBy: "dept" })]).toEqual([
        { dept: "HR" },
        { dept: "IT" },
        { dept: "PR" },
      ]);
    });

    it("shows the table as it was when it was called, and lets the loop write", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      for (const query of [{}, { where: { dept: "IT" } }, { orderBy: "name" as const }]) {
        const before = users.select(query);
        const seen: User[] = [];
        for (const user of users.iterate(query)) {
          seen.push(user);
          users.insert({ name: "new", dept: "IT" });
          users.update({ name: `${user.name}!`, dept: user.id % 2 === 0 ? "IT" : "HR" }, { where: () => true });
          users.delete(user.id + 1);
        }
        expect(seen.sort((a, b) => a.id - b.id)).toEqual(before.sort((a, b) => a.id - b.id));
        users.clear();
        users.insert(people);
      }
      const rest = users.iterate({ orderBy: "id" });
      expect(rest.next().value).toEqual(people[0]);
      users.clear();
      expect([...rest]).toEqual(people.slice(1));
      users.insert(people);
    });

    it("ends when the loop is left", () => {
      const users = peopleIn(open());
      const rows = users.iterate();
      for (const row of rows) {
        expect(row.id).toBe(1);
        break;
      }
      expect(rows.next()).toEqual({ done: true, value: undefined });
    });
  });

  describe("columns", () => {
    it("are the fields that records have or had, as they were first seen", () => {
      const users = open().createTable<User>("users");
      expect(users.columns()).toEqual(["id"]);
      users.insert([
        { name: "Ann", dept: "IT" },
        { name: "Bob", age: 3 },
      ]);
      users.update({ email: "x" }, 1);
      users.update({ email: unset() }, 1);
      expect(users.columns()).toEqual(["id", "name", "dept", "age", "email"]);
    });
  });
}
