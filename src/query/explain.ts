import type { TableView } from "../state/table-view.js";
import { findRecords } from "./find.js";
import { planQuery } from "./plan.js";
import type { Query } from "./query.js";

/** How a query is answered, and how much work that is. */
export interface Explanation {
  /** By primary key, by one index, by several whose results are united, or by looking at every record. */
  readonly access: "key" | "index" | "union" | "scan";
  /** The fields of the index that finds the records or puts them in order, `"dept, salary"`; several are separated by `" | "`. */
  readonly index: string | null;
  /** Whether the order comes from an index, from sorting, or was not asked for (or comes for free). */
  readonly order: "index" | "sort" | "none";
  /** How many records are looked at, at most. */
  readonly candidates: number;
  /** How many records the query gives. */
  readonly matched: number;
}

/** Explains a query by planning it as `select` would, and running it to count what it gives. */
export function explainQuery(view: TableView, query: Query): Explanation {
  const { access, order, ordered } = planQuery(query, view.state);
  const matched = findRecords(view, query).length;
  if (ordered !== undefined) {
    const narrowed = ordered.candidates < view.state.size;
    return { access: narrowed ? "index" : "scan", index: ordered.name, order: "index", candidates: ordered.candidates, matched };
  }
  const free = order === undefined || (order.length === 1 && query.order.length === 0);
  return {
    access: access?.kind ?? "scan",
    index: access?.index ?? null,
    order: free ? "none" : "sort",
    candidates: access?.candidates ?? view.size,
    matched,
  };
}
