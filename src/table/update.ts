import { RecordSite } from "../base/arguments.js";
import { copyOut } from "../base/copy.js";
import type { Change } from "../log/commit.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import { validateUnique } from "../replica/validate-unique.js";
import type { TableView } from "../state/table-view.js";
import { changedRecord, readChanges, withChanges } from "./records.js";
import type { FieldChanges, RecordOptions } from "./records.js";
import { targetRecords } from "./target.js";
import type { Target } from "./target.js";

/** The changes of an update: the same for every record, or computed from each. */
export type Changer = FieldChanges | ((record: Readonly<Record<string, unknown>>) => unknown);

/** Plans an update; answers how many records it reaches. */
export function planUpdate(
  where: string,
  changer: Changer,
  target: Target,
  view: TableView,
  context: TableContext,
  options: RecordOptions,
): Planned<number> {
  const { id } = context.state.definition;
  const site = new RecordSite(where);
  const changes: Change[] = targetRecords(where, target, view, context).map((before) => {
    const key = context.state.keyOf(before);
    site.key = key;
    // The function gets a copy: what it does to that is its own affair.
    const fields = typeof changer === "function" ? readChanges(site, changer(copyOut(before)), context) : changer;
    const after = withChanges(site, before, fields, context);
    return { type: "put", table: id, key, record: changedRecord(site, before, after, context, options) };
  });
  validateUnique(view, changes);
  return { changes, result: changes.length };
}
