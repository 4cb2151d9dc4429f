import { RecordSite } from "../base/arguments.js";
import type { Key, StoredRecord } from "../base/value.js";
import { isPlainObject } from "../base/shape.js";
import type { Change } from "../log/commit.js";
import { checkCapacity } from "../replica/capacity.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import { validateUnique } from "../replica/validate-unique.js";
import type { TableView } from "../state/table-view.js";
import { refuseDuplicate } from "./insert.js";
import { changedRecord, checkKey, newRecord, readChanges, withChanges } from "./records.js";
import type { RecordOptions } from "./records.js";
import type { UpsertResult } from "./types/table-writer.js";

/** What to do with a record whose key exists: merge into the old one, replace it, leave it, or throw DuplicateKeyError. */
export type OnConflict = "update" | "replace" | "ignore" | "error";

/**
 * Plans the upsert of some records, all or none. A record sees those before it in the same call.
 * @param many whether the caller gave an array, so that an error says which record it means
 */
export function planUpsert(
  where: string,
  sources: readonly unknown[],
  many: boolean,
  onConflict: OnConflict,
  view: TableView,
  context: TableContext,
  options: RecordOptions,
): Planned<UpsertResult<Key>[]> {
  const { id, primaryKey, versionField } = context.state.definition;
  const written = new Map<Key, StoredRecord>();
  const result: UpsertResult<Key>[] = [];
  let { nextKey } = view;
  let added = 0;
  const each = many ? new RecordSite(where) : undefined;
  const site = each ?? where;
  for (const [i, source] of sources.entries()) {
    if (each !== undefined) each.index = i;
    const given = isPlainObject(source) ? source[primaryKey] : undefined;
    const key = given === undefined ? undefined : checkKey(site, given);
    const before = key === undefined ? undefined : (written.get(key) ?? view.get(key));
    if (before === undefined) {
      const record = newRecord(site, source, nextKey, context, options);
      const own = record[primaryKey] as Key;
      if (own !== key && (written.has(own) || view.get(own) !== undefined)) refuseDuplicate(site, own, context);
      if (typeof own === "number" && own >= nextKey && Number.isSafeInteger(own)) nextKey = own + 1;
      written.set(own, record);
      added++;
      result.push({ key: own, action: "inserted" });
      continue;
    }
    if (onConflict === "error") refuseDuplicate(site, key!, context);
    if (onConflict === "ignore") {
      result.push({ key: key!, action: "ignored" });
      continue;
    }
    // A version in an upserted record is what its writer read; the count goes on from the stored one.
    const changes = readChanges(site, versionField === undefined ? source : without(source, versionField), context);
    const after = onConflict === "update" ? withChanges(site, before, changes, primaryKey) : { ...changes.set, [primaryKey]: key! };
    written.set(key!, changedRecord(site, before, after, context, options));
    result.push({ key: key!, action: "updated" });
  }
  checkCapacity(where, view.state, added);
  const changes: Change[] = Array.from(written, ([key, record]) => ({ type: "put", table: id, key, record }));
  validateUnique(view, changes);
  return { changes, result };
}

function without(source: unknown, name: string): unknown {
  const { [name]: _, ...others } = source as Readonly<Record<string, unknown>>;
  return others;
}
