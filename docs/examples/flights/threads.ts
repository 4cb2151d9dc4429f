import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { count } from "dictdb";
import type { Chapter, Context } from "./chapter.js";
import { fingerprint } from "./fingerprint.js";
import type { Fingerprint } from "./fingerprint.js";
import { grouped, left, right } from "./report.js";
import { capacity, seatTables } from "./seats.js";
import type { SeatTables } from "./seats.js";
import type { Orders, Work } from "./threads-worker.js";
import { timed } from "./timing.js";

const names = ["worker 1", "worker 2"];
/** How many flights are on sale. */
const onSale = 250;
/** Passengers of each worker: together more than there are seats. */
const passengers = 2_000;
const readMs = 500;

export const threads: Chapter = {
  title: "Threads",
  async run(context) {
    const { db, flights, report } = context;
    const tables = seatTables(db);
    const sale = flights.select({ orderBy: "-distance", limit: onSale, columns: ["id"] }).map(({ id }) => id);
    tables.seats.insert(sale.map((flight) => ({ flight, free: capacity })));

    const { result: handle, ms } = timed(() => db.share());
    const { sharedBytes } = db.stats();
    report.line(
      `Shared in ${grouped(ms)} ms: ${grouped(sharedBytes / 1e6)} MB of shared memory. ` +
        `Each worker reads flights for ${readMs} ms, then sells seats on ${onSale} of them to ${grouped(passengers)} passengers.`,
    );
    // All want the same flights in the same order, so that the threads meet at each of them.
    const wanted = Array.from({ length: passengers }, (_, i) => sale[i % onSale]!);
    const { works, sights } = await atWork(names.map((name) => ({ handle, name, readMs, wanted })));

    reportWork(context, works);
    reportSights(context, [...sights, { name: "main thread", ...fingerprint(db) }]);
    checkSale(context, tables, works);
  },
};

type Sight = Fingerprint & { readonly name: string };

/** Lets the workers begin together, and go on together once all have sold. */
async function atWork(orders: readonly Orders[]): Promise<{ works: Work[]; sights: Sight[] }> {
  const workers = orders.map((workerData) => new Worker(new URL("./threads-worker.js", import.meta.url), { workerData }));
  const answers = async <A>(): Promise<A[]> => Promise.all(workers.map(async (worker) => ((await once(worker, "message")) as [A])[0]));
  const goOn = (): void => workers.forEach((worker) => worker.postMessage("go on"));
  await answers<"ready">();
  goOn();
  const works = await answers<Work>();
  goOn();
  const seen = await answers<Fingerprint>();
  return { works, sights: seen.map((sight, i) => ({ name: orders[i]!.name, ...sight })) };
}

function reportWork({ report }: Context, works: readonly Work[]): void {
  report.blank();
  report.table(
    [left(), right("attached in"), right("reads a second"), right("booked"), right("turned away"), right("a second"), right("conflicts")],
    works.map(({ name, attachMs, readsPerSecond, sold, turnedAway, sellMs, conflicts }) => [
      name,
      `${grouped(attachMs)} ms`,
      Math.round(readsPerSecond / 1_000) * 1_000,
      sold,
      turnedAway,
      Math.round((sold + turnedAway) / (sellMs / 1_000)),
      conflicts,
    ]),
  );
}

function reportSights({ report, checks }: Context, sights: readonly Sight[]): void {
  report.blank();
  report.table(
    [left("what each thread sees"), right("seq"), right("bookings"), right("free seats"), right("checksum")],
    sights.map(({ name, seq, bookings, freeSeats, checksum }) => [name, seq, bookings, freeSeats, checksum]),
  );
  const same = sights.every(({ seq, checksum }) => seq === sights[0]!.seq && checksum === sights[0]!.checksum);
  checks.that("all threads see the same", same);
}

/** Looks at the whole table of bookings. */
function checkSale({ report, checks }: Context, { seats, bookings }: SeatTables, works: readonly Work[]): void {
  const perFlight = bookings.aggregate({ n: count() }, { groupBy: "flight" });
  const perSeat = bookings.aggregate({ n: count() }, { groupBy: ["flight", "seat"] });
  const oversold = perFlight.filter(({ n }) => n > capacity).length + perSeat.filter(({ n }) => n > 1).length;
  report.judge(
    oversold === 0,
    oversold === 0
      ? `No flight is oversold: ${grouped(bookings.size)} bookings for ${grouped(onSale * capacity)} seats, each sold once.`
      : `${grouped(oversold)} flights or seats are oversold.`,
  );
  checks.that("no flight is oversold", oversold === 0);
  checks.that("every seat was wanted and is sold", bookings.size === onSale * capacity && seats.count({ free: 0 }) === onSale);
  for (const { name, sold } of works) checks.that(`${name} sold what the table says`, bookings.count({ soldBy: name }) === sold);
}
