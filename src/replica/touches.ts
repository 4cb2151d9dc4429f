import type { Commit, TableId } from "../log/commit.js";

/** Stands for all tables, whatever they are. */
export const everyTable = Symbol("every table");

/** Stands among tables for which there are: no table has this id. */
export const theCatalog: TableId = 0;

/** Whether a commit changes one of these tables, or what tables there are. Row locks are no change. */
export function touches({ changes }: Commit, tables: ReadonlySet<TableId> | typeof everyTable): boolean {
  if (tables !== everyTable && tables.size === 0) return false;
  return changes.some((change) => {
    if (change.type === "createTable") return true;
    const isChange = change.type !== "requestRows" && change.type !== "cancelRows" && "table" in change;
    return isChange && (tables === everyTable || tables.has(change.table));
  });
}
