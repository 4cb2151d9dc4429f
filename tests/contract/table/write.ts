import { unset } from "../../../src/index.js";
import { describe, expect, it } from "@jest/globals";
import { errorOf, ids, people, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function upsertContract(open: OpenDatabase): void {
  describe("upsert", () => {
    it("inserts a new record and updates one whose key exists", () => {
      const users = peopleIn(open());
      expect(users.upsert({ name: "Fay" })).toEqual({ key: 6, action: "inserted" });
      expect(users.upsert({ id: 9, name: "Gil" })).toEqual({ key: 9, action: "inserted" });
      expect(users.upsert({ id: 2, name: "Rob" })).toEqual({ key: 2, action: "updated" });
      expect(users.insert({ name: "Hal" })).toBe(10);
    });

    it("answers for an array with an array, in its order", () => {
      const users = peopleIn(open());
      expect(users.upsert([{ id: 2, name: "Rob" }, { name: "Fay" }])).toEqual([
        { key: 2, action: "updated" },
        { key: 6, action: "inserted" },
      ]);
      expect(users.upsert([])).toEqual([]);
      expect(users.upsert([{ name: "Gil" }])).toEqual([{ key: 7, action: "inserted" }]);
    });

    it('merges with onConflict "update", which is the default', () => {
      const users = peopleIn(open());
      users.upsert({ id: 1, name: "Anna" });
      expect(users.get(1)).toEqual({ ...people[0], name: "Anna" });
      users.upsert({ id: 1, name: "Anne", address: { zip: 5 } }, { onConflict: "update" });
      expect(users.get(1)).toEqual({ ...people[0], name: "Anne", address: { zip: 5 } });
    });

    it("reads undefined as absent: merged, the stored field stays, and replaced it goes", () => {
      const users = peopleIn(open());
      users.upsert({ id: 1, name: "Anna", tags: undefined });
      expect(users.get(1)).toStrictEqual({ ...people[0], name: "Anna" });
      users.upsert({ id: 1, name: "Anna", tags: undefined }, { onConflict: "replace" });
      expect(users.get(1)).toStrictEqual({ id: 1, name: "Anna" });
      users.upsert({ id: 9, name: "Gil", tags: undefined });
      expect(users.get(9)).toStrictEqual({ id: 9, name: "Gil" });
    });

    it("refuses unset(), which is for update()", () => {
      const users = peopleIn(open());
      const message = "tags must be a value, received unset() (unset() is for a field of the record itself, in update())";
      for (const onConflict of ["update", "replace"] as const) {
        expect(errorOf(() => users.upsert({ id: 1, name: "Ann", tags: unset() } as never, { onConflict }))).toMatchObject({
          code: "INVALID_ARGUMENT",
          message: `upsert(): ${message}`,
        });
      }
      expect(errorOf(() => users.insert({ name: "Ann", tags: unset() } as never))).toMatchObject({ message: `insert(): ${message}` });
    });

    it('replaces with "replace"', () => {
      const users = peopleIn(open());
      expect(users.upsert({ id: 1, name: "Anna" }, { onConflict: "replace" })).toEqual({ key: 1, action: "updated" });
      expect(users.get(1)).toStrictEqual({ id: 1, name: "Anna" });
    });

    it('leaves the record with "ignore"', () => {
      const users = peopleIn(open());
      expect(users.upsert([{ id: 1, name: "Anna" }, { name: "Fay" }], { onConflict: "ignore" })).toEqual([
        { key: 1, action: "ignored" },
        { key: 6, action: "inserted" },
      ]);
      expect(users.get(1)).toEqual(people[0]);
    });

    it('throws with "error", and has inserted nothing', () => {
      const users = peopleIn(open());
      expect(errorOf(() => users.upsert([{ name: "Fay" }, { id: 1, name: "Anna" }], { onConflict: "error" }))).toMatchObject({
        code: "DUPLICATE_KEY",
        details: { table: "users", key: 1 },
      });
      expect(users.size).toBe(5);
      expect(users.insert({ name: "Fay" })).toBe(6);
    });

    it("lets a record see those before it in the same array", () => {
      const users = open().createTable<User>("users");
      expect(
        users.upsert([
          { id: 1, name: "Ann" },
          { id: 1, name: "Anna", age: 3 },
        ]),
      ).toEqual([
        { key: 1, action: "inserted" },
        { key: 1, action: "updated" },
      ]);
      expect(users.all()).toEqual([{ id: 1, name: "Anna", age: 3 }]);
    });

    it("neither keeps nor changes what it was given", () => {
      const users = peopleIn(open());
      const given = Object.freeze({ id: 1, name: "Ann", address: { city: "Bonn" } });
      users.upsert(given);
      given.address.city = "Kiel";
      expect(users.get(1)!.address).toEqual({ city: "Bonn" });
    });
  });
}

export function updateContract(open: OpenDatabase): void {
  describe("update", () => {
    it("changes one record by its key, and returns how many", () => {
      const users = peopleIn(open());
      expect(users.update({ dept: "PR" }, 1)).toBe(1);
      expect(users.get(1)).toEqual({ ...people[0], dept: "PR" });
      expect(users.update({ dept: "PR" }, 77)).toBe(0);
    });

    it("changes those that match a condition, a shorthand or a predicate", () => {
      const users = peopleIn(open());
      expect(users.update({ dept: "X" }, { where: users.fields.age.gte(40) })).toBe(2);
      expect(users.update({ dept: "Y" }, { where: { name: "Eve" } })).toBe(1);
      expect(users.update({ dept: "Z" }, { where: ({ name }) => name < "B" })).toBe(1);
      expect(users.select().map(({ dept }) => dept)).toEqual(["Z", "X", "IT", "X", "Y"]);
      expect(users.update({ dept: "X" }, { where: { name: "nobody" } })).toBe(0);
    });

    it("computes changes from each record", () => {
      const users = peopleIn(open());
      expect(users.update(({ age, name }) => ({ age: (age ?? 0) + 1, name: `${name}!` }), { where: { dept: "IT" } })).toBe(3);
      expect(users.select({ where: { dept: "IT" }, columns: ["name", "age"] })).toEqual([
        { name: "Ann!", age: 31 },
        { name: "Cid!", age: 1 },
        { name: "Eve!", age: 1 },
      ]);
    });

    it("gives the function that computes a copy of its own", () => {
      const users = peopleIn(open());
      users.update((user) => {
        (user as User).tags!.push("mine");
        (user as User).name = "mine";
        return { age: 31 };
      }, 1);
      expect(users.get(1)).toEqual({ ...people[0], age: 31 });
    });

    it("removes an optional field by unset(), and keeps one that is null", () => {
      const users = peopleIn(open());
      expect(users.update({ tags: unset(), age: null }, 1)).toBe(1);
      expect(users.get(1)).toStrictEqual({ id: 1, name: "Ann", age: null, dept: "IT", address: { city: "Paris" } });
      users.update(() => ({ tags: unset() }), { where: { name: "Bob" } });
      expect(Object.keys(users.get(2)!)).not.toContain("tags");
      expect(users.update({ tags: unset() }, 4)).toBe(1);
      // as it comes by postMessage, and from another realm
      const sent = structuredClone({ tags: unset(), address: unset() });
      expect(users.update(sent, 3)).toBe(1);
      expect(users.get(3)).toStrictEqual({ id: 3, name: "Cid", age: null, dept: "IT" });
    });

    it("refuses undefined, which is more often a value that was never set", () => {
      const users = peopleIn(open());
      const message = "must be a value, received undefined (leave the field out to keep it, or remove it with unset())";
      for (const name of ["tags", "name", "id", "unknown"]) {
        const changes = { age: 1, [name]: undefined } as never;
        const cases: [string, () => unknown][] = [
          ["update():", () => users.update(changes, 1)],
          ["update(): the record with key 1:", () => users.update(() => changes, { where: { id: 1 } })],
        ];
        for (const [where, call] of cases) {
          expect(errorOf(call)).toMatchObject({
            code: "INVALID_ARGUMENT",
            message: `${where} ${name} ${message}`,
            details: { argument: name },
          });
        }
      }
      expect(users.get(1)).toEqual(people[0]);
    });

    it("takes undefined for absent inside of a new value, and nowhere in an array", () => {
      const users = peopleIn(open());
      users.update({ address: { city: undefined, zip: 1 } }, 1);
      expect(users.get(1)!.address).toStrictEqual({ zip: 1 });
      users.update(({ address }) => ({ address: { ...address, zip: undefined } }), 2);
      expect(users.get(2)!.address).toStrictEqual({ city: "Rome" });
      expect(errorOf(() => users.update({ tags: ["a", undefined] } as never, 1))).toMatchObject({ code: "INVALID_ARGUMENT" });
    });

    it("replaces nested values as a whole", () => {
      const users = peopleIn(open());
      users.update({ address: { zip: 1 } }, 1);
      expect(users.get(1)!.address).toStrictEqual({ zip: 1 });
    });

    it("adds fields that the record did not have", () => {
      const users = peopleIn(open());
      users.update({ tags: ["new"], email: "d@x" }, 4);
      expect(users.get(4)).toEqual({ ...people[3], tags: ["new"], email: "d@x" });
    });

    it("allows the key that the record has anyway", () => {
      const users = open().createTable("rows");
      users.insert({ id: 1 });
      expect(users.update({ id: 1, a: 1 }, 1)).toBe(1);
      expect(users.get(1)).toStrictEqual({ id: 1, a: 1 });
    });

    it("throws with mustMatch when nothing matches", () => {
      const users = peopleIn(open());
      expect(users.update({ dept: "X" }, { where: { id: 1 }, mustMatch: true })).toBe(1);
      expect(errorOf(() => users.update({ dept: "X" }, { where: { id: 77 }, mustMatch: true }))).toMatchObject({
        code: "RECORD_NOT_FOUND",
        details: { table: "users" },
      });
    });

    it("changes all records or none", () => {
      const users = peopleIn(open());
      let calls = 0;
      const failing = (): { dept: string } => {
        if (++calls === 3) throw new RangeError("enough");
        return { dept: "X" };
      };
      expect(() => users.update(failing, { where: () => true })).toThrow(RangeError);
      expect(users.all()).toEqual(people);
    });

    it("neither keeps nor changes what it was given", () => {
      const users = peopleIn(open());
      const changes = { tags: ["x"], address: { city: "Bonn" } };
      users.update(changes, { where: { dept: "IT" } });
      changes.tags.push("y");
      changes.address.city = "Kiel";
      expect(users.get(1)).toMatchObject({ tags: ["x"], address: { city: "Bonn" } });
      users.get(1)!.tags!.push("z");
      expect(users.get(3)!.tags).toEqual(["x"]);
    });
  });

  describe("delete and clear", () => {
    it("removes one record by its key, and returns how many", () => {
      const users = peopleIn(open());
      expect(users.delete(2)).toBe(1);
      expect(users.delete(2)).toBe(0);
      expect(users.has(2)).toBe(false);
      expect(users.get(2)).toBeUndefined();
      expect(users.size).toBe(4);
    });

    it("removes those that match", () => {
      const users = peopleIn(open());
      expect(users.delete({ where: users.fields.age.isNull() })).toBe(2);
      expect(users.delete({ where: ({ dept }) => dept === "HR" })).toBe(1);
      expect(users.delete({ where: { dept: "HR" } })).toBe(0);
      expect(ids(users.select())).toEqual([1, 4]);
    });

    it("throws with mustMatch when nothing matches", () => {
      const users = peopleIn(open());
      expect(errorOf(() => users.delete({ where: { dept: "XX" }, mustMatch: true }))).toMatchObject({ code: "RECORD_NOT_FOUND" });
      expect(users.delete({ where: { dept: "PR" }, mustMatch: true })).toBe(1);
    });

    it("clears every record, and keeps indexes and columns", () => {
      const users = peopleIn(open());
      users.createIndex("dept");
      expect(users.clear()).toBe(5);
      expect(users.clear()).toBe(0);
      expect(users.size).toBe(0);
      expect(users.indexes()).toMatchObject([{ fields: ["dept"], entries: 0 }]);
      expect(users.columns()).toEqual(["id", "name", "age", "dept", "tags", "address"]);
      users.insert({ name: "Fay", dept: "IT" });
      expect(ids(users.select({ where: { dept: "IT" } }))).toEqual([6]);
    });

    it("lets a deleted key be inserted again", () => {
      const users = peopleIn(open());
      users.delete(3);
      users.insert({ id: 3, name: "Sid" });
      expect(users.get(3)).toEqual({ id: 3, name: "Sid" });
      expect(ids(users.select({ orderBy: "id" }))).toEqual([1, 2, 3, 4, 5]);
    });
  });
}
