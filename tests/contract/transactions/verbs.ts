import { describe, expect, it } from "@jest/globals";
import { count, max, unset } from "../../../src/index.js";
import type { OpenTransaction, Table, TxTable } from "../../../src/index.js";
import { rejection } from "../../support/rejection.js";
import { errorOf, ids, people, peopleIn } from "../table/database.js";
import type { OpenDatabase, User } from "../table/database.js";
import { others } from "./database.js";

/** What the verbs of a table do within a transaction. */
export function transactionVerbContract(open: OpenDatabase): void {
  const world = (): { users: Table<User>; tx: OpenTransaction; table: TxTable<User> } => {
    const db = open();
    const users = peopleIn(db);
    users.createIndex("dept");
    users.createIndex("age", { type: "sorted" });
    users.createIndex("email", { unique: true });
    const tx = db.begin();
    return { users, tx, table: tx.getTable(users) };
  };

  describe("a table within a transaction", () => {
    it("shows the state when the transaction began, with what it has written itself", async () => {
      const { users, tx, table } = world();
      users.update({ dept: "X" }, 1);
      users.delete(2);
      table.update({ dept: "PR" }, 3);
      table.insert({ id: 9, name: "Fay", dept: "IT", age: 35 });
      table.delete(4);
      expect(table.get(1)).toEqual(people[0]);
      expect(ids(table.select({ where: { dept: "IT" }, orderBy: "id" }))).toEqual([1, 5, 9]);
      expect(ids(table.select({ where: table.fields.age.gte(30), orderBy: "-age" }))).toEqual([2, 9, 1]);
      expect(ids(table.select({ orderBy: "-age", limit: 2 }))).toEqual([2, 9]);
      expect(ids(table.iterate({ where: { dept: "PR" } }))).toEqual([3]);
      expect([table.size, table.count({ dept: "HR" }), table.has(4), table.all().length]).toEqual([5, 1, false, 5]);
      expect(table.aggregate({ n: count(), oldest: max("age") }, { groupBy: "dept" })).toEqual([
        { dept: "HR", n: 1, oldest: 40 },
        { dept: "IT", n: 3, oldest: 35 },
        { dept: "PR", n: 1, oldest: null },
      ]);
      expect([...table.copy().keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 5, 9]);
      expect(table.first({ orderBy: "-id" })?.name).toBe("Fay");
      await tx.rollback();
      expect(users.size).toBe(4);
    });

    it("hands out copies", async () => {
      const { users, tx, table } = world();
      table.get(1)!.tags!.push("mine");
      table.update({ name: "Anna" }, 1);
      table.get(1)!.tags!.push("mine");
      expect(table.get(1)).toEqual({ ...people[0], name: "Anna" });
      await tx.commit();
      expect(users.get(1)).toEqual({ ...people[0], name: "Anna" });
    });

    it("upserts, replaces, removes fields and clears", async () => {
      const { users, tx, table } = world();
      expect(
        table.upsert([
          { id: 1, name: "Anna" },
          { id: 8, name: "Hal" },
        ]),
      ).toEqual([
        { key: 1, action: "updated" },
        { key: 8, action: "inserted" },
      ]);
      expect(table.upsert({ id: 2, name: "Rob" }, { onConflict: "replace" }).action).toBe("updated");
      table.update({ age: unset() }, 4);
      await tx.commit();
      expect([users.get(1)!.dept, users.get(2), users.get(8), users.get(4)]).toEqual([
        "IT",
        { id: 2, name: "Rob" },
        { id: 8, name: "Hal" },
        { id: 4, name: "Dan", dept: "PR" },
      ]);
    });

    it("commits all of its tables as one commit, seen by listeners as one", async () => {
      const db = open();
      const users = peopleIn(db);
      const notes = db.createTable("notes");
      const seen: unknown[] = [];
      db.on("commit", ({ changes }) => seen.push(changes.map(({ type, table }) => `${type} ${table}`)));
      const { seq } = db;
      await db.transaction(async (tx) => {
        tx.getTable(users).update({ age: 1 }, 1);
        await others();
        tx.getTable("notes").insert({ id: 1 });
        tx.getTable(users).delete(2);
      });
      await db.sync();
      expect(db.seq - seq).toBe(1);
      expect(seen).toEqual([["update users", "delete users", "insert notes"]]);
      expect(notes.size).toBe(1);
    });

    it("commits nothing where it comes to nothing", async () => {
      const db = open();
      const users = peopleIn(db);
      const { seq } = db;
      await db.transaction((tx) => {
        const table = tx.getTable(users);
        table.insert({ id: "x", name: "Fay" } as never);
        table.delete("x" as never);
        table.update({ age: 1 }, { where: { name: "nobody" } });
      });
      expect(db.seq).toBe(seq);
    });

    it("checks as a table does, and a verb that throws has changed nothing", async () => {
      const { users, tx, table } = world();
      users.update({ email: "ann@x" }, 1);
      expect(errorOf(() => table.insert({ id: 1, name: "x" }))).toMatchObject({ code: "DUPLICATE_KEY" });
      expect(errorOf(() => table.get(99, { mustMatch: true }))).toMatchObject({ code: "RECORD_NOT_FOUND" });
      expect(errorOf(() => table.update({}, { where: { name: "x" }, mustMatch: true }))).toMatchObject({ code: "RECORD_NOT_FOUND" });
      table.update({ email: "a@x" }, 2);
      expect(errorOf(() => table.update({ email: "a@x" }, 3))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
      table.update({ email: "b@x" }, 2);
      table.update({ email: "a@x" }, 3);
      expect(
        errorOf(() =>
          table.insert([
            { id: 20, name: "x" },
            { id: 1, name: "y" },
          ]),
        ),
      ).toMatchObject({ code: "DUPLICATE_KEY" });
      expect(table.has(20)).toBe(false);
      // @ts-expect-error -- a transaction's table has no index verbs
      expect(table.createIndex).toBeUndefined();
      await tx.rollback();
      expect(users.size).toBe(5);
    });

    it("counts versions", async () => {
      const db = open();
      const things = db.createTable("things", { versionField: "version" });
      things.insert({ n: 1 });
      await db.transaction((tx) => {
        tx.getTable(things).update({ n: 2 }, 1);
        tx.getTable(things).update({ n: 3 }, 1);
      });
      expect(things.get(1)).toEqual({ id: 1, n: 3, version: 3 });
    });

    it("is the one that had its name at the beginning", async () => {
      const db = open();
      const users = peopleIn(db);
      const tx = db.begin();
      db.dropTable(users);
      db.createTable("users");
      db.createTable("new");
      const table = tx.getTable<User>("users");
      expect(table.size).toBe(5);
      expect(errorOf(() => tx.getTable("new"))).toMatchObject({ code: "TABLE_NOT_FOUND" });
      expect(errorOf(() => table.delete(1))).toMatchObject({ code: "TABLE_NOT_FOUND" });
      await tx.commit();
    });

    it("conflicts when a table that it has read is dropped", async () => {
      const db = open();
      const users = peopleIn(db);
      const notes = db.createTable("notes");
      const tx = db.begin();
      tx.getTable(notes).insert({ n: tx.getTable(users).size });
      db.dropTable(users);
      expect(await rejection(tx.commit())).toMatchObject({ code: "CONCURRENT_MODIFICATION", details: { table: "users" } });
    });

    it("gives keys that nobody else gets, also after larger ones were named", async () => {
      const { users, tx, table } = world();
      expect(table.insert({ name: "Fay" })).toBe(6);
      expect(users.insert({ name: "Gil" })).toBeGreaterThan(6);
      table.insert({ id: 50, name: "Hal" });
      expect(table.insert([{ name: "Ida" }, { id: 70, name: "Jon" }, { name: "Kay" }])).toEqual([51, 70, 71]);
      const other = users.insert({ name: "Lea" });
      await tx.commit();
      expect(other).toBeGreaterThan(71);
      expect(users.insert({ name: "Max" })).toBe(other + 1);
      expect(users.get(51)?.name).toBe("Ida");
    });

    it("conflicts where somebody else named a key that was kept for it", async () => {
      const db = open();
      const users = peopleIn(db);
      const tx = db.begin();
      const table = tx.getTable(users);
      for (const key of [6, 7]) expect(table.insert({ name: "mine" })).toBe(key);
      users.insert({ id: 8, name: "named" });
      expect(table.insert({ name: "mine" })).toBe(8);
      expect(await rejection(tx.commit())).toMatchObject({ code: "CONCURRENT_MODIFICATION", details: { key: 8 } });
      const key = await db.transaction((again) => again.getTable(users).insert({ name: "mine" }));
      expect(key).toBeGreaterThan(8);
      expect(users.get(8)?.name).toBe("named");
    });
  });

  describe("beside a transaction", () => {
    it("a plain change in its function throws and tells what to do", async () => {
      const db = open();
      const users = peopleIn(db);
      const changes: readonly (readonly [string, () => unknown])[] = [
        ["insert()", () => users.insert({ name: "x" })],
        ["update()", () => users.update({ age: 1 }, 1)],
        ["upsert()", () => users.upsert({ id: 1, name: "x" })],
        ["delete()", () => users.delete(1)],
        ["clear()", () => users.clear()],
        ["createIndex()", () => users.createIndex("age")],
        ["createTable()", () => db.createTable("x")],
        ["dropTable()", () => db.dropTable(users)],
        ["insert()", () => db.atomic(() => users.insert({ name: "x" }))],
        ["begin()", () => db.begin()],
      ];
      const { seq } = db;
      await db.transaction(async () => {
        for (const [verb, change] of changes) {
          const expected = { code: "INVALID_ARGUMENT", details: { argument: "verb", received: verb } };
          expect(errorOf(change)).toMatchObject(expected);
          await others();
          expect(errorOf(change)).toMatchObject(expected);
        }
        expect(await rejection(db.transaction(() => 1))).toMatchObject({ code: "INVALID_ARGUMENT" });
        expect(await rejection(inHelper())).toMatchObject({ message: expect.stringContaining("tx.getTable") });
      });
      expect(db.seq).toBe(seq);

      async function inHelper(): Promise<void> {
        await others();
        users.insert({ name: "x" });
      }
    });

    it("a plain read in its function sees the committed state", async () => {
      const db = open();
      const users = peopleIn(db);
      await db.transaction(async (tx) => {
        tx.getTable(users).update({ age: 1 }, 1);
        expect(users.get(1)?.age).toBe(30);
        expect(users.count()).toBe(5);
      });
      expect(users.get(1)?.age).toBe(1);
    });

    it("other tasks write as ever, and so does what the function started once it has ended", async () => {
      const db = open();
      const users = peopleIn(db);
      let release!: () => void;
      const gate = new Promise<void>((resolve) => (release = resolve));
      let later!: Promise<number>;
      const transaction = db.transaction(async () => {
        later = gate.then(() => users.insert({ name: "later" }));
        await others();
      });
      users.insert({ name: "meanwhile" });
      const another = open();
      await transaction;
      release();
      expect(await later).toBe(7);
      await db.transaction(() => expect(another.createTable("x").insert({ a: 1 })).toBe(1));
    });

    it("a transaction that has ended throws", async () => {
      const { tx, table, users } = world();
      await tx.commit();
      await tx.rollback(); // nothing to do
      for (const use of [() => table.get(1), () => table.insert({ name: "x" }), () => tx.getTable(users), () => table.size]) {
        expect(errorOf(use)).toMatchObject({ code: "CLOSED", message: expect.stringContaining("has ended") });
      }
      expect(await rejection(tx.commit())).toMatchObject({ code: "CLOSED" });
      expect(await rejection(table.selectForUpdate())).toMatchObject({ code: "CLOSED" });
    });

    it("await using rolls back what was not committed", async () => {
      const db = open();
      const users = peopleIn(db);
      {
        await using tx = db.begin();
        tx.getTable(users).clear();
      }
      {
        await using tx = db.begin();
        tx.getTable(users).delete(1);
        await tx.commit();
      }
      expect(users.size).toBe(4);
      expect(db.stats()).toMatchObject({ openTransactions: 0, openSnapshots: 0 });
    });

    it("closing the database ends it", async () => {
      const db = open();
      const users = peopleIn(db);
      const tx = db.begin();
      const table = tx.getTable(users);
      const [holder] = [db.begin()];
      await holder.getTable(users).selectForUpdate({ where: { id: 1 } });
      const waiting = rejection(table.selectForUpdate({ where: { id: 1 } }));
      await others();
      await db.close();
      expect(await waiting).toMatchObject({ code: "CLOSED" });
      expect(errorOf(() => table.get(1))).toMatchObject({ code: "CLOSED" });
      expect(await rejection(tx.commit())).toMatchObject({ code: "CLOSED" });
      await tx.rollback();
      await holder.rollback();
    });
  });
}
