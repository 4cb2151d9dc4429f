import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { DictDB } from "dictdb";
import type { DatabaseHandle } from "dictdb";
import { fingerprint } from "./fingerprint.js";
import { book, seatTables } from "./seats.js";
import { timed } from "./timing.js";

/** What a worker is to do. */
export interface Orders {
  readonly handle: DatabaseHandle;
  readonly name: string;
  /** How long it reads flights. */
  readonly readMs: number;
  /** The flights that its passengers want, one after the other. */
  readonly wanted: readonly number[];
}

/** What a worker has done. */
export interface Work {
  readonly name: string;
  readonly attachMs: number;
  readonly readsPerSecond: number;
  readonly sold: number;
  readonly turnedAway: number;
  readonly sellMs: number;
  readonly conflicts: number;
}

const { handle, name, readMs, wanted } = workerData as Orders;
const port = parentPort!;

const { result: db, ms: attachMs } = timed(() => DictDB.attach(handle));
const flights = db.getTable<{ id: number; distance: number }>("flights");
const asStored = { copy: false } as const;
port.postMessage("ready");
await once(port, "message"); // all begin together

const readsPerSecond = read();
const { result: sold, ms: sellMs } = timed(sell);
const { conflicts } = db.stats();
const work: Work = { name, attachMs, readsPerSecond, sold, turnedAway: wanted.length - sold, sellMs, conflicts };
port.postMessage(work);

await once(port, "message"); // all have sold
port.postMessage(fingerprint(db));
await db.close();

/** Gets flights by their keys, here and there in the table; answers how many in a second. */
function read(): number {
  const { size } = flights;
  const start = performance.now();
  let reads = 0;
  for (let key = 1; performance.now() - start < readMs;) {
    for (let i = 0; i < 1_000; i++) {
      key = ((key * 7_919) % size) + 1;
      flights.get(key, asStored);
    }
    reads += 1_000;
  }
  return reads / ((performance.now() - start) / 1_000);
}

/** Lets each passenger look around and then try to book; answers how many have a seat. */
function sell(): number {
  const tables = seatTables(db);
  return wanted.filter((flight) => {
    const { distance } = flights.get(flight, { mustMatch: true });
    flights.count({ distance }); // how many go as far
    return book(db, tables, flight, name);
  }).length;
}
