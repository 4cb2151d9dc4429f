import { describe, expect, it } from "@jest/globals";
import type { DictDB, OpenTransaction, Table } from "../../../src/index.js";
import { rejection } from "../../support/rejection.js";
import { errorOf, ids } from "../table/database.js";
import type { OpenDatabase } from "../table/database.js";
import { accountsIn, isSettled, others, outside, upTo } from "./database.js";
import type { Account } from "./database.js";

/** Locking rows: who gets them, when, and what that keeps others from. */
export function rowLockContract(open: OpenDatabase): void {
  const world = (): { db: DictDB; accounts: Table<Account> } => {
    const db = open();
    const accounts = accountsIn(db);
    accounts.insert(upTo(8).map((i) => ({ owner: `owner ${i}`, balance: i })));
    return { db, accounts };
  };
  const lock = (tx: OpenTransaction, accounts: Table<Account>, id: number, options: object = {}): Promise<Account[]> =>
    tx.getTable(accounts).selectForUpdate({ where: { id }, ...options });
  const share = (tx: OpenTransaction, accounts: Table<Account>, id: number): Promise<Account[]> =>
    tx.getTable(accounts).selectForShare({ where: { id } });

  describe("selectForUpdate()", () => {
    it("gives copies of the rows that match, in order, and locks these alone", async () => {
      const { db, accounts } = world();
      const tx = db.begin();
      const table = tx.getTable(accounts);
      const rows = await table.selectForUpdate({ where: accounts.fields.balance.lt(5), orderBy: "-balance", limit: 2 });
      expect(ids(rows)).toEqual([6, 5]);
      rows[0]!.balance = 99;
      expect(table.get(6)?.balance).toBe(4);
      expect(db.stats().rowLocks).toBe(2);
      accounts.update({ balance: 0 }, 4);
      for (const change of [
        () => accounts.update({ balance: 0 }, 5),
        () => accounts.delete(6),
        () => accounts.clear(),
        () => accounts.upsert({ id: 5, owner: "x", balance: 0 }),
        () => db.atomic(() => accounts.update({ balance: 0 }, 6)),
        () => db.dropTable(accounts),
      ]) {
        expect(errorOf(change)).toMatchObject({ code: "ROW_LOCKED", details: { table: "accounts" } });
      }
      expect(accounts.get(5)?.balance).toBe(3); // reading is never stopped
      await tx.commit();
      expect(accounts.update({ balance: 0 }, 5)).toBe(1);
    });

    it("lets its own transaction change what it has locked, and nobody else before that is committed", async () => {
      const { db, accounts } = world();
      const a = db.begin();
      const [row] = await lock(a, accounts, 1);
      const b = db.transaction(async (tx) => {
        const [again] = await tx.getTable(accounts).selectForUpdate({ where: { id: 1 } });
        tx.getTable(accounts).update({ balance: again!.balance + 1 }, 1);
      });
      await others();
      a.getTable(accounts).update({ balance: row!.balance + 10 }, 1);
      await a.commit();
      await b;
      expect(accounts.get(1)?.balance).toBe(61);
      expect(db.stats()).toMatchObject({ conflicts: 0, rowLocks: 0, rowWaits: 1 });
    });

    it.each([
      ["commit", (tx: OpenTransaction) => tx.commit()],
      ["rollback", (tx: OpenTransaction) => tx.rollback()],
    ])("holds its rows until the %s", async (_how, end) => {
      const { db, accounts } = world();
      const a = db.begin();
      const b = db.begin();
      await lock(a, accounts, 1);
      const second = lock(b, accounts, 1);
      expect(await isSettled(second)).toBe(false);
      await end(a);
      expect((await second)[0]?.owner).toBe("Ann");
      await b.rollback();
      expect(db.stats()).toMatchObject({ rowLocks: 0, openTransactions: 0 });
    });

    it("gives the rows back when the function throws", async () => {
      const { db, accounts } = world();
      const error = new Error("mine");
      const failing = db.transaction(async (tx) => {
        await tx.getTable(accounts).selectForUpdate();
        throw error;
      });
      expect(await rejection(failing)).toBe(error);
      expect(db.stats().rowLocks).toBe(0);
    });

    it("reads the state at the grant, without any conflict, when nothing was read before", async () => {
      const { db, accounts } = world();
      const holder = db.begin();
      await lock(holder, accounts, 1);
      const waiter = db.begin();
      const rows = lock(waiter, accounts, 1);
      await others();
      holder.getTable(accounts).update({ balance: 77 }, 1);
      await holder.commit();
      accounts.update({ owner: "Beth" }, 2);
      expect((await rows)[0]?.balance).toBe(77);
      // All of it is of one moment: the rows, and what is read afterwards.
      expect(waiter.getTable(accounts).get(2)?.owner).toBe("Beth");
      waiter.getTable(accounts).update({ balance: 78 }, 1);
      await waiter.commit();
      expect(accounts.get(1)?.balance).toBe(78);
    });

    it("moves the snapshot when all that was read before still holds, and conflicts at once when not", async () => {
      const { db, accounts } = world();
      const a = db.begin();
      expect(a.getTable(accounts).get(2)?.owner).toBe("Bob");
      accounts.update({ balance: 7 }, 1);
      expect((await lock(a, accounts, 1))[0]?.balance).toBe(7);
      accounts.update({ owner: "Beth" }, 2);
      expect(await rejection(lock(a, accounts, 3))).toMatchObject({
        code: "CONCURRENT_MODIFICATION",
        details: { key: 2, seq: db.seq - 1 },
      });
      expect(errorOf(() => a.getTable(accounts).get(1))).toMatchObject({ code: "CONCURRENT_MODIFICATION" });
      expect(await rejection(a.commit())).toMatchObject({ code: "CONCURRENT_MODIFICATION" });
      expect(db.stats().rowLocks).toBe(0);
    });

    it("keeps its locks for the next run", async () => {
      const { db, accounts } = world();
      let runs = 0;
      await db.transaction(async (tx) => {
        runs++;
        const table = tx.getTable(accounts);
        table.get(2);
        if (runs === 1) outside(() => accounts.update({ balance: 8 }, 2));
        const [row] = await table.selectForUpdate({ where: { id: 1 } });
        expect(outside(() => errorOf(() => accounts.update({ balance: 0 }, 1)))).toMatchObject({ code: "ROW_LOCKED" });
        table.update({ balance: row!.balance + 1 }, 1);
      });
      expect([runs, accounts.get(1)?.balance]).toEqual([2, 51]);
      expect(db.stats()).toMatchObject({ rowLocks: 0, retries: 1 });
    });

    it("looks again for what matches once it has waited, and gives back what no longer does", async () => {
      const { db, accounts } = world();
      const holder = db.begin();
      await lock(holder, accounts, 3);
      const waiter = db.begin();
      const rows = waiter.getTable(accounts).selectForUpdate({ where: accounts.fields.balance.lt(5), orderBy: "balance", limit: 1 });
      await others();
      holder.getTable(accounts).update({ balance: 100 }, 3);
      await holder.commit();
      expect(ids(await rows)).toEqual([4]);
      expect(db.stats().rowLocks).toBe(1);
      accounts.update({ balance: 0 }, 3);
      await waiter.rollback();
    });

    it("locks rows that the transaction has changed, and not those that it has inserted or deleted", async () => {
      const { db, accounts } = world();
      const tx = db.begin();
      const table = tx.getTable(accounts);
      table.insert({ id: 50, owner: "new", balance: 1000 });
      table.update({ balance: 1000 }, 2);
      table.delete(1);
      expect(ids(await table.selectForUpdate({ where: accounts.fields.balance.gte(50), orderBy: "id" }))).toEqual([2, 50]);
      expect(db.stats().rowLocks).toBe(1);
      await tx.commit();
      expect(accounts.size).toBe(10);
    });

    it("is serializable: who comes into the condition after the grant makes it conflict", async () => {
      const { db, accounts } = world();
      const tx = db.begin();
      const rich = accounts.fields.balance.gte(50);
      expect(await tx.getTable(accounts).selectForUpdate({ where: rich })).toHaveLength(2);
      accounts.insert({ owner: "Zoe", balance: 1000 });
      tx.getTable(accounts).update({ balance: 0 }, 1);
      expect(await rejection(tx.commit())).toMatchObject({ code: "CONCURRENT_MODIFICATION", details: { key: 11 } });
    });

    it("under isolation snapshot conflicts at once for a row that has changed since the snapshot was read", async () => {
      const { db, accounts } = world();
      for (const change of [() => accounts.update({ balance: 1 }, 1), () => accounts.delete(1)]) {
        const tx = db.begin({ isolation: "snapshot" });
        expect(tx.getTable(accounts).get(2)).toBeDefined();
        change();
        expect(await rejection(lock(tx, accounts, 1))).toMatchObject({ code: "CONCURRENT_MODIFICATION", details: { key: 1 } });
        await tx.rollback();
      }
      const fresh = db.begin({ isolation: "snapshot" });
      accounts.update({ balance: 3 }, 2);
      expect((await lock(fresh, accounts, 2))[0]?.balance).toBe(3);
      expect((await lock(fresh, accounts, 3))[0]?.balance).toBe(1);
      await fresh.rollback();
    });
  });

  describe("a row that is locked", () => {
    it("fails at once with noWait, and is left out with skipLocked", async () => {
      const { db, accounts } = world();
      const a = db.begin();
      const b = db.begin();
      await lock(a, accounts, 3);
      expect(await rejection(lock(b, accounts, 3, { noWait: true }))).toMatchObject({
        code: "ROW_LOCKED",
        details: { table: "accounts", key: 3 },
      });
      expect(await lock(b, accounts, 3, { skipLocked: true })).toEqual([]);
      const next = { where: accounts.fields.balance.lt(50), orderBy: "balance", limit: 2, skipLocked: true } as const;
      expect(ids(await b.getTable(accounts).selectForUpdate(next))).toEqual([4, 5]);
      expect(ids(await b.getTable(accounts).selectForUpdate(next))).toEqual([4, 5]); // its own are not in its way
      expect(ids(await a.getTable(accounts).selectForUpdate(next))).toEqual([3, 6]);
      expect(await lock(b, accounts, 7, { noWait: true })).toHaveLength(1);
      await a.rollback();
      await b.rollback();
      expect(db.stats()).toMatchObject({ rowLocks: 0, rowWaits: 0 });
    });

    it("with skipLocked conflicts with nobody who takes other rows of the same condition", async () => {
      const { db, accounts } = world();
      const txs = upTo(3).map(() => db.begin());
      const taken: number[] = [];
      for (const tx of txs) {
        const [row] = await tx
          .getTable(accounts)
          .selectForUpdate({ where: accounts.fields.balance.lt(50), orderBy: "id", limit: 1, skipLocked: true });
        taken.push(row!.id);
        tx.getTable(accounts).update({ balance: 100 }, row!.id);
      }
      for (const tx of txs.reverse()) await tx.commit();
      expect(taken).toEqual([3, 4, 5]);
    });

    it("is waited for no longer than lockTimeoutMs; the transaction goes on without it", async () => {
      const { db, accounts } = world();
      const a = db.begin();
      const b = db.begin({ lockTimeoutMs: 1 });
      await lock(a, accounts, 1);
      const error = await rejection(b.getTable(accounts).selectForUpdate({ where: accounts.fields.id.lte(2) }));
      expect(error).toMatchObject({ code: "LOCK_TIMEOUT", details: { table: "accounts", key: 1, timeoutMs: 1 } });
      expect(db.stats()).toMatchObject({ rowLocks: 1, rowWaits: 1 }); // and has not kept row 2
      expect(await lock(b, accounts, 3)).toHaveLength(1);
      await b.commit();
      await a.rollback();
    });

    it("is waited for without limit where the limit is Infinity, and until the signal aborts", async () => {
      const { db, accounts } = world();
      const ended = new AbortController();
      const a = db.begin();
      const b = db.begin({ lockTimeoutMs: Infinity, signal: ended.signal });
      await lock(a, accounts, 1);
      const waiting = lock(b, accounts, 1);
      expect(await isSettled(waiting)).toBe(false);
      ended.abort("enough");
      expect(await rejection(waiting)).toBe("enough");
      await a.rollback();
      expect(db.stats()).toMatchObject({ rowLocks: 0 });
      await b.rollback();
    });

    it("makes a transaction that changes it without a lock wait at its commit", async () => {
      const { db, accounts } = world();
      const a = db.begin();
      await lock(a, accounts, 1);
      const b = db.begin();
      b.getTable(accounts).update({ balance: 1 }, 1);
      const commit = b.commit();
      expect(await isSettled(commit)).toBe(false);
      expect(errorOf(() => b.getTable(accounts).get(1))).toMatchObject({ code: "CLOSED" });
      await a.commit(); // it changed nothing
      await commit;
      expect(accounts.get(1)?.balance).toBe(1);

      let runs = 0;
      const c = db.begin();
      await lock(c, accounts, 1);
      const d = db.transaction((tx) => (runs++, tx.getTable(accounts).update(({ balance }) => ({ balance: balance + 1 }), 1)));
      await others();
      c.getTable(accounts).update({ balance: 10 }, 1);
      await c.commit();
      await d;
      expect([accounts.get(1)?.balance, runs]).toEqual([11, 2]);
    });

    it("is not waited for in a section, which the error names", async () => {
      const { db, accounts } = world();
      const tx = db.begin();
      await lock(tx, accounts, 1);
      const error = await accounts.lock.write(() => errorOf(() => accounts.update({ balance: 0 }, 1)));
      expect(error).toMatchObject({
        code: "ROW_LOCKED",
        message: expect.stringContaining('a verb in a section of table "accounts" cannot wait for it'),
        details: { table: "accounts", key: 1, section: "accounts" },
      });
      await tx.rollback();
    });

    it("can be locked by several for share, which keeps everybody from changing it", async () => {
      const { db, accounts } = world();
      const [a, b, c] = upTo(3).map(() => db.begin()) as [OpenTransaction, OpenTransaction, OpenTransaction];
      await share(a, accounts, 1);
      await share(b, accounts, 1);
      expect(errorOf(() => accounts.update({ balance: 0 }, 1))).toMatchObject({ code: "ROW_LOCKED" });
      const exclusive = lock(c, accounts, 1);
      expect(await isSettled(exclusive)).toBe(false);
      await a.commit();
      expect(await isSettled(exclusive)).toBe(false);
      await b.commit();
      expect(await exclusive).toHaveLength(1);
      const shared = share(a2(), accounts, 1);
      expect(await isSettled(shared)).toBe(false);
      await c.commit();
      expect(await shared).toHaveLength(1);

      function a2(): OpenTransaction {
        return db.begin({ lockTimeoutMs: 60_000 });
      }
    });

    it("is locked more strictly by who shares it, before those who wait", async () => {
      const { db, accounts } = world();
      const [a, b, c] = upTo(3).map(() => db.begin()) as [OpenTransaction, OpenTransaction, OpenTransaction];
      await share(a, accounts, 1);
      await share(b, accounts, 1);
      const waiting = lock(c, accounts, 1);
      await others();
      const upgrade = lock(a, accounts, 1);
      expect(await isSettled(upgrade)).toBe(false);
      await b.rollback();
      expect(await upgrade).toHaveLength(1);
      expect(await isSettled(waiting)).toBe(false);
      await a.commit();
      await waiting;
      await c.rollback();
      expect(db.stats().rowLocks).toBe(0);
    });

    it("goes to those who wait in the order of their coming, and readers together", async () => {
      const { db, accounts } = world();
      const order: string[] = [];
      const holder = db.begin();
      await lock(holder, accounts, 1);
      const wait = async (name: string, how: typeof share): Promise<void> => {
        const tx = db.begin();
        await how(tx, accounts, 1);
        order.push(name);
        await others();
        order.push(`${name} ends`);
        await tx.commit();
      };
      const all: Promise<void>[] = [];
      for (const [name, how] of [
        ["u1", lock],
        ["s2", share],
        ["s3", share],
        ["u4", lock],
        ["s5", share],
      ] as const) {
        all.push(wait(name, how));
        await others();
      }
      await holder.commit();
      await Promise.all(all);
      expect(order.slice(0, 4)).toEqual(["u1", "u1 ends", "s2", "s3"]);
      expect(order.slice(4, 6).sort()).toEqual(["s2 ends", "s3 ends"]);
      expect(order.slice(6)).toEqual(["u4", "u4 ends", "s5", "s5 ends"]);
    });

    it("is granted in turn to many tasks, so that none is passed over", async () => {
      const { db, accounts } = world();
      const granted: number[] = [];
      await Promise.all(
        upTo(50).map((number) =>
          db.transaction(async (tx) => {
            await tx.getTable(accounts).selectForUpdate({ where: { id: 1 } });
            granted.push(number);
            await others();
          }),
        ),
      );
      expect(granted).toEqual(upTo(50));
      expect(db.stats()).toMatchObject({ conflicts: 0, retries: 0, rowWaits: 49 });
    });

    it("is no change for listeners, for who has read it, or for a snapshot", async () => {
      const { db, accounts } = world();
      const events: unknown[] = [];
      db.on("commit", (commit) => events.push(commit));
      using snapshot = db.snapshot();
      const reader = db.begin();
      reader.getTable(accounts).update({ balance: reader.getTable(accounts).get(1)!.balance + 1 }, 2);
      const a = db.begin();
      await lock(a, accounts, 1);
      await a.rollback();
      await reader.commit();
      await db.sync();
      expect(events).toHaveLength(1);
      expect(snapshot.getTable(accounts).get(2)?.balance).toBe(50);
      expect(db.stats().snapshotImages).toBe(1);
    });
  });

  describe("who waits in a circle", () => {
    it("the youngest transaction gets DEADLOCK at once, and the others go on", async () => {
      for (const count of [2, 3, 7]) {
        const { db, accounts } = world();
        const txs = upTo(count).map(() => db.begin({ lockTimeoutMs: Infinity }));
        for (const [i, tx] of txs.entries()) await lock(tx, accounts, i + 1);
        // Each wants the row of the next; whoever closes the circle, it is the youngest that gives way.
        const waits = txs.map((tx, i) => lock(tx, accounts, ((i + 1) % count) + 1).then(() => tx.commit()));
        const outcomes = await Promise.allSettled([...waits.slice(0, -1).map(async (wait) => wait), rejection(waits.at(-1)!)]);
        expect(outcomes.map(({ status }) => status)).toEqual(upTo(count).map(() => "fulfilled"));
        expect((outcomes.at(-1) as PromiseFulfilledResult<unknown>).value).toMatchObject({
          code: "DEADLOCK",
          details: { table: "accounts" },
        });
        expect(errorOf(() => txs.at(-1)!.getTable(accounts))).toMatchObject({ code: "DEADLOCK" });
        await txs.at(-1)!.rollback();
        expect(db.stats()).toMatchObject({ rowLocks: 0, openTransactions: 0 });
      }
    });

    it("the youngest gives way also when an older one closes the circle", async () => {
      const { db, accounts } = world();
      const old = db.begin({ lockTimeoutMs: Infinity });
      const young = db.begin({ lockTimeoutMs: Infinity });
      await lock(young, accounts, 1);
      await lock(old, accounts, 2);
      const victim = rejection(lock(young, accounts, 2));
      await others();
      expect(await lock(old, accounts, 1)).toHaveLength(1);
      expect(await victim).toMatchObject({ code: "DEADLOCK" });
      await old.commit();
      await young.rollback();
    });

    it("two that share a row and both want more of it", async () => {
      const { db, accounts } = world();
      const [old, young] = [db.begin({ lockTimeoutMs: Infinity }), db.begin({ lockTimeoutMs: Infinity })];
      await share(old, accounts, 1);
      await share(young, accounts, 1);
      const first = lock(old, accounts, 1);
      expect(await rejection(lock(young, accounts, 1))).toMatchObject({ code: "DEADLOCK" });
      expect(await first).toHaveLength(1);
      await old.commit();
      await young.rollback();
    });

    it("commits that wait for rows included", async () => {
      const { db, accounts } = world();
      const [old, young] = [db.begin({ lockTimeoutMs: Infinity }), db.begin({ lockTimeoutMs: Infinity })];
      await lock(old, accounts, 1);
      await lock(young, accounts, 2);
      old.getTable(accounts).update({ balance: 1 }, 2);
      young.getTable(accounts).update({ balance: 1 }, 1);
      const first = old.commit();
      expect(await rejection(young.commit())).toMatchObject({ code: "DEADLOCK" });
      await first;
      expect([accounts.get(1)?.balance, accounts.get(2)?.balance]).toEqual([50, 1]);
      expect(db.stats()).toMatchObject({ rowLocks: 0, openTransactions: 0 });
    });

    it("a transaction with two calls at once included", async () => {
      const { db, accounts } = world();
      const [a, b, c] = upTo(3).map(() => db.begin({ lockTimeoutMs: Infinity })) as [OpenTransaction, OpenTransaction, OpenTransaction];
      await lock(a, accounts, 1);
      await lock(b, accounts, 2);
      const first = lock(c, accounts, 1);
      const second = rejection(lock(c, accounts, 2)); // after the first
      await others();
      const behind = lock(b, accounts, 1); // behind c in the queue
      await others();
      await a.commit();
      expect(await first).toHaveLength(1);
      expect(await second).toMatchObject({ code: "DEADLOCK" }); // c waits for b, b waits for c
      expect(await behind).toHaveLength(1);
      await b.commit();
      await c.rollback();
      expect(db.stats().rowLocks).toBe(0);
    });
  });
}
