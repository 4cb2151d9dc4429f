import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { DictDB } from "dictdb";
import type { DatabaseHandle } from "dictdb";
import { book, seatTables } from "./seats.js";
import type { SeatTables } from "./seats.js";

/** What a desk is to do: a worker that books and cancels until it is told to stop. */
export interface Desk {
  readonly handle: DatabaseHandle;
  readonly name: string;
  /** The desk's passengers want flights from 1 to this one, in an order of their own. */
  readonly flights: number;
  readonly stride: number;
}

const { handle, name, flights, stride } = workerData as Desk;
await using db = DictDB.attach(handle);
const tables = seatTables(db);
const closing = new AbortController();
parentPort!.once("message", () => closing.abort());
for (let passenger = 0; !closing.signal.aborted; passenger++) {
  book(db, tables, ((passenger * stride) % flights) + 1, name);
  if (passenger % 3 === 0) cancelOldest(tables);
  if (passenger % 25 === 0) await nextTurn();
}

function cancelOldest({ seats, bookings }: SeatTables): void {
  db.atomic(() => {
    const oldest = bookings.first({ orderBy: "id" });
    if (oldest === undefined) return;
    bookings.delete(oldest.id);
    seats.update(({ free }) => ({ free: free + 1 }), oldest.flight);
  });
}
