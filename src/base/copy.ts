import { isDate, isUint8Array } from "node:util/types";
import { refuse } from "./arguments.js";
import type { CallSite } from "./arguments.js";
import { InvalidArgumentError } from "./errors.js";
import { isList, isPlainObject } from "./shape.js";
import { isUnset } from "./unset.js";
import type { StoredRecord, Value } from "./value.js";

/** How deep a record may be nested, the record itself included. Stops cycles, and files that would exhaust the stack. */
export const maxDepth = 64;

/** Names that would reach an object's prototype instead of a field somewhere between here, a file and another program. */
export function isForbiddenName(name: string): boolean {
  return name === "__proto__" || name === "constructor" || name === "prototype";
}

/**
 * Refuses the names that nothing of a user's may have.
 * @param what would have the name, such as "a field"
 */
export function checkName(where: CallSite, what: string, name: string): void {
  if (isForbiddenName(name)) refuseName(where, what, name);
}

/** Refuses an object with fields named by symbols, which no file has and no copy would show. */
export function checkNoSymbols(where: CallSite, path: string, object: object): void {
  const symbols = Object.getOwnPropertySymbols(object);
  if (symbols.length > 0) refuse(where, shorten(path), "an object whose fields are named by strings", symbols[0]);
}

function refuseName(where: CallSite, what: string, name: string): never {
  refuse(where, `the name of ${what}`, "another one than __proto__, constructor and prototype", shorten(name));
}

/**
 * A checked deep copy of a caller's record: what the engine stores. Fields that are undefined are left out.
 *
 * @param where the calling method, for error messages
 * @throws InvalidArgumentError for anything that is not a plain object of storable values, naming the way to the offending one
 */
export function copyIn(source: unknown, where: CallSite): StoredRecord {
  if (!isPlainObject(source)) refuse(where, "record", "a plain object", source);
  // A spread gives the copy the compact shape of the source; walking it afterwards reads each of the caller's getters only once.
  const copy: Record<string, unknown> = { ...source };
  checkNoSymbols(where, "record", copy);
  let absent = false;
  for (const name in copy) {
    const value = copy[name];
    checkName(where, "a field", name);
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
      case "bigint":
        break;
      case "undefined":
        absent = true;
        break;
      default:
        if (value !== null) copy[name] = copyValueIn(value, where, name, 2);
    }
  }
  return (absent ? withoutUndefined(copy) : copy) as StoredRecord;
}

/** A checked deep copy of one value, for operands of conditions; see {@link copyIn}. */
export function copyValueIn(value: unknown, where: CallSite, path: string, depth = 1): Value {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "bigint":
      return value;
    case "object":
      return value === null ? null : copyObjectIn(value, where, path, depth);
    default:
      return refuse(where, shorten(path), "a string, number, boolean, null, bigint, Date, Uint8Array, array or plain object", value);
  }
}

function copyObjectIn(value: object, where: CallSite, path: string, depth: number): Value {
  if (depth > maxDepth) {
    throw new InvalidArgumentError(`${where}: ${shorten(path)} is nested deeper than ${maxDepth} levels, or contains itself`, {
      argument: shorten(path),
      expected: `at most ${maxDepth} levels`,
      received: "a deeper or cyclic value",
    });
  }
  if (isList(value)) {
    // Array.from visits holes too: they would come back as something else from a file.
    return Array.from(value, (item, i) =>
      typeof item === "number" || typeof item === "string" ? item : copyValueIn(item, where, `${path}[${i}]`, depth + 1),
    );
  }
  if (isDate(value)) {
    const copy = new Date(value);
    if (Number.isNaN(copy.getTime())) refuse(where, shorten(path), "a valid date", value, "this Date is invalid");
    return copy;
  }
  if (isUint8Array(value)) return copyBytes(value, where, path);
  if (isUnset(value)) refuse(where, shorten(path), "a value", value, "unset() is for a field of the record itself, in update()");
  if (!isPlainObject(value)) {
    refuse(
      where,
      shorten(path),
      "a plain object, array, Date or Uint8Array",
      value,
      "an instance of a class cannot be stored: convert it first",
    );
  }
  // Reads each of the caller's getters once.
  const source: Readonly<Record<string, unknown>> = { ...value };
  checkNoSymbols(where, path, source);
  const copy: Record<string, Value> = {};
  for (const name in source) {
    const member = source[name];
    checkName(where, `a field of ${shorten(path)}`, name);
    if (member !== undefined) copy[name] = copyValueIn(member, where, `${path}.${name}`, depth + 1);
  }
  return copy;
}

function copyBytes(value: Uint8Array, where: CallSite, path: string): Uint8Array {
  try {
    return new Uint8Array(value); // from its memory, not by a method, which it may have of its own
  } catch {
    return refuse(where, shorten(path), "a Uint8Array that still has its bytes", value, "its buffer was transferred away");
  }
}

/** Long paths come from hostile nesting; the head tells enough. */
function shorten(path: string): string {
  return path.length > 80 ? `${path.slice(0, 80)}…` : path;
}

function withoutUndefined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name in record) if (record[name] !== undefined) copy[name] = record[name];
  return copy;
}

/** A deep copy of a stored record, for its reader to keep and change. */
export function copyOut(record: StoredRecord): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...record };
  for (const name in copy) {
    const value = copy[name];
    if (typeof value === "object" && value !== null) copy[name] = copyValueOut(value);
  }
  return copy;
}

/** A deep copy of a stored value. */
export function copyValueOut(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyValueOut);
  if (isDate(value)) return new Date(value.getTime());
  if (isUint8Array(value)) return value.slice();
  return copyOut(value as StoredRecord);
}

/**
 * A deep copy of whatever a caller gave, for foreign code to look at and to change: arrays, plain objects, dates and bytes are copied, storable or
 * not, and all else is handed on as it is: instances of their subclasses, and what is nested deeper than a record may be.
 * @param seen what was copied already: an object that is met twice, or inside of itself, is copied once
 */
export function copyLoosely(value: unknown, seen = new Map<object, unknown>(), depth = 1): unknown {
  if (typeof value !== "object" || value === null || depth > maxDepth) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (isList(value)) {
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const item of Array.from(value)) copy.push(copyLoosely(item, seen, depth + 1));
    return copy;
  }
  if (isDate(value)) return isOfBaseClass(value, 2) ? new Date(value) : value;
  if (isUint8Array(value)) return isOfBaseClass(value, 3) && value.length > 0 ? new Uint8Array(value) : value;
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = { ...value };
  seen.set(value, copy);
  for (const [name, member] of Object.entries(copy)) {
    if (typeof member === "object" && member !== null && name !== "__proto__") copy[name] = copyLoosely(member, seen, depth + 1);
  }
  return copy;
}

/** Whether an object is no instance of a subclass, in whatever realm: whether so many prototypes are above it, the root of all included. */
function isOfBaseClass(value: object, prototypes: number): boolean {
  let at: unknown = value;
  for (let i = 0; i <= prototypes && at !== null; i++) at = Object.getPrototypeOf(at);
  return at === null;
}

/** Freezes a value with everything in it, as far as JavaScript can (the bytes of a Uint8Array cannot be frozen). */
export function deepFreeze<V>(value: V): V {
  if (typeof value !== "object" || value === null || isUint8Array(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
