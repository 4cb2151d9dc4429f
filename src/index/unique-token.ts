import type { Getter } from "../base/path.js";
import { tokenOf, tupleToken } from "../base/token.js";
import type { Token } from "../base/token.js";
import type { StoredRecord } from "../base/value.js";

/** The token of a record's values, undefined where one of them is null or absent. */
export function uniqueTokenOf(getters: readonly Getter[], record: StoredRecord): Token | undefined {
  const values = getters.map((read) => read(record));
  if (values.some((value) => value === null || value === undefined)) return undefined;
  return values.length === 1 ? tokenOf(values[0]) : tupleToken(values);
}
