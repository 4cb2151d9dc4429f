import { describe, expect, it } from "@jest/globals";
import type { DictDB, Table } from "../../../src/index.js";
import { randomFrom } from "../../support/random.js";
import { rejection } from "../../support/rejection.js";
import { errorOf } from "../table/database.js";
import type { OpenDatabase } from "../table/database.js";
import { accountsIn, isolations, isSettled, others, outcome, upTo } from "../transactions/database.js";
import type { Account } from "../transactions/database.js";

const locked = expect.objectContaining({ code: "ROW_LOCKED" }) as unknown;

/** Calls of one transaction that are made before those before them have ended. */
export function sideBySideContract(open: OpenDatabase): void {
  const world = (): { db: DictDB; accounts: Table<Account> } => {
    const db = open();
    const accounts = accountsIn(db);
    accounts.insert(upTo(4).map((balance) => ({ owner: "x", balance })));
    return { db, accounts };
  };
  const isLocked = (accounts: Table<Account>, id: number): boolean => {
    try {
      accounts.update({ balance: 1_000 }, id);
      return false;
    } catch (error) {
      expect(error).toEqual(locked);
      return true;
    }
  };

  describe.each(isolations)("calls of one transaction side by side (%s)", (isolation) => {
    it("keep locked what one of them has given", async () => {
      const { db, accounts } = world();
      const holder = db.begin();
      await holder.getTable(accounts).selectForUpdate({ where: { id: 1 } });
      const tx = db.begin({ isolation });
      const table = tx.getTable(accounts);
      const calls = Promise.all([
        table.selectForUpdate({ where: table.fields.id.in([1, 2]) }),
        table.selectForUpdate({ where: { balance: 50 } }),
        table.selectForUpdate({ where: { owner: "x" }, limit: 1, orderBy: "id", skipLocked: true }),
      ]);
      await others();
      holder.getTable(accounts).update({ balance: 1 }, 1);
      await holder.commit();
      const [first, second, third] = await calls;
      expect([first.map(({ id }) => id), second.map(({ id }) => id), third.map(({ id }) => id)]).toEqual([[1, 2], [2], [3]]);
      for (const id of [1, 2, 3]) expect(isLocked(accounts, id)).toBe(true);
      expect(isLocked(accounts, 4)).toBe(false);
      table.update({ balance: 5 }, 1);
      await tx.commit();
      expect(accounts.get(1)?.balance).toBe(5);
      expect(db.stats().rowLocks).toBe(0);
    });

    it("a commit comes after the locks that were asked for before it", async () => {
      const { db, accounts } = world();
      const holder = db.begin();
      await holder.getTable(accounts).selectForUpdate({ where: { id: 1 } });
      const tx = db.begin({ isolation });
      const table = tx.getTable(accounts);
      const rows = table.selectForUpdate({ where: { id: 1 } });
      table.update({ owner: "Beth" }, 2);
      const commit = tx.commit();
      expect(await isSettled(commit)).toBe(false);
      expect(errorOf(() => table.insert({ owner: "late", balance: 0 }))).toMatchObject({ code: "CLOSED" });
      expect(await rejection(table.selectForUpdate())).toMatchObject({ code: "CLOSED" });
      expect(await rejection(tx.commit())).toMatchObject({ code: "CLOSED" });
      await holder.commit();
      expect(await rows).toHaveLength(1);
      await commit;
      expect(accounts.get(2)?.owner).toBe("Beth");
      expect(db.stats()).toMatchObject({ rowLocks: 0, openTransactions: 0 });
    });

    it("a rollback does not wait for them", async () => {
      const { db, accounts } = world();
      const holder = db.begin();
      await holder.getTable(accounts).selectForUpdate({ where: { id: 1 } });
      const tx = db.begin({ isolation });
      const calls = [1, 1, 2].map((id) => rejection(tx.getTable(accounts).selectForUpdate({ where: { id } })));
      await others();
      await tx.rollback();
      for (const call of calls) expect(await call).toMatchObject({ code: "CLOSED" });
      await holder.commit();
      expect(db.stats()).toMatchObject({ rowLocks: 0, openTransactions: 0 });
    });
  });

  describe("what was given as locked stays locked", () => {
    it("for share, when more of it is not granted in time", async () => {
      const { db, accounts } = world();
      const [a, b] = [db.begin({ lockTimeoutMs: 20 }), db.begin()];
      for (const tx of [a, b]) await tx.getTable(accounts).selectForShare({ where: { id: 1 } });
      expect(await rejection(a.getTable(accounts).selectForUpdate({ where: { id: 1 } }))).toMatchObject({ code: "LOCK_TIMEOUT" });
      await b.commit();
      expect(isLocked(accounts, 1)).toBe(true);
      await a.commit();
      expect(isLocked(accounts, 1)).toBe(false);
    });

    it("for share, when more of it is locked on the way to other rows", async () => {
      const { db, accounts } = world();
      const holder = db.begin();
      await holder.getTable(accounts).selectForUpdate({ where: { id: 2 } });
      const tx = db.begin();
      const table = tx.getTable(accounts);
      expect(await table.selectForShare({ where: { id: 1 } })).toHaveLength(1);
      const rich = table.selectForUpdate({ where: { balance: 50 }, orderBy: "-id", limit: 1 });
      const both = table.selectForUpdate({ where: { balance: 50 }, orderBy: "id" });
      await others();
      holder.getTable(accounts).update({ balance: 0 }, 2);
      await holder.commit();
      expect((await rich).map(({ id }) => id)).toEqual([1]);
      expect((await both).map(({ id }) => id)).toEqual([1]);
      expect(isLocked(accounts, 1)).toBe(true);
      expect(isLocked(accounts, 2)).toBe(false);
      await tx.rollback();
    });

    it("whatever calls are made side by side, from seeds 1 to 20", async () => {
      for (const seed of upTo(20)) {
        const { db, accounts } = world();
        expect([seed, await storm(db, accounts, seed).then(() => "kept", String)]).toEqual([seed, "kept"]);
      }
    });
  });

  /** One transaction locks rows by many calls at once, while others that have them change them and go. */
  const storm = async (db: DictDB, accounts: Table<Account>, seed: number): Promise<void> => {
    const random = randomFrom(seed);
    const keys = accounts.all().map(({ id }) => id);
    const holders = keys.filter(() => random(2) === 0).map((id) => ({ id, tx: db.begin() }));
    for (const { id, tx } of holders) await tx.getTable(accounts).selectForUpdate({ where: { id } });
    const tx = db.begin({ isolation: isolations[seed % 2]! });
    const table = tx.getTable(accounts);
    const given = new Set<number>();
    const calls = upTo(8).map(async () => {
      const where = random(2) === 0 ? table.fields.balance.gte(random(60)) : table.fields.id.in([1 + random(6), 1 + random(6)]);
      const options = { where, orderBy: "id", ...(random(2) === 0 ? { limit: 1 + random(3) } : {}) } as const;
      const rows = await (random(3) === 0
        ? table.selectForShare(options)
        : table.selectForUpdate({ ...options, skipLocked: random(3) === 0 }));
      for (const { id } of rows) given.add(id);
    });
    const ends = Promise.allSettled(calls);
    for (const holder of holders) {
      await others();
      holder.tx.getTable(accounts).update({ balance: random(60) }, holder.id);
      await holder.tx.commit();
      // What was given is locked from then on.
      for (const id of given) expect(isLocked(accounts, id)).toBe(true);
    }
    const failed = (await ends).filter(({ status }) => status === "rejected");
    if (failed.length === 0) {
      for (const id of keys) expect([id, isLocked(accounts, id)]).toEqual([id, given.has(id)]);
      expect(await outcome(tx.commit())).toBe("committed");
    } else await tx.rollback();
    expect(db.stats()).toMatchObject({ rowLocks: 0, openTransactions: 0 });
  };
}
