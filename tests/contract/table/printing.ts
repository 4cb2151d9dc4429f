import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { errorOf, peopleIn } from "./database.js";
import type { OpenDatabase } from "./database.js";

function messageOf(run: () => unknown): string {
  return (errorOf(run) as Error).message;
}

export function printingContract(open: OpenDatabase): void {
  describe("printing", () => {
    it("shows what a table holds, and that it was dropped", () => {
      const db = open();
      const users = peopleIn(db);
      expect(inspect(users)).toBe("Table users { 5 records, key id }");
      users.createIndex("dept");
      users.createIndex(["dept", "age"], { type: "sorted" });
      expect(inspect(users)).toBe("Table users { 5 records, key id, indexes dept, dept+age↑ }");
      const snapshot = db.snapshot();
      users.delete(1);
      expect(inspect(snapshot.getTable(users))).toContain("{ 5 records");
      db.dropTable(users);
      expect(inspect(users)).toBe("Table users { dropped }");
      snapshot.close();
      expect(inspect(snapshot)).toMatch(/^Snapshot \{ seq \d+, closed \}$/);
    });

    it("shows the tables of a database, and that it was closed", async () => {
      const db = open();
      peopleIn(db);
      expect(inspect(db)).toBe(`DictDB { seq ${db.seq}, users: 5 records }`);
      for (let i = 0; i < 13; i++) db.createTable(`table ${i}`);
      expect(inspect(db)).toMatch(/, table 10: 0 records, 2 more tables \}$/);
      const users = db.getTable("users");
      await db.close();
      expect(inspect(db)).toBe("DictDB { closed }");
      expect(inspect(users)).toBe("Table users { the database is closed }");
    });

    it("shows a transaction without taking part in it", async () => {
      const db = open();
      const users = peopleIn(db);
      const tx = db.begin();
      expect(inspect(tx)).toBe(`Transaction { seq ${db.seq}, open }`);
      expect(inspect(tx.getTable(users))).toBe("Table users { key id, in a transaction }");
      tx.getTable(users).insert({ name: "Zoe", age: 1, dept: "IT" });
      users.delete(1);
      await tx.commit();
      expect(inspect(tx)).toMatch(/, ended \}$/);
    });

    it("asks whether a name that is nearly right was meant", () => {
      const db = open();
      peopleIn(db);
      db.createTable("products", { schema: { name: "string", price: "number" } });
      expect(messageOf(() => db.getTable("user"))).toBe('getTable(): there is no table "user" (did you mean "users"?)');
      expect(messageOf(() => db.dropTable("prodcuts"))).toContain('did you mean "products"?');
      expect(messageOf(() => db.getTable("invoices"))).toBe('getTable(): there is no table "invoices"');
      expect(messageOf(() => db.snapshot().getTable("Users"))).toContain('did you mean "users"?');
      expect(messageOf(() => db.getTable("products").select({ orderBy: "prize" }))).toContain('did you mean "price"?');
      expect(messageOf(() => db.getTable("users").select({ limt: 3 } as never))).toContain('did you mean "limit"?');
    });

    it.each([1e18, Infinity])("says how to ask for everything to who gives the limit %p", (limit) => {
      const users = peopleIn(open());
      expect(messageOf(() => users.select({ limit }))).toContain("leave it out for no limit");
    });
  });
}
