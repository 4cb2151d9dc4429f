import { RecordSite } from "../base/arguments.js";
import type { CallSite } from "../base/arguments.js";
import { DuplicateKeyError } from "../base/errors.js";
import { compareKeys } from "../base/order.js";
import type { Key } from "../base/value.js";
import type { PutChange } from "../log/commit.js";
import { checkCapacity } from "../replica/capacity.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import { validateUnique } from "../replica/validate-unique.js";
import type { TableView } from "../state/table-view.js";
import { newRecord } from "./records.js";
import type { RecordOptions } from "./records.js";

/** Plans the insert of one record; answers its key. */
export function planInsertOne(
  where: string,
  source: unknown,
  view: TableView,
  context: TableContext,
  options: RecordOptions,
): Planned<Key> {
  const { id, primaryKey } = context.state.definition;
  const record = newRecord(where, source, view.nextKey, context, options);
  const key = record[primaryKey] as Key;
  if (view.get(key) !== undefined) refuseDuplicate(where, key, context);
  checkCapacity(where, view.state, 1);
  const changes: readonly PutChange[] = [{ type: "put", table: id, key, record }];
  validateUnique(view, changes);
  return { changes, result: key };
}

/** Plans the insert of some records, all or none; answers their keys. */
export function planInsert(
  where: string,
  sources: readonly unknown[],
  view: TableView,
  context: TableContext,
  options: RecordOptions,
): Planned<Key[]> {
  const { id, primaryKey } = context.state.definition;
  const changes: PutChange[] = [];
  // While keys come in ascending order, as they mostly do, none can come twice, and nothing needs to be kept.
  let last: Key | undefined;
  let seen: Set<Key> | undefined;
  const site = new RecordSite(where);
  let { nextKey } = view;
  for (let i = 0; i < sources.length; i++) {
    site.index = i;
    const record = newRecord(site, sources[i], nextKey, context, options);
    const key = record[primaryKey] as Key;
    if (view.get(key) !== undefined) refuseDuplicate(site, key, context);
    if (seen === undefined && last !== undefined && compareKeys(last, key) >= 0) seen = new Set(changes.map((change) => change.key));
    if (seen?.has(key) === true) refuseRepetition(site, key, context);
    seen?.add(key);
    last = key;
    if (typeof key === "number" && key >= nextKey && Number.isSafeInteger(key)) nextKey = key + 1;
    changes.push({ type: "put", table: id, key, record });
  }
  checkCapacity(where, view.state, changes.length);
  validateUnique(view, changes);
  return { changes, result: changes.map(({ key }) => key) };
}

export function refuseDuplicate(where: CallSite, key: Key, { name }: TableContext): never {
  throw new DuplicateKeyError(`${where}: table ${JSON.stringify(name)} has a record with key ${JSON.stringify(key)} already`, {
    table: name,
    key,
  });
}

function refuseRepetition(where: CallSite, key: Key, { name }: TableContext): never {
  throw new DuplicateKeyError(
    `${where}: an earlier record of the same call for table ${JSON.stringify(name)} has key ${JSON.stringify(key)}`,
    {
      table: name,
      key,
    },
  );
}
