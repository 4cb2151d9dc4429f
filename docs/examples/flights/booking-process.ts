import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { BackupManager } from "dictdb";
import type { DatabaseHandle, DictDB } from "dictdb";
import type { Desk } from "./booking-desk.js";
import { capacity, seatTables } from "./seats.js";
import type { SeatTables } from "./seats.js";

/** How many flights are on sale. */
export const onSale = 500;

/** What the process tells now and then. */
export interface Told {
  readonly seq: number;
  readonly bookings: number;
}

/** What it tells first: what it has restored. */
export interface Opened extends Told {
  readonly freeSeats: number;
  /** How many files that state is made of; 0 in the first process. */
  readonly files: number;
  readonly skipped: number;
}

/**
 * Opens what an earlier process has backed up, lets two threads go on booking, and backs up what they change. Ends when it is told to, if nobody
 * kills it before.
 */
async function run(folder: string): Promise<void> {
  const opened = await BackupManager.open(folder, { backupIntervalMs: 25, maxDeltasBeforeFull: 5, keep: 100 });
  await using db = opened.db;
  const tables = seatTables(db);
  if (tables.seats.size === 0) tables.seats.insert(Array.from({ length: onSale }, (_, i) => ({ flight: i + 1, free: capacity })));
  tell(db, tables, { files: opened.restored?.files.length ?? 0, skipped: opened.restored?.skipped.length ?? 0 });

  const desks = [openDesk(db.share(), "desk 1", 7_919), openDesk(db.share(), "desk 2", 104_729)];
  const timer = setInterval(() => process.send?.({ seq: db.seq, bookings: tables.bookings.size } satisfies Told), 5);
  process.once("disconnect", () => process.exit()); // nobody is left to tell
  await once(process, "message");
  clearInterval(timer);
  for (const desk of desks) desk.postMessage("end");
  await Promise.all(desks.map((desk) => once(desk, "exit")));
  process.disconnect();
}

function openDesk(handle: DatabaseHandle, name: string, stride: number): Worker {
  const desk: Desk = { handle, name, flights: onSale, stride };
  return new Worker(new URL("./booking-desk.js", import.meta.url), { workerData: desk });
}

function tell({ seq }: DictDB, { seats, bookings }: SeatTables, from: Pick<Opened, "files" | "skipped">): void {
  const freeSeats = seats.all().reduce((sum, { free }) => sum + free, 0);
  process.send?.({ seq, bookings: bookings.size, freeSeats, ...from } satisfies Opened);
}

// The chapter imports this module for what it knows, and starts it as a process of its own.
if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv[2]!);
