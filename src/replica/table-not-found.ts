import { didYouMean } from "../base/describe.js";
import { TableNotFoundError } from "../base/errors.js";
import type { DatabaseState } from "../state/database-state.js";

/** The error for a name that no table has, with the name that was probably meant. */
export function tableNotFound(where: string, name: string, state: DatabaseState, what = "there is no table"): TableNotFoundError {
  const names = Array.from(state.tables, ({ definition }) => definition.name);
  const meant = didYouMean(name, names);
  return new TableNotFoundError(`${where}: ${what} ${JSON.stringify(name)}${meant === undefined ? "" : ` (${meant})`}`, { table: name });
}
