import { describe, expect, it } from "@jest/globals";
import type { DictDB, Table, TransactionOptions, TxTable } from "../../../src/index.js";
import { isDictDBError } from "../../../src/index.js";
import { randomFrom } from "../../support/random.js";
import type { OpenDatabase } from "../table/database.js";
import { others, upTo } from "./database.js";

interface Campaign {
  id: number;
  places: number;
  status?: string;
}
interface Application {
  id: number;
  campaign: number;
  user: number;
  approved?: boolean;
}
interface Job {
  id: number;
  status: string;
  by?: number;
}

/** The races that applications have, each first wrong, without protection, and then right. */
export function raceConditionContract(open: OpenDatabase): void {
  describe("a counter that many tasks increment", () => {
    const counter = (): { db: DictDB; counters: Table<{ id: number; n: number; version: number }> } => {
      const db = open();
      const counters = db.createTable<{ id: number; n: number; version: number }>("counters", { versionField: "version" });
      counters.insert({ n: 0, version: 1 });
      return { db, counters };
    };
    const all = async (count: number, increment: () => Promise<unknown>): Promise<void> =>
      void (await Promise.all(upTo(count).map(increment)));

    it("loses updates where reading and writing are two steps", async () => {
      const { counters } = counter();
      await all(100, async () => {
        const { n } = counters.get(1)!;
        await others();
        counters.update({ n: n + 1 }, 1);
      });
      expect(counters.get(1)!.n).toBe(1);
    });

    it("ends at 1,000 with optimistic transactions", async () => {
      const { db, counters } = counter();
      let left = 1_000;
      await all(10, async () => {
        while (left-- > 0) {
          await db.transaction(
            async (tx) => {
              const { n } = tx.getTable(counters).get(1)!;
              await Promise.resolve();
              tx.getTable(counters).update({ n: n + 1 }, 1);
            },
            { retries: 10_000 },
          );
        }
      });
      expect(counters.get(1)!.n).toBe(1_000);
    });

    it("ends at 1,000 with locked rows, and nothing is done twice", async () => {
      const { db, counters } = counter();
      await all(1_000, () =>
        db.transaction(async (tx) => {
          const [row] = await tx.getTable(counters).selectForUpdate({ where: { id: 1 } });
          await Promise.resolve();
          tx.getTable(counters).update({ n: row!.n + 1 }, 1);
        }),
      );
      expect(counters.get(1)!.n).toBe(1_000);
      expect(db.stats()).toMatchObject({ conflicts: 0, retries: 0, rowLocks: 0 });
    });

    it("ends at 1,000 with computed updates, which are one step", async () => {
      const { counters } = counter();
      await all(1_000, async () => {
        await Promise.resolve();
        counters.update(({ n }) => ({ n: n + 1 }), 1);
      });
      expect(counters.get(1)!.n).toBe(1_000);
    });

    it("ends right with a version in the condition, tried until it matches", async () => {
      const { counters } = counter();
      await all(50, async () => {
        for (;;) {
          const { n, version } = counters.get(1)!;
          await Promise.resolve();
          if (counters.update({ n: n + 1 }, { where: { id: 1, version } }) === 1) return;
        }
      });
      expect(counters.get(1)).toEqual({ id: 1, n: 50, version: 51 });
    });
  });

  describe("a campaign with 10 places and 20 applicants at once", () => {
    const campaign = (): { db: DictDB; campaigns: Table<Campaign>; applications: Table<Application> } => {
      const db = open();
      const campaigns = db.createTable<Campaign>("campaigns");
      const applications = db.createTable<Application>("applications");
      campaigns.insert({ id: 1, places: 10 });
      return { db, campaigns, applications };
    };
    const apply = async (db: DictDB, user: number, { lock, ...options }: TransactionOptions & { lock: boolean }): Promise<boolean> =>
      db.transaction(async (tx) => {
        const campaigns = tx.getTable<Campaign>("campaigns");
        const applications = tx.getTable<Application>("applications");
        const found = lock ? (await campaigns.selectForUpdate({ where: { id: 1 } }))[0]! : campaigns.get(1)!;
        await others();
        if (applications.count({ campaign: 1 }) >= found.places) return false;
        applications.insert({ campaign: 1, user });
        return true;
      }, options);

    it("is overbooked without protection", async () => {
      const { campaigns, applications } = campaign();
      await Promise.all(
        upTo(20).map(async (user) => {
          const { places } = campaigns.get(1)!;
          const taken = applications.count({ campaign: 1 });
          await others();
          if (taken < places) applications.insert({ campaign: 1, user });
        }),
      );
      expect(applications.size).toBe(20);
    });

    it("takes exactly 10 with the row of the campaign locked, and everybody gets an answer at the first run", async () => {
      const { db, applications } = campaign();
      const answers = await Promise.all(upTo(20).map((user) => apply(db, user, { lock: true })));
      expect(answers.filter((accepted) => accepted)).toHaveLength(10);
      expect(answers.slice(0, 10)).toEqual(upTo(10).map(() => true)); // first come, first served
      expect(applications.size).toBe(10);
      expect(db.stats()).toMatchObject({ conflicts: 0, retries: 0 });
    });

    it("takes exactly 10 without a lock, since the count is part of what is read", async () => {
      const { db, applications } = campaign();
      const answers = await Promise.all(upTo(20).map((user) => apply(db, user, { lock: false, retries: 1_000 })));
      expect(answers.filter((accepted) => accepted)).toHaveLength(10);
      expect(applications.size).toBe(10);
      expect(db.stats().retries).toBeGreaterThan(0);
    });

    it("approves no more than there are places", async () => {
      for (const right of [false, true]) {
        const { db, campaigns, applications } = campaign();
        applications.insert(upTo(20).map((user) => ({ campaign: 1, user, approved: false })));
        const approveIn = async (inCampaigns: TxTable<Campaign>, inApplications: TxTable<Application>, id: number): Promise<void> => {
          const { places } = right ? (await inCampaigns.selectForUpdate({ where: { id: 1 } }))[0]! : inCampaigns.get(1)!;
          const approved = inApplications.count({ campaign: 1, approved: true });
          await others();
          if (approved < places) inApplications.update({ approved: true }, id);
        };
        await Promise.all(
          upTo(20).map((id) =>
            right
              ? db.transaction((tx) => approveIn(tx.getTable(campaigns), tx.getTable(applications), id))
              : db.transaction((tx) => approveIn(tx.getTable(campaigns), tx.getTable(applications), id), { isolation: "snapshot" }),
          ),
        );
        expect(applications.count({ approved: true })).toBe(right ? 10 : 20);
      }
    });

    it("takes one application of each user, by the check of a transaction or by a unique index", async () => {
      const twice = [...upTo(5), ...upTo(5)];
      for (const protection of ["none", "transaction", "index"]) {
        const { db, applications } = campaign();
        if (protection === "index") applications.createIndex(["campaign", "user"], { unique: true });
        const outcomes = await Promise.all(
          twice.map(async (user) => {
            if (protection === "transaction") {
              return db.transaction(async (tx) => {
                const table = tx.getTable(applications);
                if (table.count({ campaign: 1, user }) > 0) return "refused";
                await others();
                table.insert({ campaign: 1, user });
                return "accepted";
              });
            }
            if (applications.count({ campaign: 1, user }) > 0) return "refused";
            await others();
            try {
              applications.insert({ campaign: 1, user });
              return "accepted";
            } catch (error) {
              if (!isDictDBError(error, "UNIQUE_CONSTRAINT")) throw error;
              return "refused";
            }
          }),
        );
        expect(outcomes.filter((outcome) => outcome === "accepted")).toHaveLength(protection === "none" ? 10 : 5);
        expect(applications.size).toBe(protection === "none" ? 10 : 5);
      }
    });

    it("keeps others waiting for as long as the work under the lock takes: slow work comes before it", async () => {
      const { db, campaigns } = campaign();
      const order: string[] = [];
      const book = (name: string, slowInside: boolean): Promise<unknown> =>
        db.transaction(async (tx) => {
          if (!slowInside) await others();
          order.push(`${name} asks`);
          await tx.getTable(campaigns).selectForUpdate({ where: { id: 1 } });
          order.push(`${name} has it`);
          if (slowInside) await others();
          order.push(`${name} is done`);
        });
      await Promise.all([book("slow", true), book("second", true)]);
      expect(order).toEqual(["slow asks", "second asks", "slow has it", "slow is done", "second has it", "second is done"]);
      expect(db.stats().rowWaits).toBe(1);
      await Promise.all([book("third", false), book("fourth", false), book("fifth", false)]);
      expect(db.stats().rowWaits).toBe(1);
    });

    it("locks in one order everywhere, or some must give way", async () => {
      for (const ordered of [false, true]) {
        const { db, campaigns } = campaign();
        campaigns.insert({ id: 2, places: 10 });
        const move = async (from: number, to: number): Promise<string> => {
          try {
            await db.transaction(async (tx) => {
              const table = tx.getTable(campaigns);
              const first = ordered ? Math.min(from, to) : from;
              await table.selectForUpdate({ where: { id: first } });
              await others();
              await table.selectForUpdate({ where: { id: from + to - first } });
              table.update(({ places }) => ({ places: places - 1 }), from);
              table.update(({ places }) => ({ places: places + 1 }), to);
            });
            return "moved";
          } catch (error) {
            if (!isDictDBError(error, "DEADLOCK")) throw error;
            return "gave way";
          }
        };
        const outcomes = await Promise.all([move(1, 2), move(2, 1)]);
        expect(outcomes.sort()).toEqual(ordered ? ["moved", "moved"] : ["gave way", "moved"]);
        expect(campaigns.get(1)!.places + campaigns.get(2)!.places).toBe(20);
      }
    });
  });

  describe("a queue of jobs", () => {
    it("does a job more than once where taking it is two steps", async () => {
      const jobs = open().createTable<Job>("jobs");
      jobs.insert(upTo(10).map(() => ({ status: "queued" })));
      const done: number[] = [];
      await Promise.all(
        upTo(4).map(async (by) => {
          for (
            let job = jobs.first({ where: { status: "queued" } });
            job !== undefined;
            job = jobs.first({ where: { status: "queued" } })
          ) {
            await others();
            jobs.update({ status: "done", by }, job.id);
            done.push(job.id);
          }
        }),
      );
      expect(done.length).toBeGreaterThan(10);
    });

    it("does each of 10,000 jobs once with skipLocked, though workers fail in the middle", async () => {
      const db = open();
      const jobs = db.createTable<Job>("jobs");
      jobs.createIndex("status", { type: "sorted" });
      jobs.insert(upTo(10_000).map(() => ({ status: "queued" })));
      const random = randomFrom(4711);
      const done: number[] = [];
      let failures = 0;
      const takeOne = (by: number): Promise<number | undefined> =>
        db.transaction(async (tx) => {
          const table = tx.getTable(jobs);
          const [job] = await table.selectForUpdate({ where: { status: "queued" }, limit: 1, skipLocked: true });
          if (job === undefined) return undefined;
          if (random(10) === 0) await others();
          if (random(100) === 0) throw new Error("the worker failed");
          table.update({ status: "done", by }, job.id);
          return job.id;
        });
      await Promise.all(
        upTo(16).map(async (by) => {
          for (;;) {
            try {
              const id = await takeOne(by);
              if (id === undefined) return;
              done.push(id);
            } catch (error) {
              if ((error as Error).message !== "the worker failed") throw error;
              failures++;
            }
          }
        }),
      );
      expect(failures).toBeGreaterThan(50);
      // What failed last may have been put back when everybody else had gone home.
      for (let id = await takeOne(0).catch(() => 0); id !== undefined; id = await takeOne(0).catch(() => 0)) if (id > 0) done.push(id);
      expect(done).toHaveLength(10_000);
      expect(new Set(done).size).toBe(10_000);
      expect(jobs.count({ status: "done" })).toBe(10_000);
      expect(db.stats()).toMatchObject({ rowLocks: 0, retries: 0, openTransactions: 0 });
    });
  });
}
