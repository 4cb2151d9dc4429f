import { checkOptions, isBoolean, refuse } from "../base/arguments.js";
import { RecordNotFoundError } from "../base/errors.js";
import { isInstance, isPlainObject } from "../base/shape.js";
import type { Key, StoredRecord } from "../base/value.js";
import { Condition } from "../condition/condition.js";
import { everything } from "../condition/filter.js";
import type { Filter } from "../condition/filter.js";
import { matchingRecords } from "../query/find.js";
import { readTableFilter } from "../query/read-query.js";
import type { TableContext } from "../replica/table-context.js";
import type { TableView } from "../state/table-view.js";
import { checkKey } from "./records.js";

/** Which records a change is meant for: one by its key, or those that match. Nothing reaches all records by omission. */
export type Target = { readonly key: Key } | { readonly filter: Filter; readonly mustMatch: boolean };

const anything = (): undefined => undefined; // read more closely below

/** Reads the target of `update` or `delete`. */
export function readTarget(where: string, value: unknown, { state }: TableContext): Target {
  if (!isPlainObject(value)) {
    if (typeof value === "object" || typeof value === "function" || value === undefined) {
      return refuse(where, "target", "a key, or { where }", value, hintFor(where, value));
    }
    return { key: checkKey(where, value) };
  }
  checkOptions(where, value, { where: anything, mustMatch: isBoolean });
  if (value.where === undefined) return refuse(where, "where", "given", undefined, "a change reaches no record by omission");
  const filter = readTableFilter(where, value.where, state.definition);
  if (filter === everything) return refuse(where, "where", "a condition", value.where, "an empty one would match every record");
  return { filter, mustMatch: value.mustMatch === true };
}

function hintFor(where: string, value: unknown): string {
  if (isInstance(value, Condition) || typeof value === "function") return "write it as { where: ... }";
  return where === "delete()" ? "clear() is what removes everything" : "";
}

/** The records that a target means. */
export function targetRecords(where: string, target: Target, view: TableView, { name }: TableContext): StoredRecord[] {
  if ("key" in target) {
    const record = view.get(target.key);
    return record === undefined ? [] : [record];
  }
  const found = matchingRecords(view, target);
  if (found.length === 0 && target.mustMatch)
    throw new RecordNotFoundError(`${where}: no record of table ${JSON.stringify(name)} matches`, { table: name });
  return found;
}
