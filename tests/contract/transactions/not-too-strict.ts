import { afterEach, describe, expect, it } from "@jest/globals";
import type { DictDB, Table, TxTable } from "../../../src/index.js";
import { randomFrom } from "../../support/random.js";
import type { OpenDatabase } from "../table/database.js";
import { accountsIn, others, upTo } from "./database.js";
import type { Account } from "./database.js";

/** Transactions that do not get in each other's way are never run again. */
export function leniencyContract(open: OpenDatabase): void {
  describe("no conflict comes from", () => {
    let db: DictDB;
    let accounts: Table<Account>;
    const start = (): void => {
      db = open();
      accounts = accountsIn(db);
    };
    afterEach(() => {
      expect(db.stats()).toMatchObject({ conflicts: 0, retries: 0, openTransactions: 0, openSnapshots: 0 });
    });

    /** Many transactions at once, each with awaits between its steps; every conflict would throw. */
    const run = async (count: number, work: (table: TxTable<Account>, number: number) => unknown): Promise<void> => {
      const random = randomFrom(count);
      await Promise.all(
        upTo(count).map((number) =>
          db.transaction(
            async (tx) => {
              const table = tx.getTable(accounts);
              for (let pause = random(4); pause > 0; pause--) await others();
              await work(table, number);
              for (let pause = random(4); pause > 0; pause--) await others();
            },
            { retries: 0 },
          ),
        ),
      );
    };

    it("blind inserts", async () => {
      start();
      await run(100, (table, number) => table.insert({ id: 1000 + number, owner: "x", balance: number }));
      expect(accounts.size).toBe(102);
    });

    it("inserts with automatic keys, which are all different", async () => {
      start();
      const keys: number[] = [];
      await run(100, async (table) => {
        keys.push(table.insert({ owner: "x", balance: 0 }));
        await others();
        keys.push(...table.insert([1, 2, 3].map((balance) => ({ owner: "y", balance }))));
      });
      expect(new Set(keys).size).toBe(400);
      expect(
        accounts
          .select({ columns: ["id"], where: accounts.fields.id.gt(2) })
          .map(({ id }) => id)
          .sort((a, b) => a - b),
      ).toEqual(keys.sort((a, b) => a - b));
    });

    it("work on different keys", async () => {
      start();
      accounts.insert(upTo(100).map((i) => ({ id: 100 + i, owner: "x", balance: 0 })));
      await run(100, async (table, number) => {
        const { balance } = table.get(100 + number)!;
        await others();
        table.update({ balance: balance + number }, 100 + number);
        if (number % 10 === 0) table.delete(100 + number);
      });
      expect(accounts.get(101)?.balance).toBe(1);
      expect(accounts.size).toBe(92);
    });

    it.each([false, true])("reading by conditions that the others' records do not match (with an index: %s)", async (indexed) => {
      start();
      if (indexed) accounts.createIndex("owner");
      await run(50, async (table, number) => {
        const owner = `owner ${number}`;
        expect(table.count({ owner })).toBe(0);
        table.insert({ owner, balance: 1 });
        await others();
        expect(table.update({ balance: 2 }, { where: table.fields.owner.eq(owner) })).toBe(1);
      });
      expect(accounts.count({ balance: 2 })).toBe(50);
    });

    it("counting all records while others change and none comes or goes", async () => {
      start();
      accounts.insert(upTo(50).map((i) => ({ id: 100 + i, owner: "x", balance: 0 })));
      await run(50, (table, number) => table.update({ balance: table.size }, 100 + number));
      expect(accounts.count({ balance: 52 })).toBe(50);
    });

    it("reading whatever one likes and writing nothing", async () => {
      start();
      const readers = run(50, async (table) => {
        const before = table.select({ orderBy: "id" });
        await others();
        expect(table.select({ orderBy: "id" })).toEqual(before);
        expect(table.size).toBe(before.length);
      });
      for (let i = 0; i < 20; i++) {
        accounts.insert({ owner: "x", balance: i });
        accounts.update({ balance: i }, 1);
        await others();
      }
      await readers;
      expect(accounts.size).toBe(22);
    });

    it("writing other tables than those that are read", async () => {
      start();
      const notes = db.createTable("notes");
      await Promise.all(
        upTo(50).map((number) =>
          db.transaction(
            async (tx) => {
              expect(tx.getTable(accounts).size).toBe(2);
              await others();
              tx.getTable(notes).insert({ number });
            },
            { retries: 0 },
          ),
        ),
      );
      expect(notes.size).toBe(50);
    });
  });
}
