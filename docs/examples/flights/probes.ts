import type { Context } from "./chapter.js";
import { median } from "./timing.js";
import type { Explanation, SelectOptions, Table } from "dictdb";

/** A question put to one table: how it was answered, in which time, and the answer. */
export interface Measurement {
  readonly question: string;
  readonly usesIndex: boolean;
  readonly plan: string;
  readonly matched: number;
  readonly ms: number;
  readonly answer: string;
}

/** Puts the same questions to the tables, whatever indexes they have now. */
export function measureProbes({ flights, airports }: Context): Measurement[] {
  const { delay, distance, hour } = flights.fields;
  return [
    measure("over 2½ hours late", flights, { where: delay.gt(150), copy: false }),
    measure("5 latest of all", flights, { orderBy: "-delay", limit: 5 }),
    measure("5 latest departing 7 to 8", flights, { where: hour.eq(7), orderBy: "-delay", limit: 5 }),
    measure("337 miles", flights, { where: { distance: 337 }, copy: false }),
    measure("337 miles or 2½ hours late", flights, { where: distance.eq(337).or(delay.gt(150)), copy: false }),
    measure("airports in California", airports, { where: { state: "CA" } }),
  ];
}

function measure<T>(question: string, table: Table<T>, options: SelectOptions<T, undefined, boolean>): Measurement {
  const { result: rows, ms } = median(() => table.select(options));
  const explanation = table.explain(options);
  const lines = rows.map((row) => JSON.stringify(row));
  // Without `orderBy` the order is not promised.
  const answer = (options.orderBy === undefined ? lines.sort() : lines).join("\n");
  return { question, usesIndex: explanation.index !== null, plan: planText(explanation), matched: explanation.matched, ms, answer };
}

function planText({ access, index, order }: Explanation): string {
  const way = index ?? access;
  if (order === "none") return way;
  return order === "index" ? `${way} in order` : `${way} + sort`;
}
