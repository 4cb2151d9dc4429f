import { crc32 } from "node:zlib";
import type { DictDB } from "dictdb";
import { seatTables } from "./seats.js";

/** What one thread sees of the sale. */
export interface Fingerprint {
  readonly seq: number;
  readonly bookings: number;
  readonly freeSeats: number;
  /** Of every booking and every flight on sale. */
  readonly checksum: string;
}

/** Sums up the sale as this thread sees it. */
export function fingerprint(db: DictDB): Fingerprint {
  const { seats, bookings } = seatTables(db);
  const all = [bookings.select({ orderBy: "id", copy: false }), seats.select({ orderBy: "flight", copy: false })];
  const freeSeats = seats.all().reduce((sum, { free }) => sum + free, 0);
  const checksum = crc32(JSON.stringify(all)).toString(16).padStart(8, "0");
  return { seq: db.seq, bookings: bookings.size, freeSeats, checksum };
}
