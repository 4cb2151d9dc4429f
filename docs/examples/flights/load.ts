import type { Chapter } from "./chapter.js";
import { readAirports, readFlights } from "./data.js";
import type { AirportRow, FlightRow } from "./data.js";
import { withProgress } from "./progress.js";
import { grouped, left, right } from "./report.js";
import { timed, timedAsync } from "./timing.js";
import { sum } from "dictdb";

/** Records inserted by one call, hence by one commit. */
const chunk = 10_000;

export const load: Chapter = {
  title: "Load",
  async run({ flights, airports, report, checks }) {
    const flightFile = await timedAsync(readFlights);
    const airportFile = await timedAsync(readAirports);
    const flightInsert = timed(() => inChunks("flights", flightFile.result, (rows) => flights.insert(rows.map(toFlight))));
    const airportInsert = timed(() => inChunks("airports", airportFile.result, (rows) => airports.insert(rows.map(toAirport))));

    const row = (name: string, size: number, read: number, insert: number) => {
      const thousands = Math.round(size / insert);
      return [name, size, `${grouped(read)} ms`, `${grouped(insert)} ms`, thousands * 1_000];
    };
    report.table(
      [left(), right("records"), right("file read in"), right("inserted in"), right("a second")],
      [row("flights", flights.size, flightFile.ms, flightInsert.ms), row("airports", airports.size, airportFile.ms, airportInsert.ms)],
    );

    checks.that("every flight was loaded", flights.size === flightFile.result.length);
    checks.that("every airport was loaded", airports.size === airportFile.result.length);
    const inFile = flightFile.result.reduce((total, { delay }) => total + delay, 0);
    checks.that("the delays add up to those of the file", flights.aggregate({ total: sum("delay") }).total === inFile);
  },
};

function inChunks<R>(label: string, rows: readonly R[], insert: (rows: readonly R[]) => unknown): void {
  withProgress(label, rows.length, (advance) => {
    for (let start = 0; start < rows.length; start += chunk) {
      insert(rows.slice(start, start + chunk));
      advance(Math.min(start + chunk, rows.length));
    }
  });
}

function toFlight({ time, delay, distance }: FlightRow) {
  const minute = Math.round(time * 60);
  return { minute, hour: Math.floor(minute / 60), delay, distance };
}

function toAirport({ city, state, latitude, longitude, ...row }: AirportRow) {
  return { ...row, city: known(city), state: known(state), latitude: Number(latitude), longitude: Number(longitude) };
}

function known(text: string): string | null {
  return text === "NA" ? null : text;
}
