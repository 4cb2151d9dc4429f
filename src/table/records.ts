import { isPositiveCount, refuse } from "../base/arguments.js";
import type { CallSite } from "../base/arguments.js";
import { checkName, checkNoSymbols, copyIn, copyValueIn, deepFreeze } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError, SchemaValidationError } from "../base/errors.js";
import { valuesEqual } from "../base/order.js";
import { isPlainObject, isPromise } from "../base/shape.js";
import type { Key, StoredRecord, Value } from "../base/value.js";
import { isUnset } from "../base/unset.js";
import type { TableContext } from "../replica/table-context.js";
import type { Fields, Schema } from "../schema/schema.js";

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
 * The table's schema where it is code. It gets what callers give as they give it, storable or not: what it makes of that is what is checked and stored.
 */
export function codeSchema({ schema }: TableContext): Schema | undefined {
  return schema?.descriptors === undefined ? schema : undefined;
}

/**
 * The record to store for a caller's new one: checked, copied, with its key, its first version, and what the schema makes of it.
 * @param nextKey the key it gets when it has none
 */
export function newRecord(where: CallSite, source: unknown, nextKey: number, context: TableContext, options: RecordOptions): StoredRecord {
  const { primaryKey, versionField } = context.state.definition;
  const schema = codeSchema(context);
  if (schema !== undefined && options.skipValidation !== true) return convertedRecord(where, source, nextKey, schema, context, options);
  let record = copyIn(source, where);
  const given = record[primaryKey];
  if (given === undefined) {
    record = { [primaryKey]: automaticKey(where, nextKey, context), ...record };
    options.onAutomaticKey?.(nextKey);
  } else if (!Object.is(checkKey(where, given), given)) record = { ...record, [primaryKey]: 0 };
  if (versionField !== undefined) record = { ...record, [versionField]: firstVersion(where, record, versionField) };
  const stored = options.skipValidation === true ? record : validated(where, record, context);
  return options.freeze ? deepFreeze(stored) : stored;
}

/** The record that a schema of code makes of a caller's new one. */
function convertedRecord(
  where: CallSite,
  source: unknown,
  nextKey: number,
  schema: Schema,
  context: TableContext,
  options: RecordOptions,
): StoredRecord {
  const { primaryKey, versionField } = context.state.definition;
  const convert = (input: unknown): Fields => schema.validate(input, context.name, where);
  // A spread reads each of the caller's getters only once. What is no plain object is for the schema to judge.
  let given: unknown = isPlainObject(source) ? { ...source } : source;
  let version: number | undefined;
  if (versionField !== undefined) {
    version = firstVersion(where, isPlainObject(given) ? given : {}, versionField);
    if (isPlainObject(given)) given = { ...given, [versionField]: version };
  }
  let output: Fields;
  if (isPlainObject(given) && given[primaryKey] === undefined) {
    const key = automaticKey(where, nextKey, context);
    options.onAutomaticKey?.(key);
    output = withAutomaticKey(where, given, primaryKey, key, convert);
  } else {
    output = convert(given);
    if (output[primaryKey] === undefined) {
      const key = automaticKey(where, nextKey, context);
      options.onAutomaticKey?.(key);
      output = { ...output, [primaryKey]: key };
    }
  }
  return storable(where, output, version, context, options);
}

/** What a schema makes of a record with the key that the table assigns to it, or without where the schema makes the key itself. */
function withAutomaticKey(where: CallSite, given: Fields, primaryKey: string, key: Key, convert: (input: Fields) => Fields): Fields {
  const { [primaryKey]: _, ...others } = given;
  let output: Fields;
  try {
    output = convert({ [primaryKey]: key, ...others });
  } catch (error) {
    const isAboutKey = error instanceof SchemaValidationError && error.issues.some(({ path }) => path[0] === primaryKey);
    const own = isAboutKey ? convertedOrRefused(given, convert) : undefined;
    if (own?.[primaryKey] === undefined) throw error;
    return own;
  }
  if (output[primaryKey] === key) return output;
  const own = convertedOrRefused(given, convert);
  return own !== undefined && own[primaryKey] === output[primaryKey] ? own : refuseKeyChange(where, key, output[primaryKey]);
}

/** What a schema makes of a record, or undefined where it refuses it. */
function convertedOrRefused(given: Fields, convert: (input: Fields) => Fields): Fields | undefined {
  try {
    return convert(given);
  } catch (error) {
    if (error instanceof SchemaValidationError) return undefined;
    throw error;
  }
}

/** What a schema of code made, which is as foreign as what a caller gave: checked, copied, with its version. */
function storable(
  where: CallSite,
  output: unknown,
  version: Value | undefined,
  context: TableContext,
  options: RecordOptions,
): StoredRecord {
  const { primaryKey, versionField } = context.state.definition;
  let record = copyIn(output, where);
  const key = checkKey(where, record[primaryKey]);
  if (!Object.is(key, record[primaryKey])) record = { ...record, [primaryKey]: key };
  // Versions are the table's own: a schema that strips what it does not know must not lose them.
  if (versionField !== undefined) record = { ...record, [versionField]: version };
  return options.freeze ? deepFreeze(record) : record;
}

/** A new record starts with version 1, or goes on from the one that it brings along. */
function firstVersion(where: CallSite, record: Fields, versionField: string): number {
  const given = record[versionField];
  if (given === undefined) return 1;
  const expected = isPositiveCount(given);
  return expected === undefined ? (given as number) : refuse(where, versionField, expected, given, "left out, it starts at 1");
}

/**
 * The record to store in place of another one, with its key and its next version.
 * @param after what {@link withChanges} answered, or else something as storable
 */
export function changedRecord(
  where: CallSite,
  before: StoredRecord,
  after: Fields,
  context: TableContext,
  options: RecordOptions,
): StoredRecord {
  const { primaryKey, versionField } = context.state.definition;
  const version = versionField === undefined ? undefined : nextVersion(before[versionField]);
  const versioned = versionField === undefined ? after : { ...after, [versionField]: version };
  const schema = codeSchema(context);
  if (schema === undefined) {
    const stored = validated(where, versioned as StoredRecord, context);
    return options.freeze ? deepFreeze(stored) : stored;
  }
  const stored = storable(where, schema.validate(versioned, context.name, where), version, context, options);
  if (stored[primaryKey] !== before[primaryKey]) refuseKeyChange(where, before[primaryKey] as Key, stored[primaryKey]);
  return stored;
}

/**
 * The changes of an update: fields to set, checked and copied unless the schema is code, and fields to remove.
 */
export interface FieldChanges {
  readonly set: Fields;
  readonly remove: readonly string[] | undefined;
}

/** Reads the changes of an update. */
export function readChanges(where: CallSite, changes: unknown, context: TableContext): FieldChanges {
  if (!isPlainObject(changes)) {
    const hint = isPromise(changes) ? "a function that computes changes must be synchronous" : "";
    return refuse(where, "changes", "an object of fields to change, or a function that returns one", changes, hint);
  }
  const { versionField } = context.state.definition;
  const isCode = codeSchema(context) !== undefined;
  const set: Record<string, unknown> = {};
  let remove: string[] | undefined;
  // A spread reads each of the caller's getters only once.
  const given = { ...changes };
  checkNoSymbols(where, "changes", given);
  for (const name in given) {
    const value = given[name];
    checkName(where, "a field", name);
    if (name === versionField) refuse(where, name, "left alone, as every update counts it up", value);
    if (value === undefined) refuse(where, name, "a value", value, "leave the field out to keep it, or remove it with unset()");
    if (isUnset(value)) (remove ??= []).push(name);
    else set[name] = isCode ? value : copyValueIn(value, where, name, 2);
  }
  return { set, remove };
}

/**
 * A record with some changes made to it; the record itself stays as it is. A key among the changes must be the record's own; where the schema is code
 * it is judged by what that makes of it, later.
 */
export function withChanges(where: CallSite, record: StoredRecord, { set, remove }: FieldChanges, context: TableContext): Fields {
  const { primaryKey } = context.state.definition;
  // A spread keeps the compact layout of the record; a second one over it would not.
  const changed: Record<string, unknown> = { ...record };
  for (const name in set) changed[name] = set[name];
  const key = record[primaryKey] as Key;
  // By identity, since -0 equals the key 0.
  if (!Object.is(changed[primaryKey], key) && codeSchema(context) === undefined) {
    if (!valuesEqual(changed[primaryKey], key)) refuseKeyChange(where, key, changed[primaryKey]);
    changed[primaryKey] = key;
  }
  if (remove === undefined) return changed;
  if (remove.includes(primaryKey)) refuseKeyChange(where, key, undefined);
  return Object.fromEntries(Object.entries(changed).filter(([name]) => !remove.includes(name)));
}

/** What descriptors let pass; a table without a schema lets pass everything. */
function validated(where: CallSite, record: StoredRecord, context: TableContext): StoredRecord {
  if (context.schema === undefined) context.assertSchema(where);
  else context.schema.validate(record, context.name, where);
  return record;
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
