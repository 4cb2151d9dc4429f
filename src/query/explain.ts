import { everything } from "../condition/filter.js";
import type { TableView } from "../state/table-view.js";
import { indexText } from "./access.js";
import { comesInOrder } from "./find.js";
import { planQuery } from "./plan.js";
import { recordQuery, selectRows } from "./project.js";
import type { Query } from "./query.js";
import type { Explanation } from "./types.js";

/** Explains a query by planning it as `select` would, and running it to count what it gives. */
export function explainQuery(view: TableView, query: Query): Explanation {
  view.noteIndexes();
  view.noteFilter(everything); // it tells how many candidates there are, too
  const run = recordQuery(query, view.state.definition.primaryKey);
  const plan = planQuery(run, view.state);
  const { access, ordered } = plan;
  const matched = selectRows(view, { ...query, copy: false }).length;
  if (ordered !== undefined) {
    // With nothing left to test, the limit is reached after as many records as it counts.
    const end = ordered.residual.length > 0 || query.filter.predicate !== undefined ? Infinity : (run.limit ?? Infinity) + run.offset;
    return {
      access: "index",
      index: indexText(ordered.index.definition),
      order: "index",
      candidates: Math.min(ordered.candidates, end),
      matched,
    };
  }
  return {
    access: access?.kind ?? "scan",
    index: access?.index ?? null,
    order: comesInOrder(plan, view) ? "none" : "sort",
    candidates: access?.candidates ?? view.size,
    matched,
  };
}
