import type { DictDB, Table } from "dictdb";

/** Seats of each flight that is on sale: few, so that the last ones are fought for. */
export const capacity = 12;

/** How many seats of a flight are left. */
export interface Seats {
  /** The flight's key. */
  flight: number;
  free: number;
}

export interface Booking {
  id: number;
  flight: number;
  /** From 1 on. */
  seat: number;
  /** Which thread sold it. */
  soldBy: string;
}

export interface SeatTables {
  readonly seats: Table<Seats, "flight">;
  readonly bookings: Table<Booking>;
}

/** The tables, as any thread finds them; the first one makes them. */
export function seatTables(db: DictDB): SeatTables {
  return {
    seats: db.createTable<Seats, "flight">("seats", { primaryKey: "flight", ifNotExists: true }),
    bookings: db.createTable<Booking>("bookings", { ifNotExists: true }),
  };
}

/** Books a seat, or answers false: no seat is free. Whatever other threads book meanwhile, what was read here still holds when this is committed. */
export function book(db: DictDB, { seats, bookings }: SeatTables, flight: number, soldBy: string): boolean {
  return db.atomic(() => {
    const { free } = seats.get(flight, { mustMatch: true });
    if (free === 0) return false;
    seats.update({ free: free - 1 }, flight);
    bookings.insert({ flight, seat: capacity - free + 1, soldBy });
    return true;
  });
}
