import { DictDBError } from "../base/errors.js";
import { maxRecords } from "../state/table-state.js";
import type { TableState } from "../state/table-state.js";

/** @throws DictDBError CAPACITY where a table would hold more records than it can */
export function checkCapacity(where: string, { size, definition }: TableState, added: number): void {
  if (size + added <= maxRecords) return;
  throw new DictDBError("CAPACITY", `${where}: table ${JSON.stringify(definition.name)} can hold ${maxRecords} records`, {
    table: definition.name,
    limit: maxRecords,
    added,
  });
}
