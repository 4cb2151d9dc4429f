import { describe, expect, it } from "@jest/globals";
import { count } from "../../../src/index.js";
import { errorOf, ids, people, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function snapshotContract(open: OpenDatabase): void {
  describe("snapshot", () => {
    it("shows every table as it was, whatever is written afterwards", () => {
      const db = open();
      const users = peopleIn(db);
      users.createIndex("dept");
      users.createIndex("age", { type: "sorted" });
      const notes = db.createTable("notes");
      using snapshot = db.snapshot();
      const then = snapshot.getTable(users);
      users.update({ dept: "X", age: 1 }, { where: { dept: "IT" } });
      users.delete(2);
      users.insert([
        { name: "Fay", dept: "IT", age: 40 },
        { id: 2, name: "Rob", dept: "IT" },
      ]);
      notes.insert({ a: 1 });
      expect(then.select({ orderBy: "id" })).toEqual(people);
      expect([then.size, then.count(), then.has(2), then.has(6)]).toEqual([5, 5, true, false]);
      expect(then.get(2)).toEqual(people[1]);
      expect(ids(then.select({ where: { dept: "IT" }, orderBy: "id" }))).toEqual([1, 3, 5]);
      expect(ids(then.select({ where: then.fields.age.gte(30), orderBy: "-age" }))).toEqual([2, 4, 1]);
      expect(ids(then.select({ orderBy: "-age", limit: 1 }))).toEqual([2]);
      expect(ids(then.iterate({ where: { dept: "IT" }, orderBy: "id" }))).toEqual([1, 3, 5]);
      expect(then.first({ orderBy: "-id" })).toEqual(people[4]);
      expect(then.aggregate({ n: count() }, { groupBy: "dept" })).toMatchObject([
        { dept: "HR", n: 1 },
        { dept: "IT", n: 3 },
        { dept: "PR", n: 1 },
      ]);
      expect(then.all()).toHaveLength(5);
      expect([...then.copy().keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
      expect(then.explain({ where: { dept: "IT" } })).toMatchObject({ matched: 3 });
      expect(snapshot.getTable("notes").size).toBe(0);
      expect(users.size).toBe(6);
    });

    it("has the seq of its moment", () => {
      const db = open();
      const users = peopleIn(db);
      using snapshot = db.snapshot();
      const { seq } = db;
      users.insert({ name: "Fay" });
      expect(snapshot.seq).toBe(seq);
      expect(db.seq).toBeGreaterThan(seq);
    });

    it("shows tables that were dropped or made again since, and none that are new", () => {
      const db = open();
      const users = peopleIn(db);
      using snapshot = db.snapshot();
      db.dropTable(users);
      expect(snapshot.getTable<User>("users").select({ orderBy: "id" })).toEqual(people);
      db.createTable<User>("users").insert({ name: "another" });
      db.createTable("new");
      expect(snapshot.getTable<User>("users").get(1)).toEqual(people[0]);
      expect(snapshot.getTable(users).size).toBe(5);
      expect(errorOf(() => snapshot.getTable("new"))).toMatchObject({ code: "TABLE_NOT_FOUND", details: { table: "new" } });
    });

    it("stays as it was when indexes come and go", () => {
      const db = open();
      const users = peopleIn(db);
      using snapshot = db.snapshot();
      const then = snapshot.getTable(users);
      users.update({ dept: "X" }, 1);
      users.createIndex("dept");
      expect(ids(then.select({ where: { dept: "IT" }, orderBy: "id" }))).toEqual([1, 3, 5]);
      users.update({ dept: "X" }, 3);
      users.dropIndex("dept");
      expect(ids(then.select({ where: { dept: "IT" }, orderBy: "id" }))).toEqual([1, 3, 5]);
    });

    it("is one of several, each of its own moment", () => {
      const db = open();
      const users = peopleIn(db);
      const snapshots = [1, 2, 3].map((age) => {
        users.update({ age }, 1);
        return db.snapshot();
      });
      users.update({ age: 99 }, 1);
      expect(snapshots.map((snapshot) => snapshot.getTable(users).get(1)!.age)).toEqual([1, 2, 3]);
      snapshots[1]!.close();
      expect(snapshots[2]!.getTable(users).get(1)!.age).toBe(3);
      for (const snapshot of snapshots) snapshot.close();
    });

    it("hands out copies, or with copy: false what was stored then", () => {
      const db = open();
      const users = peopleIn(db);
      const stored = users.get(1, { copy: false });
      using snapshot = db.snapshot();
      users.update({ name: "Anna" }, 1);
      expect(snapshot.getTable(users).get(1, { copy: false })).toBe(stored);
      snapshot.getTable(users).get(1)!.tags!.push("mine");
      expect(snapshot.getTable(users).get(1)).toEqual(people[0]);
    });

    it("does not see what an atomic around it has written so far", () => {
      const db = open();
      const users = peopleIn(db);
      db.atomic(() => {
        users.clear();
        using snapshot = db.snapshot();
        expect(snapshot.getTable(users).size).toBe(5);
      });
      expect(users.size).toBe(0);
    });

    it("throws once it is closed; closing again does nothing", () => {
      const db = open();
      const users = peopleIn(db);
      const snapshot = db.snapshot();
      const then = snapshot.getTable(users);
      snapshot.close();
      snapshot.close();
      expect(errorOf(() => then.get(1))).toMatchObject({ code: "CLOSED" });
      expect(errorOf(() => snapshot.getTable(users))).toMatchObject({ code: "CLOSED" });
      expect(db.stats().openSnapshots).toBe(0);
    });

    it("costs the records changed while it is open, and nothing afterwards", () => {
      const db = open();
      const users = peopleIn(db);
      {
        using snapshot = db.snapshot();
        expect(db.stats()).toMatchObject({ openSnapshots: 1, snapshotImages: 0 });
        users.update({ age: 1 }, 1);
        users.update({ age: 2 }, 1);
        users.insert({ name: "Fay" });
        expect(db.stats()).toMatchObject({ openSnapshots: 1, snapshotImages: 2 });
        expect(snapshot.getTable(users).size).toBe(5);
      }
      expect(db.stats()).toMatchObject({ openSnapshots: 0, snapshotImages: 0 });
    });
  });
}
