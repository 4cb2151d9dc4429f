import { describe, expect, it } from "@jest/globals";
import { sum } from "../../../src/index.js";
import type { DictDB, Isolation, Table, TxTable } from "../../../src/index.js";
import { rejection } from "../../support/rejection.js";
import { errorOf } from "../table/database.js";
import type { OpenDatabase } from "../table/database.js";
import { accountsIn, beginMany, isolations, outcome } from "./database.js";
import type { Account } from "./database.js";

const conflict = { code: "CONCURRENT_MODIFICATION" };

/** Every named anomaly: which isolation prevents it, and how. */
export function anomalyContract(open: OpenDatabase): void {
  const world = (indexed = false): { db: DictDB; accounts: Table<Account> } => {
    const db = open();
    const accounts = accountsIn(db);
    if (indexed) accounts.createIndex("balance", { type: "sorted" });
    return { db, accounts };
  };

  describe.each(isolations)("isolation %s prevents", (isolation) => {
    it("a dirty read: nothing is seen before the commit", async () => {
      const { db, accounts } = world();
      const [a, b] = beginMany(db, accounts, 2, isolation);
      a!.accounts.update({ balance: 0 }, 1);
      a!.accounts.insert({ owner: "Cid", balance: 1 });
      a!.accounts.delete(2);
      expect(a!.accounts.select({ orderBy: "id", columns: ["owner", "balance"] })).toEqual([
        { owner: "Ann", balance: 0 },
        { owner: "Cid", balance: 1 },
      ]);
      for (const table of [b!.accounts, accounts]) expect([table.get(1)?.balance, table.size, table.has(2)]).toEqual([50, 2, true]);
      await a!.tx.commit();
      expect([accounts.get(1)?.balance, accounts.size, accounts.has(2)]).toEqual([0, 2, false]);
      expect([b!.accounts.get(1)?.balance, b!.accounts.size, b!.accounts.has(2)]).toEqual([50, 2, true]);
    });

    it("reading what is rolled back", async () => {
      const { db, accounts } = world();
      const [a, b] = beginMany(db, accounts, 2, isolation);
      a!.accounts.update({ balance: 0 }, 1);
      await a!.tx.rollback();
      expect(b!.accounts.get(1)?.balance).toBe(50);
      expect(accounts.get(1)?.balance).toBe(50);
    });

    it("read skew: all reads are of one moment", async () => {
      const { db, accounts } = world();
      const [a] = beginMany(db, accounts, 1, isolation);
      expect(a!.accounts.get(1)?.balance).toBe(50);
      accounts.update({ balance: 0 }, { where: accounts.fields.id.in([1, 2]) });
      expect(a!.accounts.get(2)?.balance).toBe(50);
      expect(total(a!.accounts)).toBe(100);
      await a!.tx.commit(); // it wrote nothing
    });

    it("a lost update: who comes second is refused", async () => {
      const { db, accounts } = world();
      const [a, b] = beginMany(db, accounts, 2, isolation);
      for (const party of [a!, b!]) party.accounts.update({ balance: party.accounts.get(1)!.balance + 10 }, 1);
      await a!.tx.commit();
      const { seq } = db;
      expect(await rejection(b!.tx.commit())).toMatchObject({ ...conflict, details: { table: "accounts", key: 1, seq } });
      expect(accounts.get(1)?.balance).toBe(60);
    });

    it("a lost update by a plain verb in between", async () => {
      const { db, accounts } = world();
      const [a] = beginMany(db, accounts, 1, isolation);
      a!.accounts.update(({ balance }) => ({ balance: balance + 10 }), 1);
      accounts.update(({ balance }) => ({ balance: balance + 1 }), 1);
      expect(await rejection(a!.tx.commit())).toMatchObject(conflict);
      expect(accounts.get(1)?.balance).toBe(51);
    });

    it("updating what was deleted, and deleting what was updated", async () => {
      const { db, accounts } = world();
      const [a, b] = beginMany(db, accounts, 2, isolation);
      a!.accounts.update({ balance: 1 }, 1);
      b!.accounts.delete(2);
      accounts.delete(1);
      accounts.update({ balance: 2 }, 2);
      for (const { tx } of [a!, b!]) expect(await rejection(tx.commit())).toMatchObject(conflict);
      expect(accounts.all()).toEqual([{ id: 2, owner: "Bob", balance: 2 }]);
    });

    it.each([false, true])("that a range read twice differs, whatever becomes of its records (with an index: %s)", async (indexed) => {
      const { db, accounts } = world(indexed);
      const [a] = beginMany(db, accounts, 1, isolation);
      const rich = { where: accounts.fields.balance.gte(50), orderBy: "id" } as const;
      const before = a!.accounts.select(rich);
      accounts.insert({ id: 9, owner: "Cid", balance: 90 });
      accounts.update({ balance: 10 }, 1);
      accounts.delete(2);
      expect(a!.accounts.select(rich)).toEqual(before);
      expect(a!.accounts.count(accounts.fields.balance.gte(50))).toBe(2);
      await a!.tx.commit();
    });

    it("two records with one key", async () => {
      const { db, accounts } = world();
      const [a, b] = beginMany(db, accounts, 2, isolation);
      a!.accounts.insert({ id: 7, owner: "first", balance: 0 });
      b!.accounts.insert({ id: 7, owner: "second", balance: 0 });
      await a!.tx.commit();
      expect(await rejection(b!.tx.commit())).toMatchObject({ ...conflict, details: { key: 7 } });
      expect(accounts.get(7)?.owner).toBe("first");
    });

    it("two records with one value of a unique index", async () => {
      const { db, accounts } = world();
      accounts.createIndex("owner", { unique: true });
      const [a, b] = beginMany(db, accounts, 2, isolation);
      for (const party of [a!, b!]) party.accounts.insert({ owner: "Cid", balance: 0 });
      await a!.tx.commit();
      expect(await rejection(b!.tx.commit())).toMatchObject({ ...conflict, details: { table: "accounts" } });
      expect(accounts.count({ owner: "Cid" })).toBe(1);
      const [again] = beginMany(db, accounts, 1, isolation);
      expect(errorOf(() => again!.accounts.insert({ owner: "Cid", balance: 0 }))).toMatchObject({ code: "UNIQUE_CONSTRAINT" });
      await again!.tx.rollback();
    });

    it("writing what a unique index that was made meanwhile would have refused", async () => {
      const { db, accounts } = world();
      const [a, b] = beginMany(db, accounts, 2, isolation);
      for (const party of [a!, b!]) party.accounts.insert({ owner: "Cid", balance: 0 });
      accounts.createIndex("owner", { unique: true });
      // Also where the outcome would fit: a record that was there for a while would have been refused.
      for (const { tx } of [a!, b!])
        expect(await rejection(tx.commit())).toMatchObject({ ...conflict, details: { table: "accounts", key: undefined } });
      expect(accounts.count({ owner: "Cid" })).toBe(0);
    });
  });

  describe("isolation serializable prevents what isolation snapshot allows:", () => {
    it.each(isolations)("write skew (%s)", async (isolation) => {
      const { db, accounts } = world();
      const parties = beginMany(db, accounts, 2, isolation);
      // Each may go below zero as long as both together do not.
      for (const [i, party] of parties.entries()) if (total(party.accounts) >= 100) party.accounts.update({ balance: -50 }, i + 1);
      await parties[0]!.tx.commit();
      const second = parties[1]!.tx.commit();
      expect(await outcome(second)).toEqual(allowedUnderSnapshot(isolation, { table: "accounts", key: 1, condition: "every record" }));
      expect(total(accounts)).toBe(isolation === "serializable" ? 0 : -100);
    });

    it.each(isolations)("write skew by keys, over two tables (%s)", async (isolation) => {
      const db = open();
      const left = db.createTable("left");
      const right = db.createTable("right");
      left.insert({ n: 1 });
      right.insert({ n: 1 });
      const [a, b] = [db.begin({ isolation }), db.begin({ isolation })];
      a.getTable(left).update({ n: a.getTable(right).get(1)!.n + 1 }, 1);
      b.getTable(right).update({ n: b.getTable(left).get(1)!.n + 1 }, 1);
      await a.commit();
      expect(await outcome(b.commit())).toEqual(allowedUnderSnapshot(isolation, { table: "left", key: 1 }));
      expect([left.get(1)!.n, right.get(1)!.n]).toEqual([2, isolation === "serializable" ? 1 : 2]);
    });

    const phantoms: readonly (readonly [how: string, change: (accounts: Table<Account>) => unknown])[] = [
      ["inserted", (accounts) => accounts.insert({ id: 8, owner: "Cid", balance: 90 })],
      ["updated into the range", (accounts) => accounts.update({ balance: 90 }, 1)],
      ["updated out of the range", (accounts) => accounts.update({ balance: 1 }, 2)],
      ["deleted", (accounts) => accounts.delete(2)],
    ];
    const cases = isolations.flatMap((isolation) =>
      phantoms.flatMap(([how, change]) => [false, true].map((indexed) => ({ isolation, how, change, indexed }))),
    );
    it.each(cases)(
      "write skew by a phantom ($isolation): one that is $how, with an index: $indexed",
      async ({ isolation, change, indexed }) => {
        const { db, accounts } = world(indexed);
        accounts.update({ balance: 60 }, 2);
        const rich = accounts.fields.balance.gt(50);
        const [a] = beginMany(db, accounts, 1, isolation);
        a!.accounts.insert({ id: 100, owner: "the count", balance: -a!.accounts.count(rich) });
        change(accounts);
        const commit = a!.tx.commit();
        const condition = JSON.parse(JSON.stringify(rich)) as unknown;
        expect(await outcome(commit)).toEqual(allowedUnderSnapshot(isolation, { table: "accounts", condition }));
        expect(accounts.has(100)).toBe(isolation === "snapshot");
      },
    );

    it.each(isolations)("write skew by check-then-insert (%s)", async (isolation) => {
      const { db, accounts } = world();
      const [a, b] = beginMany(db, accounts, 2, isolation);
      for (const party of [a!, b!]) {
        if (party.accounts.count({ owner: "Cid" }) === 0) party.accounts.insert({ owner: "Cid", balance: 0 });
      }
      await a!.tx.commit();
      const second = b!.tx.commit();
      expect(await outcome(second)).toEqual(allowedUnderSnapshot(isolation));
      expect(accounts.count({ owner: "Cid" })).toBe(isolation === "serializable" ? 1 : 2);
    });

    it.each(isolations)("the anomaly of a transaction that only reads (%s)", async (isolation) => {
      const { db, accounts } = world();
      accounts.update({ balance: 0 }, { where: accounts.fields.id.lte(2) });
      // A withdrawal of 10 from account 1, with a fee of 1 since both accounts together have too little.
      const [withdrawal] = beginMany(db, accounts, 1, isolation);
      const fee = total(withdrawal!.accounts) < 10 ? 1 : 0;
      accounts.update({ balance: 20 }, 2); // a payment into account 2
      const [reader] = beginMany(db, accounts, 1, isolation);
      // Who reads sees the payment and not the withdrawal; but a withdrawal after the payment would cost no fee.
      expect(reader!.accounts.select({ orderBy: "id", columns: ["balance"] })).toEqual([{ balance: 0 }, { balance: 20 }]);
      await reader!.tx.commit();
      withdrawal!.accounts.update({ balance: -10 - fee }, 1);
      const commit = withdrawal!.tx.commit();
      expect(await outcome(commit)).toEqual(allowedUnderSnapshot(isolation));
      expect(accounts.get(1)?.balance).toBe(isolation === "serializable" ? 0 : -11);
    });
  });
}

/** What a commit comes to that only "serializable" refuses. */
function allowedUnderSnapshot(isolation: Isolation, details: object = {}): unknown {
  const refused = expect.objectContaining({ ...conflict, details: expect.objectContaining(details) as unknown }) as unknown;
  return isolation === "serializable" ? refused : "committed";
}

function total(table: Pick<TxTable<Account>, "aggregate">): number {
  return table.aggregate({ total: sum("balance") }).total ?? 0;
}
