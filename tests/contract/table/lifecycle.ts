import { describe, expect, it } from "@jest/globals";
import { errorOf, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function lifecycleContract(open: OpenDatabase): void {
  describe("a database", () => {
    it("counts its commits in seq, which stays where nothing changes", () => {
      const db = open();
      const users = peopleIn(db);
      const seqs: number[] = [db.seq];
      for (const act of [
        () => users.insert({ name: "Fay" }),
        () => users.update({ age: 1 }, 1),
        () => users.delete({ where: { dept: "IT" } }),
        () => users.createIndex("age"),
        () => users.clear(),
        () => db.createTable("t"),
        () => db.dropTable("t"),
      ]) {
        act();
        seqs.push(db.seq);
      }
      expect(new Set(seqs).size).toBe(seqs.length);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      const { seq } = db;
      users.clear();
      users.delete(77);
      users.update({ age: 1 }, 77);
      users.insert([]);
      users.select();
      expect(errorOf(() => users.insert({ id: Number.NaN, name: "x" }))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(db.seq).toBe(seq);
    });

    it("has figures", () => {
      const db = open();
      peopleIn(db);
      db.createTable("t").insert([{}, {}]);
      const stats = db.stats();
      expect(stats).toMatchObject({
        conflicts: 0,
        lockWaits: 0,
        lockWaitMs: 0,
        openSnapshots: 0,
        snapshotImages: 0,
        lag: 0,
        tables: 2,
        records: 7,
      });
      expect(stats.commits).toBeGreaterThanOrEqual(4);
      expect(stats.threads).toBeGreaterThanOrEqual(1);
      expect(Object.isFrozen(stats)).toBe(true);
    });

    it("is up to date at once: sync() has nothing to wait for", async () => {
      const db = open();
      const { seq } = db;
      expect(await db.sync()).toBeUndefined();
      expect(db.seq).toBe(seq);
    });

    it("throws once it is closed; closing again does nothing", async () => {
      const db = open();
      const users = peopleIn(db);
      const snapshot = db.snapshot();
      const rows = users.iterate({ orderBy: "id" });
      rows.next();
      const { seq } = db;
      await db.close();
      await db.close();
      for (const use of [
        () => users.get(1),
        () => users.insert({ name: "x" }),
        () => db.listTables(),
        () => db.atomic(() => 1),
        () => snapshot.getTable("users"),
      ]) {
        expect(errorOf(use)).toMatchObject({ code: "CLOSED" });
      }
      await expect(db.sync()).rejects.toMatchObject({ code: "CLOSED" });
      expect(db.seq).toBe(seq);
    });

    it("closes at the end of an await using block", async () => {
      let users;
      {
        await using db = open();
        users = db.createTable<User>("users");
        users.insert({ name: "Ann" });
      }
      expect(errorOf(() => users.get(1))).toMatchObject({ code: "CLOSED" });
    });

    it("is apart from every other", () => {
      const [one, two] = [open(), open()];
      const users = peopleIn(one);
      two.createTable<User>("users");
      expect([users.size, two.getTable("users").size]).toEqual([5, 0]);
    });
  });
}
