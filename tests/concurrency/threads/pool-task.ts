import { threadId } from "node:worker_threads";
import { workerData } from "piscina";
import { DictDB } from "../../../src/index.js";
import type { DatabaseHandle } from "../../../src/index.js";

// Once for each thread of the pool.
const db = DictDB.attach(workerData as DatabaseHandle);
const seats = db.getTable<{ id: number; takenBy: number | null; byThread: number }>("seats");

/** Takes the first free seat for somebody: its number, or null when all are taken. */
export function takeSeat(passenger: number): number | null {
  return db.atomic(() => {
    const free = seats.first({ where: seats.fields.takenBy.isNull(), orderBy: "id" });
    if (free !== undefined) seats.update({ takenBy: passenger, byThread: threadId }, free.id);
    return free?.id ?? null;
  });
}

/** How many seats this thread sees taken. */
export function taken(): number {
  return seats.count(seats.fields.takenBy.isNotNull());
}
