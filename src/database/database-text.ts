import { countText } from "../base/describe.js";
import type { Replica } from "../replica/replica.js";

/** How many tables of a database are named where it is printed. */
const printedTables = 12;

/** A database as `console.log` shows it. */
export function databaseText({ isClosed, state }: Replica): string {
  if (isClosed) return "DictDB { closed }";
  const tables = Array.from(state.tables, ({ definition, size }) => `${definition.name}: ${countText(size, "record")}`);
  const more = tables.length > printedTables ? [countText(tables.length - printedTables, "more table")] : [];
  return `DictDB { ${[`seq ${state.seq}`, ...tables.slice(0, printedTables), ...more].join(", ")} }`;
}
