import { setImmediate as nextTurn } from "node:timers/promises";
import { isDictDBError } from "../../../src/index.js";
import type { DictDB } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { randomFrom } from "../../support/random.js";
import { openHistoryTables, runAtomically, runInTransaction } from "../../support/transaction-history.js";
import type { Ended } from "../../support/transaction-history.js";
import type { Program } from "../../support/transaction-program.js";

/** How a counter is incremented: by reading and writing in a transaction, with the row locked first, or in one synchronous step. */
export type Manner = "optimistic" | "locked" | "plain" | "atomic";

export async function increment(db: DictDB, times: number, tasks: number, manner: Manner): Promise<void> {
  const counters = db.getTable<{ id: number; n: number }>("counters");
  let left = times;
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      if (manner === "plain") counters.update(({ n }) => ({ n: n + 1 }), 1);
      else if (manner === "atomic") db.atomic(() => counters.update({ n: counters.get(1)!.n + 1 }, 1));
      else {
        await db.transaction(
          async (tx) => {
            const table = tx.getTable(counters);
            const row = manner === "locked" ? (await table.selectForUpdate({ where: { id: 1 } }))[0]! : table.get(1)!;
            await nextTurn();
            table.update({ n: row.n + 1 }, 1);
          },
          { retries: 100_000, lockTimeoutMs: 60_000 },
        );
      }
      if (manner === "plain" || manner === "atomic") await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: tasks }, one));
}

/** Applies for a place. @returns whether there was one left */
export async function apply(db: DictDB, user: number, locks: boolean): Promise<boolean> {
  return db.transaction(
    async (tx) => {
      const campaigns = tx.getTable<{ id: number; places: number }>("campaigns");
      const applications = tx.getTable<{ id: number; user: number }>("applications");
      const campaign = locks ? (await campaigns.selectForUpdate({ where: { id: 1 } }))[0]! : campaigns.get(1)!;
      if (applications.count() >= campaign.places) return false;
      await nextTurn();
      applications.insert({ user });
      return true;
    },
    { retries: 10_000, lockTimeoutMs: 60_000 },
  );
}

interface Job {
  id: number;
  status: string;
}

/** Works until no job is left that nobody works on. Each job leaves a mark in the same commit. */
export async function work(db: DictDB, tasks: number): Promise<void> {
  const takeOne = (): Promise<boolean> =>
    db.transaction(async (tx) => {
      const jobs = tx.getTable<Job>("jobs");
      const [job] = await jobs.selectForUpdate({ where: { status: "queued" }, limit: 1, skipLocked: true });
      if (job === undefined) return false;
      if (job.id % 50 === 0) await nextTurn();
      jobs.update({ status: "done" }, job.id);
      tx.getTable("marks").insert({ job: job.id });
      return true;
    });
  await Promise.all(
    Array.from({ length: tasks }, async () => {
      while (await takeOne());
    }),
  );
}

/** Locks a row, says so, and never lets go. */
export async function hold(db: DictDB, key: number, held: Int32Array): Promise<void> {
  const tx = db.begin({ lockTimeoutMs: 60_000 });
  await tx.getTable("rows").selectForUpdate({ where: { id: key } });
  new Meeting(held).arrive();
  await new Promise(() => {
    setInterval(() => undefined, 1_000);
  });
}

/** Locks a row in a transaction, meets the others who do so, and then wants another row. @returns how that ended */
export async function lockTwo(
  db: DictDB,
  first: number,
  second: number,
  how: "lock" | "write",
  count: number,
  word: Int32Array,
): Promise<string> {
  const tx = db.begin({ lockTimeoutMs: Infinity });
  const rows = db.getTable<{ id: number; n: number }>("rows");
  const table = tx.getTable(rows);
  try {
    await table.selectForUpdate({ where: { id: first } });
    const meeting = new Meeting(word);
    meeting.arrive();
    await meeting.whenHere(count);
    if (how === "write") rows.update({ n: first }, second);
    else await table.selectForUpdate({ where: { id: second } });
    table.update({ n: first }, first);
    await tx.commit();
    return "committed";
  } catch (error) {
    if (isDictDBError(error)) return error.code;
    throw error;
  } finally {
    await tx.rollback();
  }
}

/** Changes a row at once, or waits until it may. */
export function write(db: DictDB, key: number, n: number): number {
  return db.getTable<{ id: number; n: number }>("rows").update({ n }, key);
}

/** What one task of a thread runs: programs and how, and the number of the first. */
export interface Assignment {
  readonly first: number;
  readonly programs: readonly { readonly kind: "transaction" | "atomic"; readonly steps: Program }[];
}

/** Runs programs, several tasks beside each other. */
export async function runPrograms(db: DictDB, assignments: readonly Assignment[], seed: number): Promise<Ended[]> {
  const tables = openHistoryTables(db);
  const random = randomFrom(seed);
  const pause = async (): Promise<void> => {
    const kind = random(4);
    if (kind === 0) await nextTurn();
    else for (let i = 1; i < kind; i++) await Promise.resolve();
  };
  const ended: Ended[] = [];
  await Promise.all(
    assignments.map(async ({ first, programs }) => {
      for (const [i, { kind, steps }] of programs.entries()) {
        await pause();
        const one =
          kind === "atomic" ? runAtomically(db, tables, first + i, steps) : await runInTransaction(db, tables, first + i, steps, pause);
        if (one !== undefined) ended.push(one);
      }
    }),
  );
  return ended;
}

/** Ends this thread's part in a database, so that threads can serve one after the other. */
export async function leave(db: DictDB): Promise<void> {
  await db.close();
}
