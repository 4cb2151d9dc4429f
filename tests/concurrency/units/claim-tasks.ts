import { setImmediate as nextTurn } from "node:timers/promises";
import { unset } from "../../../src/index.js";
import type { DictDB, TableWriter } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";

/** A job that may be claimed once. */
export interface Job {
  id: number;
  state: string;
  lease?: number | undefined;
}

/** The ways to claim a job; each answers whether it was the one who did. Most leave nothing to be changed where somebody else was faster. */
const ways = {
  delete: (jobs: TableWriter<Job>, id: number): boolean => jobs.delete(id) === 1,
  "delete where": (jobs: TableWriter<Job>, id: number): boolean => jobs.delete({ where: { id, state: "free" } }) === 1,
  clear: (jobs: TableWriter<Job>): boolean => jobs.clear() > 0,
  "update to the same value": (jobs: TableWriter<Job>, id: number): boolean =>
    jobs.update({ state: "taken" }, { where: { id, state: "free" } }) === 1,
  "upsert ignore": (jobs: TableWriter<Job>, id: number): boolean =>
    jobs.upsert({ id: -id, state: "taken" }, { onConflict: "ignore" }).action === "inserted",
  unset: (jobs: TableWriter<Job>, id: number): boolean => jobs.update({ lease: unset() }, { where: { id, lease: 1 } }) === 1,
} as const;

const patient = { retries: 1_000 };

export type Way = keyof typeof ways;

export const waysToClaim = Object.keys(ways) as readonly Way[];

/** Whether all jobs are one for this way. */
export function claimsAll(way: Way): boolean {
  return way === "clear";
}

/**
 * Tries to claim jobs, the others at the same time: the first run of each unit ends only when all threads have run theirs.
 * @returns the keys of those that it has claimed
 */
export async function claim(
  db: DictDB,
  way: Way,
  how: "atomic" | "transaction",
  keys: readonly number[],
  word: Int32Array,
  threads: number,
): Promise<number[]> {
  const jobs = db.getTable<Job>("jobs");
  const claimed: number[] = [];
  const meeting = new Meeting(word);
  for (const [i, key] of keys.entries()) {
    let runs = 0;
    const run = (table: TableWriter<Job>): boolean => {
      const won = ways[way](table, key);
      if (++runs === 1) meeting.meet(threads * (i + 1));
      return won;
    };
    const won =
      how === "atomic"
        ? db.atomic(() => run(jobs))
        : await db.transaction(async (tx) => {
            await nextTurn();
            return run(tx.getTable(jobs));
          }, patient);
    if (won) claimed.push(key);
  }
  return claimed;
}
