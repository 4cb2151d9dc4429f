import { isPositiveCount, refuse } from "../base/arguments.js";
import type { CallSite } from "../base/arguments.js";
import { checkName, checkNoSymbols, copyIn, copyValueIn, deepFreeze } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError, SchemaValidationError } from "../base/errors.js";
import { valuesEqual } from "../base/order.js";
import { isPlainObject, isPromise } from "../base/shape.js";
import type { Key, StoredRecord, Value } from "../base/value.js";
import type { TableContext } from "../replica/table-context.js";

/** How records of one table are made fit to be stored. */
export interface RecordOptions {
  /** Freeze what is stored, to find code that changes it. */
  readonly freeze: boolean;
  readonly skipValidation?: boolean | undefined;
  /** Told of each key that is assigned. */
  readonly onAutomaticKey?: ((key: number) => void) | undefined;
}

/** Checks a value given as a key; -0 becomes 0, which is the same key. */
export function checkKey(where: CallSite, key: unknown): Key {
  if (typeof key === "string") return key;
  if (typeof key === "number" && Number.isFinite(key)) return key === 0 ? 0 : key;
  return refuse(where, "key", "a string or a finite number", key, typeof key === "bigint" ? "convert it with Number() or String()" : "");
}

/**
 * The record to store for a caller's new one: checked, copied, with its key, its first version, and what the schema makes of it.
 * @param nextKey the key it gets when it has none
 */
export function newRecord(where: CallSite, source: unknown, nextKey: number, context: TableContext, options: RecordOptions): StoredRecord {
  const { primaryKey, versionField } = context.state.definition;
  let record = copyIn(source, where);
  const given = record[primaryKey];
  if (given === undefined) {
    record = { [primaryKey]: automaticKey(where, nextKey, context), ...record };
    options.onAutomaticKey?.(nextKey);
  } else if (!Object.is(checkKey(where, given), given)) record = { ...record, [primaryKey]: 0 };
  if (versionField !== undefined) record = withVersion(where, record, versionField);
  const stored = options.skipValidation === true ? record : validated(where, record, context);
  if (given === undefined && stored[primaryKey] !== record[primaryKey])
    refuseKeyChange(where, record[primaryKey] as Key, stored[primaryKey]);
  checkKey(where, stored[primaryKey]);
  return options.freeze ? deepFreeze(stored) : stored;
}

/** A new record starts with version 1, or goes on from the one that it brings along. */
function withVersion(where: CallSite, record: StoredRecord, versionField: string): StoredRecord {
  const given = record[versionField];
  if (given === undefined) return { ...record, [versionField]: 1 };
  const expected = isPositiveCount(given);
  return expected === undefined ? record : refuse(where, versionField, expected, given, "left out, it starts at 1");
}

/** The record to store in place of another one, with its key and its next version. */
export function changedRecord(
  where: CallSite,
  before: StoredRecord,
  after: StoredRecord,
  context: TableContext,
  options: RecordOptions,
): StoredRecord {
  const { primaryKey, versionField } = context.state.definition;
  const versioned = versionField === undefined ? after : { ...after, [versionField]: nextVersion(before[versionField]) };
  const stored = validated(where, versioned, context);
  if (stored[primaryKey] !== before[primaryKey]) refuseKeyChange(where, before[primaryKey] as Key, stored[primaryKey]);
  return options.freeze ? deepFreeze(stored) : stored;
}

/** The changes of an update, checked and copied: fields to set, and fields to remove, which were given as undefined. */
export interface FieldChanges {
  readonly set: Readonly<Record<string, Value>>;
  readonly remove: readonly string[] | undefined;
}

export function readChanges(where: CallSite, changes: unknown, context: TableContext): FieldChanges {
  if (!isPlainObject(changes)) {
    const hint = isPromise(changes) ? "a function that computes changes must be synchronous" : "";
    return refuse(where, "changes", "an object of fields to change, or a function that returns one", changes, hint);
  }
  const { versionField } = context.state.definition;
  const set: Record<string, Value> = {};
  let remove: string[] | undefined;
  // A spread reads each of the caller's getters only once.
  const given = { ...changes };
  checkNoSymbols(where, "changes", given);
  for (const name in given) {
    const value = given[name];
    checkName(where, "a field", name);
    if (name === versionField) refuse(where, name, "left alone, as every update counts it up", value);
    if (value === undefined) (remove ??= []).push(name);
    else set[name] = copyValueIn(value, where, name, 2);
  }
  return { set, remove };
}

/** A record with some changes made to it; the record itself stays as it is. */
export function withChanges(where: CallSite, record: StoredRecord, { set, remove }: FieldChanges, primaryKey: string): StoredRecord {
  // A spread keeps the compact layout of the record; a second one over it would not.
  const changed: Record<string, Value | undefined> = { ...record };
  for (const name in set) changed[name] = set[name];
  const key = record[primaryKey] as Key;
  // By identity, since -0 equals the key 0.
  if (!Object.is(changed[primaryKey], key)) {
    if (!valuesEqual(changed[primaryKey], key)) refuseKeyChange(where, key, changed[primaryKey]);
    changed[primaryKey] = key;
  }
  if (remove === undefined) return changed;
  if (remove.includes(primaryKey)) refuseKeyChange(where, key, undefined);
  return Object.fromEntries(Object.entries(changed).filter(([name]) => !remove.includes(name)));
}

function validated(where: CallSite, record: StoredRecord, context: TableContext): StoredRecord {
  const { schema, name, state } = context;
  if (schema === undefined) {
    context.assertSchema(where);
    return record;
  }
  const output = schema.validate(record, name, where);
  if (output === record) return record;
  // What a schema made is as foreign as what a caller gave.
  const copy = copyIn(output, where);
  const { versionField } = state.definition;
  // Versions are the table's own: a schema that strips what it does not know must not lose them.
  return versionField === undefined ? copy : { ...copy, [versionField]: record[versionField] };
}

function automaticKey(where: CallSite, nextKey: number, { schema, state, name }: TableContext): number {
  const { primaryKey } = state.definition;
  const type = schema?.descriptors?.[primaryKey];
  if (type !== undefined && type !== "integer" && type !== "number" && type !== "any") {
    throw new SchemaValidationError(
      `${where}: a record of table ${JSON.stringify(name)} needs its key ${JSON.stringify(primaryKey)}, because only integer keys are assigned`,
      [{ message: `${primaryKey} must be ${type}, received undefined`, path: [primaryKey] }],
      { table: name },
    );
  }
  if (nextKey > Number.MAX_SAFE_INTEGER) refuse(where, primaryKey, "given, because the automatic keys are used up", undefined);
  return nextKey;
}

function nextVersion(version: Value | undefined): number {
  return typeof version === "number" && Number.isSafeInteger(version) ? version + 1 : 1;
}

function refuseKeyChange(where: CallSite, key: Key, received: unknown): never {
  throw new InvalidArgumentError(
    `${where}: the primary key of a record cannot change from ${describe(key)} to ${describe(received)} (delete and insert it)`,
    {
      argument: "primaryKey",
      expected: describe(key),
      received: describe(received),
    },
  );
}
