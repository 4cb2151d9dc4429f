import { describe, expect, it } from "@jest/globals";
import { errorOf, ids, people, peopleIn } from "./database.js";
import type { OpenDatabase } from "./database.js";

interface Account {
  id: number;
  owner: string;
  amount: number;
}

export function atomicContract(open: OpenDatabase): void {
  describe("atomic", () => {
    it("commits the changes to several tables as one", async () => {
      const db = open();
      const users = peopleIn(db);
      const accounts = db.createTable<Account>("accounts");
      const commits: string[][] = [];
      const told = new Promise<void>((resolve) => {
        db.on("commit", ({ changes }) => {
          commits.push(changes.map(({ type, table }) => `${type} ${table}`));
          if (commits.length > 0) resolve();
        });
      });
      const result = db.atomic(() => {
        accounts.insert([
          { owner: "Ann", amount: 5 },
          { owner: "Bob", amount: 0 },
        ]);
        users.update({ dept: "X" }, 1);
        users.delete(2);
        return "done";
      });
      expect(result).toBe("done");
      await told;
      expect(commits).toEqual([["insert accounts", "insert accounts", "update users", "delete users"]]);
    });

    it("takes everything back when the function throws, and throws the same", () => {
      const db = open();
      const users = peopleIn(db);
      const { seq } = db;
      const error = new RangeError("no");
      expect(
        errorOf(() =>
          db.atomic(() => {
            users.clear();
            users.insert({ id: 1, name: "new" });
            throw error;
          }),
        ),
      ).toBe(error);
      expect(users.select({ orderBy: "id" })).toEqual(people);
      expect(db.seq).toBe(seq);
    });

    it("shows its own writes to its own reads, of every kind", () => {
      const db = open();
      const users = peopleIn(db);
      users.createIndex("dept");
      users.createIndex("age", { type: "sorted" });
      db.atomic(() => {
        users.insert({ name: "Fay", dept: "IT", age: 35 });
        users.update({ dept: "HR" }, 1);
        users.delete(2);
        expect([users.size, users.count({ dept: "IT" }), users.has(2)]).toEqual([5, 3, false]);
        expect(users.get(1)).toMatchObject({ dept: "HR" });
        expect(ids(users.select({ where: { dept: "IT" }, orderBy: "id" }))).toEqual([3, 5, 6]);
        expect(ids(users.select({ orderBy: ["-age", "id"], limit: 3 }))).toEqual([4, 6, 1]);
        expect(ids(users.iterate({ where: users.fields.age.between(30, 36), orderBy: "age" }))).toEqual([1, 6]);
        expect(users.copy().size).toBe(5);
        expect(users.first({ where: { name: "Fay" } })).toMatchObject({ id: 6 });
        users.update({ name: "Fey" }, 6);
        expect(users.get(6)).toMatchObject({ name: "Fey" });
      });
      expect(ids(users.select({ orderBy: "id" }))).toEqual([1, 3, 4, 5, 6]);
    });

    it("joins an atomic around it", () => {
      const db = open();
      const users = peopleIn(db);
      const { seq } = db;
      db.atomic(() => {
        users.insert({ name: "Fay" });
        db.atomic(() => users.insert({ name: "Gil" }));
        expect(users.size).toBe(7);
      });
      expect(users.size).toBe(7);
      expect(errorOf(() => db.atomic(() => (db.atomic(() => users.clear()), raise())))).toMatchObject({ message: "no" });
      expect(users.size).toBe(7);
      expect(db.seq).toBeGreaterThan(seq);
    });

    it("takes back what an inner one wrote when that throws, and only that", () => {
      const db = open();
      const people = peopleIn(db);
      people.createIndex("email", { unique: true });
      people.update({ email: "a" }, 1);
      db.atomic(() => {
        people.insert({ name: "Fay", email: "f" });
        expect(() =>
          db.atomic(() => {
            people.update({ email: "g" }, { where: { email: "f" } });
            people.insert({ name: "Gil", email: "f" });
            people.delete(1);
            people.update({ name: "Rob" }, 2);
            raise();
          }),
        ).toThrow("no");
        expect(people.get(1)).toMatchObject({ email: "a" });
        expect(people.get(2)).toMatchObject({ name: "Bob" });
        expect(people.count({ name: "Gil" })).toBe(0);
        expect(errorOf(() => people.insert({ name: "Hal", email: "f" }))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
        expect(people.insert({ name: "Ida", email: "g" })).toBeGreaterThan(5);
      });
      expect(people.select({ where: people.fields.email.isNotNull(), columns: ["name", "email"], orderBy: "email" })).toEqual([
        { name: "Ann", email: "a" },
        { name: "Fay", email: "f" },
        { name: "Ida", email: "g" },
      ]);
    });

    it("goes on after a verb in it has thrown", () => {
      const db = open();
      const users = peopleIn(db);
      db.atomic(() => {
        users.insert({ name: "Fay" });
        expect(errorOf(() => users.insert([{ name: "Gil" }, { id: 1, name: "dup" }]))).toMatchObject({ code: "DUPLICATE_KEY" });
        expect(errorOf(() => users.update({ id: 3 } as never, 1))).toMatchObject({ code: "INVALID_ARGUMENT" });
        users.update({ name: "Anna" }, 1);
      });
      expect(users.select({ orderBy: "id" }).map(({ name }) => name)).toEqual(["Anna", "Bob", "Cid", "Dan", "Eve", "Fay"]);
    });

    it("keeps unique values unique, and lets them move", () => {
      const db = open();
      const people = peopleIn(db);
      people.createIndex("email", { unique: true });
      people.update(({ id }) => ({ email: `${id}` }), { where: () => true });
      db.atomic(() => {
        people.update({ email: null }, 1);
        people.update({ email: "1" }, 2);
        people.update({ email: "2" }, 1);
        expect(errorOf(() => people.insert({ name: "x", email: "1" }))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
        people.delete(3);
        people.insert({ name: "new", email: "3" });
      });
      expect(
        people
          .select({ orderBy: "email" })
          .map(({ id, email }) => `${email}:${id}`)
          .slice(0, 2),
      ).toEqual(["1:2", "2:1"]);
    });

    it("never assigns a key twice, whatever was taken back", () => {
      const db = open();
      const users = peopleIn(db);
      const first = db.atomic(() => users.insert({ name: "Fay" }));
      expect(() => db.atomic(() => (users.insert({ name: "Gil" }), raise()))).toThrow("no");
      const second = db.atomic(() => {
        const keys = users.insert([{ name: "Hal" }, { name: "Ida" }]);
        users.delete(keys[0]!);
        return users.insert({ name: "Jan" });
      });
      expect(second).toBeGreaterThan(first + 2);
      expect(users.insert({ name: "Kim" })).toBeGreaterThan(second);
    });

    it("makes no commit when nothing was written or all was undone", () => {
      const db = open();
      const users = peopleIn(db);
      const { seq } = db;
      expect(db.atomic(() => users.size)).toBe(5);
      expect(db.seq).toBe(seq);
      db.atomic(() => users.delete(users.insert({ id: 77, name: "x" })));
      expect(users.size).toBe(5);
      expect(users.has(77)).toBe(false);
    });

    it("is one commit for a record however often it changed it", async () => {
      const db = open();
      const users = peopleIn(db);
      const told = new Promise<readonly unknown[]>((resolve) => {
        db.on("commit", ({ changes }) => resolve(changes));
      });
      db.atomic(() => {
        users.update({ age: 1 }, 1);
        users.update({ age: 2 }, 1);
      });
      expect(await told).toEqual([{ type: "update", table: "users", key: 1, before: people[0], after: { ...people[0], age: 2 } }]);
    });
  });
}

function raise(): never {
  throw new Error("no");
}
