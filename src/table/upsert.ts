import { RecordSite } from "../base/arguments.js";
import type { CallSite } from "../base/arguments.js";
import { copyIn } from "../base/copy.js";
import type { Key, StoredRecord } from "../base/value.js";
import { isPlainObject } from "../base/shape.js";
import type { Change } from "../log/commit.js";
import { checkCapacity } from "../replica/capacity.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import { validateUnique } from "../replica/validate-unique.js";
import type { Fields } from "../schema/schema.js";
import type { TableView } from "../state/table-view.js";
import { refuseDuplicate } from "./insert.js";
import { changedRecord, checkKey, codeSchema, newRecord, withChanges } from "./records.js";
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
  const { id, primaryKey } = context.state.definition;
  const isCode = codeSchema(context) !== undefined;
  const written = new Map<Key, StoredRecord>();
  const result: UpsertResult<Key>[] = [];
  let { nextKey } = view;
  let added = 0;
  const each = many ? new RecordSite(where) : undefined;
  const site = each ?? where;
  const find = (key: Key | undefined): StoredRecord | undefined => (key === undefined ? undefined : (written.get(key) ?? view.get(key)));
  for (const [i, given] of sources.entries()) {
    if (each !== undefined) each.index = i;
    // A schema of code is asked twice; each of the caller's getters is read once.
    const source = isCode && isPlainObject(given) ? { ...given } : given;
    let before = isCode ? undefined : find(keyIn(site, source, primaryKey));
    let fresh: StoredRecord | undefined;
    if (before === undefined) {
      try {
        fresh = newRecord(site, source, nextKey, context, options);
      } catch (error) {
        // A record that the schema refuses by itself may be whole once it is merged.
        before = isCode ? find(keyIn(undefined, source, primaryKey)) : undefined;
        if (before === undefined) throw error;
      }
    }
    if (fresh !== undefined) {
      const key = fresh[primaryKey] as Key; // what the schema has made of it
      before = find(key);
      if (before === undefined) {
        if (typeof key === "number" && key >= nextKey && Number.isSafeInteger(key)) nextKey = key + 1;
        written.set(key, fresh);
        added++;
        result.push({ key, action: "inserted" });
        continue;
      }
    }
    const key = before![primaryKey] as Key;
    if (onConflict === "error") refuseDuplicate(site, key, context);
    if (onConflict === "ignore") {
      result.push({ key, action: "ignored" });
      continue;
    }
    const fields = givenFields(site, isPlainObject(source) ? source : fresh, context);
    const after =
      onConflict === "update"
        ? withChanges(site, before!, { set: present(fields), remove: undefined }, context)
        : { ...fields, [primaryKey]: isCode ? (fields[primaryKey] ?? key) : key };
    written.set(key, changedRecord(site, before!, after, context, options));
    result.push({ key, action: "updated" });
  }
  checkCapacity(where, view.state, added);
  const changes: Change[] = Array.from(written, ([key, record]) => ({ type: "put", table: id, key, record }));
  validateUnique(view, changes);
  return { changes, result };
}

/** The key that a record brings along. @param where undefined where one that is none counts as absent */
function keyIn(where: CallSite | undefined, source: unknown, primaryKey: string): Key | undefined {
  const given = isPlainObject(source) ? source[primaryKey] : undefined;
  if (given === undefined) return undefined;
  if (where !== undefined) return checkKey(where, given);
  return typeof given === "string" || Number.isFinite(given) ? (given as Key) : undefined;
}

/**
 * The fields that a record of an upsert has for one that is stored: checked and copied, unless the schema is code. A version among them is what its
 * writer read; the count goes on from the stored one.
 */
function givenFields(where: CallSite, source: unknown, context: TableContext): Fields {
  const { versionField } = context.state.definition;
  const fields = codeSchema(context) === undefined ? copyIn(source, where) : (source as Fields);
  if (versionField === undefined) return fields;
  const { [versionField]: _, ...others } = fields;
  return others;
}

/** The fields that are not undefined, which stands for absent. */
function present(fields: Fields): Fields {
  const isWhole = Object.values(fields).every((value) => value !== undefined);
  return isWhole ? fields : Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
