import { maxDepth } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { compareKeys } from "../base/order.js";
import { isList } from "../base/shape.js";
import type { Key, StoredRecord, Value } from "../base/value.js";
import { maxRecords } from "../state/table-state.js";

/**
 * Checks what must be true of every record of a table: a key that may be one and that no other record has, no more than so many records, and values
 * that are not nested too deep.
 *
 * @throws TypeError naming the table and the record
 */
export function checkRecords(table: string, primaryKey: string, records: StoredRecord[]): StoredRecord[] {
  if (records.length > maxRecords) throw new TypeError(`table ${JSON.stringify(table)} has more than ${maxRecords} records`);
  // While keys come in order, as they do in our files, none can come twice.
  let seen: Set<Key> | undefined;
  let last: Key | undefined;
  for (let i = 0; i < records.length; i++) {
    const record = withKey(table, i, primaryKey, records[i]!);
    records[i] = record;
    checkDepth(table, i, record);
    const key = record[primaryKey] as Key;
    if (seen === undefined && last !== undefined && compareKeys(last, key) >= 0) {
      seen = new Set(records.slice(0, i).map((earlier) => earlier[primaryKey] as Key));
    }
    if (seen?.has(key) === true) throw new TypeError(`table ${JSON.stringify(table)} has two records with key ${describe(key)}`);
    seen?.add(key);
    last = key;
  }
  return records;
}

function withKey(table: string, index: number, primaryKey: string, record: StoredRecord): StoredRecord {
  const key = Object.hasOwn(record, primaryKey) ? record[primaryKey] : undefined;
  if (typeof key === "string") return record;
  if (typeof key !== "number" || !Number.isFinite(key)) {
    throw new TypeError(
      `record ${index} of table ${JSON.stringify(table)} must have a string or a finite number as its key ${JSON.stringify(primaryKey)}, it has ${describe(key)}`,
    );
  }
  return Object.is(key, -0) ? { ...record, [primaryKey]: 0 } : record;
}

function checkDepth(table: string, index: number, record: StoredRecord): void {
  for (const name in record) {
    const value = record[name];
    if (typeof value === "object" && value !== null && isTooDeep(value, 2)) {
      throw new TypeError(`record ${index} of table ${JSON.stringify(table)} is nested deeper than ${maxDepth} levels`);
    }
  }
}

function isTooDeep(value: Value | undefined, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth > maxDepth || (ArrayBuffer.isView(value) ? false : Object.values(value).some((member) => isTooDeep(member, depth + 1)));
}

/** Checks the keys that a delta deletes. */
export function checkDeletes(table: string, keys: unknown): readonly Key[] {
  if (!isList(keys)) throw new TypeError(`the deletes of table ${JSON.stringify(table)} must be a list`);
  return keys.map((key) => {
    if (typeof key === "string") return key;
    if (typeof key !== "number" || !Number.isFinite(key))
      throw new TypeError(`a delete of table ${JSON.stringify(table)} must be a key, it is ${describe(key)}`);
    return key === 0 ? 0 : key;
  });
}
