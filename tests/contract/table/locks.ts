import { describe, expect, it } from "@jest/globals";
import type { DictDB, Table } from "../../../src/index.js";
import { deferred } from "../../support/deferred.js";
import { rejection } from "../../support/rejection.js";
import { errorOf, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

type Write = (users: Table<User>, db: DictDB) => unknown;

const writes: readonly (readonly [verb: string, write: Write])[] = [
  ["insert()", (users) => users.insert({ name: "Fay" })],
  ["insert() of many", (users) => users.insert([{ name: "Fay" }])],
  ["upsert()", (users) => users.upsert({ id: 1, name: "Anna" })],
  ["update()", (users) => users.update({ age: 1 }, 1)],
  ["update() that matches nothing", (users) => users.update({ age: 1 }, { where: { name: "nobody" } })],
  ["delete()", (users) => users.delete(1)],
  ["clear()", (users) => users.clear()],
  ["createIndex()", (users) => users.createIndex("name")],
  ["dropIndex()", (users) => users.dropIndex("dept")],
  ["dropTable()", (users, db) => db.dropTable(users)],
  ["insert() in atomic()", (users, db) => db.atomic(() => users.insert({ name: "Fay" }))],
];

export function lockContract(open: OpenDatabase): void {
  const table = (): { db: DictDB; users: Table<User> } => {
    const db = open();
    const users = peopleIn(db);
    users.createIndex("dept");
    return { db, users };
  };

  describe("table.lock", () => {
    it.each(writes)("keeps the %s of another task out", async (verb, write) => {
      const { db, users } = table();
      for (const mode of ["read", "write"] as const) {
        const entered = deferred();
        const leave = deferred();
        const section = users.lock[mode](async () => {
          entered.resolve();
          await leave.promise;
        });
        await entered.promise;
        const { seq } = db;
        expect(errorOf(() => write(users, db))).toMatchObject({ code: "DEADLOCK", details: { table: "users", mode } });
        expect(db.seq).toBe(seq);
        expect(users.size).toBe(5);
        leave.resolve();
        await section;
      }
      write(users, db);
      expect(verb).toContain("()");
    });

    it.each(writes)("lets the holder's own %s pass in a write section, and refuses it in a read section", async (_verb, write) => {
      const { db, users } = table();
      await users.lock.read(() =>
        expect(errorOf(() => write(users, db))).toMatchObject({ code: "DEADLOCK", details: { table: "users", mode: "read" } }),
      );
      const { seq } = db;
      await users.lock.write(async () => {
        await Promise.resolve();
        write(users, db);
      });
      expect(db.seq).toBeGreaterThanOrEqual(seq);
    });

    it("never keeps reads waiting", async () => {
      const { db, users } = table();
      const leave = deferred();
      const section = users.lock.write(async () => {
        users.insert({ name: "Fay" });
        await leave.promise;
      });
      await Promise.resolve();
      await Promise.resolve();
      using snapshot = db.snapshot();
      expect(users.count({ dept: "IT" })).toBe(3);
      expect(snapshot.getTable(users).size).toBe(users.size);
      leave.resolve();
      await section;
      expect(users.size).toBe(6);
    });

    it("is a table's own: others can be written", async () => {
      const { db, users } = table();
      const notes = db.createTable("notes");
      const entered = deferred();
      const leave = deferred();
      const section = users.lock.write(() => (entered.resolve(), leave.promise));
      await entered.promise;
      expect(notes.insert({ a: 1 })).toBe(1);
      expect(errorOf(() => db.atomic(() => (notes.insert({ a: 2 }), users.clear())))).toMatchObject({ code: "DEADLOCK" });
      expect(notes.size).toBe(1);
      leave.resolve();
      await section;
    });

    it("gives the result of the section, or its error, and is free again", async () => {
      const { users } = table();
      expect(await users.lock.write(() => 5)).toBe(5);
      const error = new RangeError("no");
      expect(await rejection(users.lock.write(() => Promise.reject(error)))).toBe(error);
      expect(users.insert({ name: "Fay" })).toBe(6);
      const release = users.lock.tryWrite();
      expect(typeof release).toBe("function");
      release!();
      expect(users.insert({ name: "Gil" })).toBe(7);
    });

    it("waits as long as the database says, where nobody says otherwise", async () => {
      const users = peopleIn(open({ lockTimeoutMs: 1 }));
      const leave = deferred();
      const section = users.lock.write(() => leave.promise);
      expect(await rejection(users.lock.write(() => 1))).toMatchObject({ code: "LOCK_TIMEOUT", details: { timeoutMs: 1 } });
      leave.resolve();
      await section;
    });

    it("lets one writer in after the other", async () => {
      const { users } = table();
      const add = (): Promise<void> =>
        users.lock.write(async () => {
          const { age } = users.get(1)!;
          await Promise.resolve();
          users.update({ age: age! + 1 }, 1);
        });
      await Promise.all(Array.from({ length: 20 }, add));
      expect(users.get(1)!.age).toBe(50);
    });

    it("waits no longer than it is told, and counts its waits", async () => {
      const { db, users } = table();
      const leave = deferred();
      const section = users.lock.write(() => leave.promise);
      expect(await rejection(users.lock.write(() => 1, { timeoutMs: 0 }))).toMatchObject({ code: "LOCK_TIMEOUT" });
      expect(await rejection(users.lock.read(() => 1, { timeoutMs: 5 }))).toMatchObject({ code: "LOCK_TIMEOUT" });
      const reason = new RangeError("given up");
      expect(await rejection(users.lock.write(() => 1, { signal: AbortSignal.abort(reason) }))).toBe(reason);
      leave.resolve();
      await section;
      const { lockWaits, lockWaitMs } = db.stats();
      expect(lockWaits).toBe(1);
      expect(lockWaitMs).toBeGreaterThan(0);
    });
  });

  describe("the lock of a table that was dropped", () => {
    it.each(["another name", "the same name"])("concerns no table that is made in its section, under %s", async (name) => {
      const { db, users } = table();
      await users.lock.write(async () => {
        db.dropTable(users);
        const made = db.createTable<User>(name === "the same name" ? "users" : "made");
        made.insert({ name: "Fay" });
        await db.transaction((tx) => tx.getTable(made).insert({ name: "Gus" }));
        await made.lock.write(() => made.insert({ name: "Hal" }));
        expect(made.select({ columns: ["name"], orderBy: "id" })).toEqual([{ name: "Fay" }, { name: "Gus" }, { name: "Hal" }]);
      });
      expect(db.listTables()).toHaveLength(1);
    });

    it.each(["before", "after"])("concerns no other table when its section begins %s the drop and goes on", async (when) => {
      const { db, users } = table();
      const { lock } = users;
      const leave = deferred();
      const entered = deferred();
      const open = (): Promise<void> =>
        lock.write(() => {
          if (when === "before") db.dropTable(users);
          entered.resolve();
          return leave.promise;
        });
      if (when === "after") db.dropTable(users);
      const section = open();
      await entered.promise;
      const others = Array.from({ length: 5 }, (_, i) => db.createTable<User>(`other ${i}`));
      for (const other of others) {
        other.insert({ name: "Fay" });
        await db.transaction((tx) => tx.getTable(other).insert({ name: "Gus" }));
        expect(await other.lock.read(() => other.size)).toBe(2);
      }
      leave.resolve();
      await section;
      for (const other of others) other.insert({ name: "Hal" });
    });

    it("is let alone by those who read the table in a snapshot", async () => {
      const { db, users } = table();
      using snapshot = db.snapshot();
      db.dropTable(users);
      const others = Array.from({ length: 5 }, (_, i) => db.createTable<User>(`other ${i}`));
      for (const other of others) {
        await other.lock.write(() => {
          expect(snapshot.getTable<User>("users").size).toBe(5);
          other.insert({ name: "Fay" });
        });
      }
    });
  });

  describe("a function of the user's", () => {
    it("cannot write from inside a verb", () => {
      const { db, users } = table();
      const { seq } = db;
      const inside: readonly (() => unknown)[] = [
        () => users.select({ where: () => users.insert({ name: "x" }) > 0 }),
        () => users.count(() => users.delete(1) > 0),
        () => users.update(() => ({ age: users.clear() }), 1),
        () =>
          users.insert({
            name: "x",
            get age() {
              return users.update({ age: 1 }, 1);
            },
          }),
        () => [...users.iterate({ where: () => db.atomic(() => users.clear()) > 0 })],
      ];
      for (const call of inside) expect(errorOf(call)).toMatchObject({ code: "DEADLOCK" });
      expect(db.seq).toBe(seq);
    });

    it("sees the state of the verb that it is called by", () => {
      const { users } = table();
      users.update(() => ({ age: users.size, name: users.get(2)!.name }), { where: () => true });
      expect(users.select({ columns: ["age", "name"], distinct: true })).toEqual([{ age: 5, name: "Bob" }]);
    });
  });
}
