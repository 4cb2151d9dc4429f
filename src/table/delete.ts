import type { Change } from "../log/commit.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import type { TableView } from "../state/table-view.js";
import { targetRecords } from "./target.js";
import type { Target } from "./target.js";

/** Plans a delete; answers how many records it reaches. */
export function planDelete(where: string, target: Target, view: TableView, context: TableContext): Planned<number> {
  const { state } = context;
  const changes: Change[] = targetRecords(where, target, view, context).map((record) => ({
    type: "delete",
    table: state.definition.id,
    key: state.keyOf(record),
  }));
  return { changes, result: changes.length };
}

/** Plans the removal of every record. */
export function planClear(view: TableView, { state }: TableContext): Planned<number> {
  const changes: Change[] = Array.from(view.records(), (record) => ({
    type: "delete",
    table: state.definition.id,
    key: state.keyOf(record),
  }));
  return { changes, result: changes.length };
}
