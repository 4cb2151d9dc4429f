import { fileURLToPath } from "node:url";
import { BackupManager, DictDB } from "dictdb";
import { book, capacity, seatTables } from "./seats.js";
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

/** Restores what an earlier process has backed up, goes on booking, and backs up what changes. Ends when it is told to, if nobody kills it before. */
async function run(folder: string): Promise<void> {
  const restored = await BackupManager.restore(folder).catch(() => undefined);
  await using db = restored?.db ?? new DictDB();
  const tables = seatTables(db);
  if (tables.seats.size === 0) tables.seats.insert(Array.from({ length: onSale }, (_, i) => ({ flight: i + 1, free: capacity })));
  tell(db, tables, { files: restored?.files.length ?? 0, skipped: restored?.skipped.length ?? 0 });

  const backup = new BackupManager(db, folder, { backupIntervalMs: 25, maxDeltasBeforeFull: 5, keep: 100 });
  backup.start();
  let goesOn = true;
  process.once("message", () => (goesOn = false));
  process.once("disconnect", () => process.exit()); // nobody is left to tell
  await sell(db, tables, "desk 1", () => goesOn);
  process.disconnect();
}

/** Books and cancels, some at a time; in between others have their turn, the backups among them. */
async function sell(db: DictDB, tables: SeatTables, name: string, goesOn: () => boolean): Promise<void> {
  for (let passenger = 0; goesOn(); passenger++) {
    book(db, tables, ((passenger * 7_919) % onSale) + 1, name);
    if (passenger % 3 === 0) cancelOldest(db, tables);
    if (passenger % 25 !== 0) continue;
    process.send?.({ seq: db.seq, bookings: tables.bookings.size } satisfies Told);
    await new Promise(setImmediate);
  }
}

function cancelOldest(db: DictDB, { seats, bookings }: SeatTables): void {
  db.atomic(() => {
    const oldest = bookings.first({ orderBy: "id" });
    if (oldest === undefined) return;
    bookings.delete(oldest.id);
    seats.update(({ free }) => ({ free: free + 1 }), oldest.flight);
  });
}

function tell({ seq }: DictDB, { seats, bookings }: SeatTables, from: Pick<Opened, "files" | "skipped">): void {
  const freeSeats = seats.all().reduce((sum, { free }) => sum + free, 0);
  process.send?.({ seq, bookings: bookings.size, freeSeats, ...from } satisfies Opened);
}

// The chapter imports this module for what it knows, and starts it as a process of its own.
if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv[2]!);
