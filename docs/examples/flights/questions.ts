import type { Chapter, Context } from "./chapter.js";
import { milesBetween } from "./great-circle.js";
import { grouped, left, right } from "./report.js";
import { avg, count } from "dictdb";

export const questions: Chapter = {
  title: "Questions",
  run(context) {
    howManyAreLate(context);
    whichHourIsLate(context);
    whichAreLatest(context);
    whichDistances(context);
    whichStates(context);
    whichAreNear(context);
  },
};

function howManyAreLate({ flights, report }: Context): void {
  const { delay } = flights.fields;
  const share = (n: number): string => `${grouped((100 * n) / flights.size, 1)} %`;
  const late = flights.count(delay.gt(60));
  const early = flights.count(delay.lte(0));
  report.answer("How many flights are late?", `${share(late)} by more than an hour, while ${share(early)} arrive on time or early.`);
}

function whichHourIsLate({ flights, report }: Context): void {
  const hours = flights.aggregate(
    { flights: count(), delay: avg("delay") },
    { groupBy: "hour", having: (row) => row.flights >= 1_000 }, // few fly at night
  );
  const late = flights.aggregate({ flights: count() }, { where: flights.fields.delay.gt(60), groupBy: "hour" });
  const lateByHour = new Map(late.map((row) => [row.hour, row.flights]));
  report.table(
    [left("How late by hour?"), ...hours.map(({ hour }) => right(String(hour)))],
    [
      ["Mean delay, min", ...hours.map((row) => row.delay)],
      ["Over 1 h late, %", ...hours.map((row) => (100 * (lateByHour.get(row.hour) ?? 0)) / row.flights)],
    ],
  );
}

function whichAreLatest({ flights, report }: Context): void {
  const rows = flights.select({ orderBy: "-delay", limit: 3 });
  report.table(
    [question("Which were the latest?"), right("late, h:min"), right("departed"), right("miles")],
    rows.map(({ id, delay, minute, distance }) => [`Flight ${grouped(id)}`, clock(delay), clock(minute), distance]),
  );
}

function whichDistances({ flights, report }: Context): void {
  const rows = flights.aggregate({ flights: count(), delay: avg("delay") }, { groupBy: "distance", orderBy: "-flights", limit: 3 });
  report.table(
    [question("Which distances are flown most?"), right("flights"), right("mean delay, min")],
    rows.map(({ distance, flights, delay }) => [`${grouped(distance)} miles`, flights, grouped(delay, 1)]),
  );
}

function whichStates({ airports, report }: Context): void {
  const rows = airports.aggregate({ airports: count() }, { groupBy: "state", orderBy: "-airports", limit: 7 });
  report.answer("Which states have the most airports?", rows.map(({ state, airports }) => `${state} ${airports}`).join(", "));
}

function whichAreNear({ airports, report }: Context): void {
  const denali = { latitude: 63.069, longitude: -151.007 };
  const near = airports
    .select({ where: { state: "AK" } })
    .map((airport) => ({ ...airport, miles: milesBetween(airport, denali) }))
    .sort((a, b) => a.miles - b.miles);
  report.table(
    [question("Which airports are near Denali?"), right("miles"), left("code")],
    near.slice(0, 3).map(({ name, iata, miles }) => [name, miles, iata]),
  );
}

/** The first column of an answer: as wide as in the others, so that they align. */
function question(text: string) {
  return left(text.padEnd(31));
}

/** Minutes as hours and minutes. */
function clock(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
