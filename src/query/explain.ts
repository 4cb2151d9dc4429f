import type { TableView } from "../state/table-view.js";
import { indexText } from "./access.js";
import { findRecords } from "./find.js";
import { planQuery } from "./plan.js";
import type { Query } from "./query.js";
import type { Explanation } from "./types.js";

/** Explains a query by planning it as `select` would, and running it to count what it gives. */
export function explainQuery(view: TableView, query: Query): Explanation {
  const { access, order, ordered } = planQuery(query, view.state);
  const matched = findRecords(view, query).length;
  if (ordered !== undefined) {
    // With nothing left to test, the limit is reached after as many records as it counts.
    const end = ordered.residual.length > 0 || query.filter.predicate !== undefined ? Infinity : (query.limit ?? Infinity) + query.offset;
    return {
      access: "index",
      index: indexText(ordered.index.definition),
      order: "index",
      candidates: Math.min(ordered.candidates, end),
      matched,
    };
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
