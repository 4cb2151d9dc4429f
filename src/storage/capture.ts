import type { DatabaseState } from "../state/database-state.js";
import type { TableState } from "../state/table-state.js";
import type { TableCatalog, TableSource } from "./document.js";
import { inKeyOrder } from "./key-order.js";

/**
 * All tables as they are now, to be written while others go on changing them.
 *
 * It copies the references to the records, not the records: those never change. So it needs no snapshot, costs a few milliseconds for a million
 * records, and holds one array as long as it is used.
 */
export function captureTables(state: DatabaseState): TableSource[] {
  return Array.from(state.tables, captureTable).sort((a, b) => (a.catalog.name < b.catalog.name ? -1 : 1));
}

/** One table as it is now. */
export function captureTable(table: TableState): TableSource {
  const records = table.records.slice();
  const { inKeyOrder: inOrder, primaryKey } = table;
  return {
    catalog: catalogOf(table),
    isNew: true,
    size: table.size,
    records: () => inKeyOrder(records, primaryKey, inOrder),
    deletes: () => [],
  };
}

/** What is to be told of a table besides its records. */
export function catalogOf(table: TableState): TableCatalog {
  const { name, primaryKey, descriptors, versionField, needsSchema } = table.definition;
  return {
    name,
    primaryKey,
    descriptors,
    versionField,
    needsSchema,
    nextKey: table.nextKey,
    columns: [...table.columns],
    indexes: table.indexes.map(({ definition }) => definition),
  };
}
