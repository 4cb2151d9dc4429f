import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DictDB } from "../../../src/index.js";
import type { Table } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { runs } from "../../support/arbitraries.js";
import { plainProgram, program } from "../../support/arbitrary-program.js";
import { rejection } from "../../support/rejection.js";
import { TestThread } from "../../support/test-thread.js";
import { createHistoryTables, notSerial } from "../../support/transaction-history.js";
import * as here from "./tasks.js";
import type * as Tasks from "./tasks.js";

const minute = 60_000;
const tasks = new URL("./tasks.js", import.meta.url);

interface Row {
  id: number;
  n: number;
}

describe("transactions of several threads", () => {
  let threads: TestThread<typeof Tasks>[];

  beforeAll(() => {
    threads = Array.from({ length: 3 }, () => new TestThread<typeof Tasks>(tasks));
  });

  afterAll(async () => {
    await Promise.all(threads.map((thread) => thread.end()));
  }, minute);

  it.each<[here.Manner, here.Manner]>([
    ["optimistic", "optimistic"],
    ["locked", "locked"],
    ["locked", "plain"],
    ["optimistic", "locked"],
    ["locked", "atomic"],
  ])(
    "lose no increment, %s or %s",
    async (one, other) => {
      await using db = new DictDB({ lockTimeoutMs: minute });
      const counters = db.createTable<Row>("counters");
      counters.insert({ n: 0 });
      const handle = db.share();
      await Promise.all([
        ...threads.map((thread, i) => thread.runWith({ lockTimeoutMs: minute }, handle, "increment", 250, 5, i % 2 === 0 ? one : other)),
        here.increment(db, 250, 5, "locked"),
      ]);
      expect(counters.get(1)!.n).toBe(1_000);
      expect(db.stats()).toMatchObject({ rowLocks: 0, openTransactions: 0, openSnapshots: 0 });
    },
    minute,
  );

  it.each([true, false])(
    "give 10 places to 20 applicants (rows locked: %s)",
    async (locks) => {
      await using db = new DictDB();
      db.createTable("campaigns").insert({ places: 10 });
      const applications = db.createTable<{ id: number; user: number }>("applications");
      const handle = db.share();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, user) =>
          user % 4 === 3 ? here.apply(db, user, locks) : threads[user % 4]!.run(handle, "apply", user, locks),
        ),
      );
      expect(answers.filter((accepted) => accepted)).toHaveLength(10);
      expect(applications.size).toBe(10);
    },
    minute,
  );

  it(
    "do each of 10,000 jobs once, though threads are terminated in the middle of theirs",
    async () => {
      await using db = new DictDB();
      const jobs = db.createTable<{ id: number; status: string }>("jobs");
      const marks = db.createTable<{ id: number; job: number }>("marks");
      jobs.createIndex("status", { type: "sorted" });
      jobs.insert(Array.from({ length: 10_000 }, () => ({ status: "queued" })));
      const handle = db.share();
      const doomed = Array.from({ length: 2 }, () => new TestThread<typeof Tasks>(tasks));
      const killed = doomed.map(async (thread, i) => {
        const end = rejection(thread.run(handle, "work", 8));
        // It is in the middle of eight jobs.
        while (marks.size < 1_000 * (i + 1)) await nextTurn();
        await thread.kill();
        expect(await end).toMatchObject({ message: "the thread has ended" });
      });
      await Promise.all([...threads.map((thread) => thread.run(handle, "work", 8)), ...killed]);
      await here.work(db, 8);
      expect(jobs.count({ status: "done" })).toBe(10_000);
      expect(marks.size).toBe(10_000);
      expect(new Set(marks.all().map(({ job }) => job)).size).toBe(10_000);
      expect(db.stats().rowLocks).toBe(0);
      jobs.check();
    },
    minute,
  );

  describe("whose holder dies", () => {
    const heldByDead = async (): Promise<{ db: DictDB; rows: Table<Row>; kill: () => Promise<void> }> => {
      const db = new DictDB({ lockTimeoutMs: 20_000 });
      const rows = db.createTable<Row>("rows");
      rows.insert([{ n: 0 }, { n: 0 }]);
      const thread = new TestThread<typeof Tasks>(tasks);
      const held = new Meeting();
      const end = rejection(thread.run(db.share(), "hold", 1, held.word));
      await held.whenHere(1);
      return {
        db,
        rows,
        async kill() {
          await thread.kill();
          await end;
        },
      };
    };

    it("give its rows to a transaction that waits", async () => {
      const { db, rows, kill } = await heldByDead();
      const waiting = db.transaction(async (tx) => (await tx.getTable(rows).selectForUpdate({ where: { id: 1 } })).length);
      await nextTurn();
      await kill();
      expect(await waiting).toBe(1);
      expect(db.stats().rowLocks).toBe(0);
      await db.close();
    });

    it("give its rows to a plain write, and to who does not wait", async () => {
      for (const take of [
        (db: DictDB, rows: Table<Row>): unknown => (db.seq, rows.update({ n: 1 }, 1)),
        async (db: DictDB, rows: Table<Row>): Promise<unknown> =>
          db.transaction(async (tx) => (await tx.getTable(rows).selectForUpdate({ where: { id: 1 }, noWait: true })).length),
        async (db: DictDB, rows: Table<Row>): Promise<unknown> =>
          db.transaction(async (tx) => (await tx.getTable(rows).selectForUpdate({ limit: 1, skipLocked: true }))[0]?.id),
      ]) {
        const { db, rows, kill } = await heldByDead();
        expect(await rejection(db.transaction((tx) => tx.getTable(rows).selectForUpdate({ noWait: true })))).toMatchObject({
          code: "ROW_LOCKED",
        });
        await kill();
        expect(await take(db, rows)).toBe(1);
        expect(db.stats().rowLocks).toBe(0);
        await db.close();
      }
    });

    it("give its rows back also when it only closes its database", async () => {
      await using db = new DictDB();
      const rows = db.createTable<Row>("rows");
      rows.insert({ n: 0 });
      const handle = db.share();
      const held = new Meeting();
      void threads[0]!.run(handle, "hold", 1, held.word).catch(() => undefined);
      await held.whenHere(1);
      await threads[0]!.run(handle, "leave");
      expect(rows.update({ n: 1 }, 1)).toBe(1);
      await threads[0]!.kill(); // one of its tasks would wait for ever
      threads[0] = new TestThread<typeof Tasks>(tasks);
    });
  });

  describe("that wait for each other", () => {
    const world = (): { db: DictDB; rows: Table<Row> } => {
      const db = new DictDB({ lockTimeoutMs: minute });
      const rows = db.createTable<Row>("rows");
      rows.insert([{ n: 0 }, { n: 0 }, { n: 0 }]);
      return { db, rows };
    };

    it.each<["lock" | "write", "lock" | "write", "lock" | "write"]>([
      ["lock", "lock", "lock"],
      ["write", "write", "write"],
      ["lock", "write", "lock"],
      ["write", "lock", "write"],
    ])(
      "are told at once: one gives way, and the others go on (%s, %s, %s)",
      async (...how) => {
        for (const count of [2, 3]) {
          const { db, rows } = world();
          const handle = db.share();
          const meeting = new Meeting();
          const outcomes = await Promise.all(
            how
              .slice(0, count)
              .map((one, i) =>
                threads[i]!.runWith({ lockTimeoutMs: minute }, handle, "lockTwo", i + 1, ((i + 1) % count) + 1, one, count, meeting.word),
              ),
          );
          expect(outcomes.filter((outcome) => outcome === "DEADLOCK")).toHaveLength(1);
          expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(count - 1);
          // A plain write always loses.
          const loser = how[outcomes.indexOf("DEADLOCK")];
          expect(loser).toBe(how.slice(0, count).includes("write") ? "write" : "lock");
          expect(db.stats().rowLocks).toBe(0);
          rows.check();
          await Promise.all(threads.map((thread) => thread.run(handle, "leave")));
          await db.close();
        }
      },
      minute,
    );

    it("a plain write waits for a transaction of another thread, and no longer than it may", async () => {
      const { db, rows } = world();
      const handle = db.share();
      const tx = db.begin();
      await tx.getTable(rows).selectForUpdate({ where: { id: 1 } });
      const error = await rejection(threads[1]!.runWith({ lockTimeoutMs: 30 }, handle, "write", 1, 5));
      expect(error).toMatchObject({ code: "LOCK_TIMEOUT", details: { table: "rows", key: 1, timeoutMs: 30 } });
      const written = threads[2]!.runWith({ lockTimeoutMs: minute }, handle, "write", 1, 7);
      for (let waits = 0; waits === 0; waits = db.stats().rowLocks) await nextTurn();
      tx.getTable(rows).update({ n: 6 }, 1);
      await tx.commit();
      expect(await written).toBe(1);
      expect(rows.get(1)!.n).toBe(7);
      expect(db.stats().rowLocks).toBe(0);
      await db.close();
    });
  });

  const history = fc.record({
    assignments: fc.array(
      fc.array(
        fc.oneof(
          { weight: 5, arbitrary: program.map((steps) => ({ kind: "transaction" as const, steps })) },
          { weight: 1, arbitrary: plainProgram.map((steps) => ({ kind: "atomic" as const, steps })) },
        ),
        { minLength: 1, maxLength: 8 },
      ),
      { minLength: 6, maxLength: 9 },
    ),
    indexed: fc.boolean(),
    seed: fc.nat(),
  });

  it(
    "come to what running them one after the other, in the order of their seqs, would have come to",
    async () => {
      await fc.assert(
        fc.asyncProperty(history, async ({ assignments, indexed, seed }) => {
          const db = new DictDB({ lockTimeoutMs: 20_000 });
          createHistoryTables(db, indexed);
          const order: number[] = [];
          db.on("commit", ({ changes }) => {
            for (const change of changes) if (change.table === "marks" && change.type === "insert") order.push(change.key as number);
          });
          const handle = db.share();
          let next = 1;
          const numbered = assignments.map((programs) => {
            const first = next;
            next += programs.length;
            return { first, programs };
          });
          const share = (which: number): here.Assignment[] => numbered.filter((_, i) => i % 3 === which);
          const ended = await Promise.all([
            threads[0]!.runWith({ lockTimeoutMs: 20_000 }, handle, "runPrograms", share(0), seed),
            threads[1]!.runWith({ lockTimeoutMs: 20_000 }, handle, "runPrograms", share(1), seed + 1),
            here.runPrograms(db, share(2), seed + 2),
          ]);
          await db.sync();
          await nextTurn();
          const wrong = notSerial(ended.flat(), order, db);
          const { rowLocks, openTransactions } = db.stats();
          await Promise.all([threads[0]!.run(handle, "leave"), threads[1]!.run(handle, "leave")]);
          await db.close();
          if (wrong !== undefined) throw new Error(wrong);
          if (rowLocks + openTransactions > 0) throw new Error(`left over: ${JSON.stringify({ rowLocks, openTransactions })}`);
        }),
        runs(40),
      );
    },
    2 * minute,
  );
});
