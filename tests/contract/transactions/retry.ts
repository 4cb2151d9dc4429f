import { describe, expect, it } from "@jest/globals";
import { ConcurrentModificationError } from "../../../src/index.js";
import { deferred } from "../../support/deferred.js";
import { rejection } from "../../support/rejection.js";
import type { OpenDatabase } from "../table/database.js";
import { accountsIn, others, outside } from "./database.js";

/** Running again after conflicts, and ending in every other way. */
export function retryContract(open: OpenDatabase): void {
  describe("transaction()", () => {
    it("gives what its function gives, a promise or not", async () => {
      const db = open();
      const accounts = accountsIn(db);
      expect(await db.transaction((tx) => tx.getTable(accounts).get(1)?.owner)).toBe("Ann");
      expect(await db.transaction(async (tx) => tx.getTable("accounts").size)).toBe(2);
    });

    it("runs its function again after a conflict, on the new state, and counts that", async () => {
      const db = open();
      const accounts = accountsIn(db);
      let runs = 0;
      const result = await db.transaction(async (tx) => {
        const table = tx.getTable(accounts);
        const { balance } = table.get(1)!;
        table.insert({ id: 100 + runs, owner: "a trace of this run", balance });
        if (++runs < 3) outside(() => accounts.update({ balance: balance + 1 }, 1));
        return balance;
      });
      expect([runs, result]).toEqual([3, 52]);
      expect(accounts.select({ columns: ["id"], orderBy: "id" })).toEqual([{ id: 1 }, { id: 2 }, { id: 102 }]);
      expect(db.stats()).toMatchObject({ conflicts: 2, retries: 2, openTransactions: 0, openSnapshots: 0 });
    });

    it("gives up after its retries, with what was changed and by which commit", async () => {
      const db = open();
      const accounts = accountsIn(db);
      for (const retries of [0, 2]) {
        let runs = 0;
        let winner = 0;
        const error = await rejection(
          db.transaction(
            async (tx) => {
              const table = tx.getTable(accounts);
              runs++;
              table.insert({ owner: "x", balance: table.count({ owner: "Ann" }) });
              outside(() => accounts.update({ balance: runs }, 1));
              winner = db.seq;
            },
            { retries },
          ),
        );
        expect(error).toBeInstanceOf(ConcurrentModificationError);
        expect(error).toMatchObject({ details: { table: "accounts", key: 1, seq: winner, condition: expect.anything() } });
        expect(runs).toBe(retries + 1);
      }
      expect(accounts.size).toBe(2);
      expect(db.stats()).toMatchObject({ conflicts: 4, retries: 2 });
    });

    it("passes on what its function throws, unchanged, and rolls back without another run", async () => {
      const db = open();
      const accounts = accountsIn(db);
      for (const thrown of [new RangeError("mine"), "a string", undefined, new ConcurrentModificationError("somebody else's")]) {
        let runs = 0;
        const error = await rejection(
          db.transaction(async (tx) => {
            runs++;
            tx.getTable(accounts).clear();
            await others();
            throw thrown;
          }),
        );
        expect(error).toBe(thrown);
        expect(runs).toBe(1);
      }
      expect(await rejection(db.transaction((tx) => tx.getTable(accounts).insert({ id: 1, owner: "x", balance: 0 })))).toMatchObject({
        code: "DUPLICATE_KEY",
      });
      expect(accounts.size).toBe(2);
      expect(db.stats()).toMatchObject({ openTransactions: 0, openSnapshots: 0, rowLocks: 0 });
    });

    it("runs again also when the function has swallowed the conflict", async () => {
      const db = open();
      const accounts = accountsIn(db);
      let runs = 0;
      await db.transaction(async (tx) => {
        const table = tx.getTable(accounts);
        const { balance } = table.get(1)!;
        if (++runs === 1) outside(() => accounts.update({ balance: 7 }, 1));
        await table.selectForUpdate({ where: { id: 1 } }).catch(() => undefined);
        if (runs > 1) table.update({ balance: balance + 1 }, 1);
      });
      expect([runs, accounts.get(1)?.balance]).toEqual([2, 8]);
    });

    it("is ended by its signal: before it begins, while it waits, between its runs and before its commit", async () => {
      const db = open();
      const accounts = accountsIn(db);
      const reason = { because: "of this" };
      const aborted = AbortSignal.abort(reason);
      let runs = 0;
      expect(await rejection(db.transaction(() => runs++, { signal: aborted }))).toBe(reason);
      expect(runs).toBe(0);

      const waiting = new AbortController();
      const holder = db.begin();
      await holder.getTable(accounts).selectForUpdate({ where: { id: 1 } });
      const blocked = rejection(
        db.transaction((tx) => tx.getTable(accounts).selectForUpdate({ where: { id: 1 } }), { signal: waiting.signal }),
      );
      await others();
      waiting.abort(reason);
      expect(await blocked).toBe(reason);
      await holder.rollback();

      const between = new AbortController();
      const conflicting = db.transaction(
        async (tx) => {
          runs++;
          tx.getTable(accounts).update({ balance: 1 }, 1);
          outside(() => accounts.update(({ balance }) => ({ balance: balance + 1 }), 1));
          if (runs === 20) between.abort(reason);
        },
        { signal: between.signal, retries: 1_000 },
      );
      expect(await rejection(conflicting)).toBe(reason);
      expect(runs).toBe(20);

      const late = new AbortController();
      const { seq } = db;
      const finished = db.transaction(
        (tx) => {
          tx.getTable(accounts).clear();
          late.abort(reason);
        },
        { signal: late.signal },
      );
      expect(await rejection(finished)).toBe(reason);
      expect(db.seq).toBe(seq);
      expect(db.stats()).toMatchObject({ openTransactions: 0, openSnapshots: 0, rowLocks: 0 });
    });

    it("waits for the section of another task before it commits, holding nothing", async () => {
      const db = open();
      const accounts = accountsIn(db);
      const notes = db.createTable("notes");
      const entered = deferred();
      const leave = deferred();
      const section = accounts.lock.write(async () => {
        entered.resolve();
        await leave.promise;
        accounts.update({ balance: 1 }, 2);
      });
      await entered.promise;
      const transaction = db.transaction((tx) => {
        tx.getTable(accounts).update({ balance: 2 }, 1);
        tx.getTable(notes).insert({ n: 1 });
      });
      await others();
      notes.insert({ n: 2 });
      expect([accounts.get(1)?.balance, notes.size]).toEqual([50, 1]);
      expect(await rejection(db.transaction((tx) => tx.getTable(accounts).clear(), { lockTimeoutMs: 1 }))).toMatchObject({
        code: "LOCK_TIMEOUT",
      });
      leave.resolve();
      await Promise.all([section, transaction]);
      expect([accounts.get(1)?.balance, accounts.get(2)?.balance, notes.size]).toEqual([2, 1, 2]);
    });

    it("commits within the section that it was called in", async () => {
      const db = open();
      const accounts = accountsIn(db);
      await accounts.lock.write(() =>
        db.transaction(async (tx) => {
          const [account] = await tx.getTable(accounts).selectForUpdate({ where: { id: 1 } });
          tx.getTable(accounts).update({ balance: account!.balance + 1 }, 1);
        }),
      );
      expect(accounts.get(1)?.balance).toBe(51);
    });

    it("that was begun and forgotten shows with its age, and costs what changes meanwhile", async () => {
      const db = open();
      const accounts = accountsIn(db);
      const forgotten = db.begin();
      forgotten.getTable(accounts).get(1);
      const { oldestTransactionMs } = db.stats();
      await others();
      db.begin();
      for (let i = 0; i < 100; i++) accounts.update({ balance: i }, 1);
      const stats = db.stats();
      expect(stats).toMatchObject({ openTransactions: 2, snapshotImages: 1 });
      expect(stats.oldestTransactionMs).toBeGreaterThan(oldestTransactionMs);
      await forgotten.rollback();
      expect(db.stats()).toMatchObject({ openTransactions: 1, snapshotImages: 1 });
      expect(db.stats().oldestTransactionMs).toBeLessThan(stats.oldestTransactionMs + 60_000);
    });

    it("refuses what it does not know", async () => {
      const db = open();
      const wrong = [{ retry: 1 }, { retries: -1 }, { isolation: "none" }, { lockTimeoutMs: "1" }, { signal: 1 }, 5] as never[];
      for (const options of wrong) expect(await rejection(db.transaction(() => 1, options))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(await rejection(db.transaction(5 as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(() => db.begin({ retries: 1 } as never)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    });
  });
}
