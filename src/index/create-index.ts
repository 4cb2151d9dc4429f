import { HashIndex } from "./hash-index.js";
import { MultiIndex } from "./multi-index.js";
import { SortedIndex } from "./sorted-index.js";
import type { IndexDefinition, Rows, TableIndex } from "./table-index.js";

/** An empty index of the kind that the definition asks for. */
export function createIndex(definition: IndexDefinition, rows: Rows): TableIndex {
  if (definition.multi) return new MultiIndex(definition, rows);
  return definition.type === "hash" ? new HashIndex(definition, rows) : new SortedIndex(definition, rows);
}
