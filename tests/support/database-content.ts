import { replicaOf } from "../../src/database/replicas.js";
import type { DictDB } from "../../src/index.js";
import { catalogOf } from "../../src/storage/capture.js";
import { exactText } from "./plain-order.js";

/** Everything that a file must hold of a database, as one text: equal for equal content, and for nothing else. */
export function contentOf(db: DictDB): string {
  const { state } = replicaOf("contentOf()", db);
  const tables = Array.from(state.tables, (table) => {
    const catalog = catalogOf(table);
    const records = Array.from(table.liveSlots(), (slot) => exactText(table.records[slot])).sort();
    return [catalog.name, exactText({ ...catalog, descriptors: Object.entries(catalog.descriptors ?? {}) }), ...records].join("\n");
  });
  return tables.sort().join("\n\n");
}

/** Checks every invariant of every table. */
export function checkAll(db: DictDB): void {
  for (const name of db.listTables()) db.getTable(name).check();
}
