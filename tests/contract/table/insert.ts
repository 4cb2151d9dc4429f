import { describe, expect, it } from "@jest/globals";
import { errorOf } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function insertContract(open: OpenDatabase): void {
  describe("insert", () => {
    it("returns the key, and of an array the keys in its order", () => {
      const users = open().createTable<User>("users");
      expect(users.insert({ name: "Ann" })).toBe(1);
      expect(users.insert({ id: 7, name: "Bob" })).toBe(7);
      expect(users.insert([{ name: "Cid" }, { id: 3, name: "Dan" }, { name: "Eve" }])).toEqual([8, 3, 9]);
      expect(users.insert([])).toEqual([]);
      expect(users.get(8)).toEqual({ id: 8, name: "Cid" });
    });

    it("assigns the largest integer key so far + 1", () => {
      const rows = open().createTable("rows");
      rows.insert([{ id: -5 }, { id: 2.5 }, { id: "100" }, { id: 1e300 }]);
      expect(rows.insert({})).toBe(1);
      rows.insert({ id: 41 });
      expect(rows.insert({})).toBe(42);
    });

    it("never assigns a key twice, whatever became of its record", () => {
      const users = open().createTable<User>("users");
      users.insert([{ name: "Ann" }, { name: "Bob" }]);
      users.delete(2);
      expect(users.insert({ name: "Cid" })).toBe(3);
      users.clear();
      expect(users.insert({ name: "Dan" })).toBe(4);
      users.insert({ id: 90, name: "Eve" });
      users.delete(90);
      expect(users.insert({ name: "Fay" })).toBe(91);
    });

    it("uses no key up when it fails", () => {
      const users = open().createTable<User>("users");
      users.insert({ name: "Ann" });
      expect(errorOf(() => users.insert([{ name: "Bob" }, { id: 50, name: "Cid" }, { id: 1, name: "Dan" }]))).toMatchObject({
        code: "DUPLICATE_KEY",
      });
      expect(users.insert({ name: "Eve" })).toBe(2);
    });

    it("inserts all records or none", () => {
      const users = open().createTable<User>("users");
      expect(errorOf(() => users.insert([{ name: "Ann" }, { id: 1, name: "Bob" }]))).toMatchObject({ code: "DUPLICATE_KEY" });
      expect(users.size).toBe(0);
      expect(errorOf(() => users.insert([{ name: "Ann" }, null as never], { batchSize: 1 }))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(users.size).toBe(0);
    });

    it('takes 1 and "1" for different keys, and -0 for 0', () => {
      const rows = open().createTable("rows");
      rows.insert([{ id: 1 }, { id: "1" }, { id: "" }, { id: -0 }]);
      expect(rows.get(1)).toEqual({ id: 1 });
      expect(rows.get("1")).toEqual({ id: "1" });
      expect(rows.get("")).toEqual({ id: "" });
      expect(rows.get(0)).toStrictEqual({ id: 0 });
      expect(rows.get(-0)).toEqual({ id: 0 });
      expect(rows.size).toBe(4);
    });

    it("keys records by the field that the table says", () => {
      const sessions = open().createTable<{ token: string; at: Date }, "token">("sessions", { primaryKey: "token" });
      expect(sessions.insert({ token: "t1", at: new Date(5) })).toBe("t1");
      const visits = open().createTable<{ no: number; page: string }, "no">("visits", { primaryKey: "no" });
      expect(visits.insert({ page: "/" })).toBe(1);
      expect(visits.get(1)).toEqual({ no: 1, page: "/" });
      expect(visits.primaryKey).toBe("no");
    });

    it("neither keeps nor changes what it was given", () => {
      const users = open().createTable<User>("users");
      const ann = Object.freeze({ name: "Ann", tags: Object.freeze(["a"]), address: { city: "Paris" } });
      const id = users.insert(ann);
      expect(ann).toEqual({ name: "Ann", tags: ["a"], address: { city: "Paris" } });
      ann.address.city = "Rome";
      expect(users.get(id)?.address?.city).toBe("Paris");
    });

    it("leaves out fields that are undefined", () => {
      const users = open().createTable<User>("users");
      users.insert({ name: "Ann", age: undefined, tags: undefined, address: { city: undefined, zip: 1 } } as never);
      expect(users.get(1)).toStrictEqual({ id: 1, name: "Ann", address: { zip: 1 } });
      expect(Object.keys(users.get(1)!)).not.toContain("age");
      expect(users.insert({ id: undefined, name: "Bob" })).toBe(2);
    });

    it("takes thousands of records at once, in any order of keys", () => {
      const rows = open().createTable<{ id: number; n: number }>("rows");
      rows.createIndex("n", { type: "sorted" });
      const keys = Array.from({ length: 5_000 }, (_, i) => (i * 7_919) % 5_000);
      expect(
        rows.insert(
          keys.map((id) => ({ id, n: id % 10 })),
          { batchSize: 100 },
        ),
      ).toEqual(keys);
      expect(rows.size).toBe(5_000);
      expect(rows.select({ limit: 3 }).map(({ id }) => id)).toEqual([0, 1, 2]);
      expect(rows.count(rows.fields.n.gte(9))).toBe(500);
    });
  });

  describe("what a field can hold", () => {
    const values: readonly (readonly [string, unknown])[] = [
      ["text", "ab\u0000c\ud83d\ude00"],
      ["half a surrogate pair", "\ud800"],
      ["a number", 1.5],
      ["-0", -0],
      ["NaN", Number.NaN],
      ["Infinity", -Infinity],
      ["a boolean", false],
      ["null", null],
      ["a bigint", 2n ** 70n],
      ["a date", new Date(-1)],
      ["bytes", Uint8Array.of(0, 255)],
      ["an array", [1, "a", [null, [true]]]],
      ["an object", { a: { b: { c: [1n] } } }],
      ["an object that looks like a tag", { $date: "2026-01-31" }],
      ["an object named like what it inherits", { toString: 1, hasOwnProperty: "x" }],
      ["a record of 64 levels", levels(63)],
    ];

    it.each(values)("%s", (_what, value) => {
      const rows = open().createTable("rows");
      const id = rows.insert({ value });
      expect(rows.get(id)).toStrictEqual({ id, value });
      expect(rows.select({ where: rows.field("value").eq(value) })).toStrictEqual([{ id, value }]);
    });

    it("is not more than 64 levels deep, the record included", () => {
      const rows = open().createTable("rows");
      expect(errorOf(() => rows.insert({ value: levels(64) }))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(rows.count(rows.field("value").eq(levels(64)))).toBe(0);
      expect(errorOf(() => rows.field("value").eq(levels(65)))).toMatchObject({ code: "INVALID_ARGUMENT" });
    });

    it("is stored as plain data, whatever the caller's object was", () => {
      const rows = open().createTable("rows");
      const bare: unknown = Object.assign(Object.create(null), { a: Object.assign(Object.create(null), { b: 1 }) });
      const id = rows.insert({
        buffer: Buffer.from([1, 2]),
        bare,
        get computed() {
          return 7;
        },
        proxy: new Proxy({ x: [1] }, {}),
      });
      expect(rows.get(id)).toStrictEqual({ id, buffer: Uint8Array.of(1, 2), bare: { a: { b: 1 } }, computed: 7, proxy: { x: [1] } });
    });

    it("can be named anything but __proto__, constructor and prototype", () => {
      const rows = open().createTable("rows");
      const record = { "": 1, "a b": 2, "a.b": 3, $where: 4, toString: 5, hasOwnProperty: 6, eq: 7, "-x": 8, length: 9, "1": 10 };
      const id = rows.insert(record);
      expect(rows.get(id)).toStrictEqual({ id, ...record });
      expect(rows.count({ "a.b": 3, toString: 5, "": 1 })).toBe(1);
      expect(rows.count({ valueOf: null })).toBe(1);
    });
  });

  describe("what comes out", () => {
    it("is the caller's own copy, all the way down", () => {
      const users = open().createTable<User & { at: Date; raw: Uint8Array }>("users");
      const given = { name: "Ann", tags: ["a"], address: { city: "Paris" }, at: new Date(5), raw: Uint8Array.of(1) };
      users.insert(given);
      const stored = { id: 1, ...given, at: new Date(5), raw: Uint8Array.of(1) };
      given.at.setTime(6);
      given.raw[0] = 2;
      const readers = [
        () => users.get(1)!,
        () => users.all()[0]!,
        () => users.copy().get(1)!,
        () => users.select()[0]!,
        () => users.first()!,
        () => [...users.iterate()][0]!,
        () => ({ ...users.select({ columns: ["name", "tags", "address", "at", "raw"] })[0]! }),
      ];
      for (const read of readers) {
        const copy = read() as ReturnType<(typeof users)["all"]>[number];
        copy.name = "changed";
        copy.tags!.push("changed");
        copy.address!.city = "changed";
        copy.at.setTime(7);
        copy.raw[0] = 3;
        expect(users.get(1)).toEqual(stored);
      }
    });

    it("is with copy: false the stored record, which no later change touches", () => {
      const users = open().createTable<User>("users");
      users.insert({ name: "Ann", tags: ["a"] });
      const before = users.get(1, { copy: false });
      expect(users.get(1, { copy: false })).toBe(before);
      expect(users.select({ copy: false })[0]).toBe(before);
      expect(users.first({ copy: false })).toBe(before);
      expect([...users.iterate({ copy: false })][0]).toBe(before);
      users.update({ name: "Anna", tags: ["b"] }, 1);
      expect(before).toEqual({ id: 1, name: "Ann", tags: ["a"] });
      expect(users.get(1, { copy: false })).not.toBe(before);
    });

    it("is frozen in a database that freezes, so that misuse shows", () => {
      const users = open({ freeze: true }).createTable<User>("users");
      users.insert({ name: "Ann", tags: ["a"], address: { city: "Paris" } });
      users.upsert({ id: 2, name: "Bob", tags: ["b"] });
      users.update({ tags: ["c"] }, 1);
      for (const stored of users.select({ copy: false })) {
        expect(Object.isFrozen(stored) && Object.isFrozen(stored.tags)).toBe(true);
      }
      expect(Object.isFrozen(users.get(1, { copy: false })!.address)).toBe(true);
      const copy = users.get(1)!;
      copy.tags!.push("d");
      expect(users.get(1)!.tags).toEqual(["c"]);
    });
  });
}

/** Arrays in arrays. */
function levels(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}
