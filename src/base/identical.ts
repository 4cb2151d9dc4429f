import { isDate, isUint8Array } from "node:util/types";

/**
 * Whether two storable values are the same to the last bit: unlike equality, it tells `1` from `1n` and `0` from `-0`. The order of an object's fields
 * does not matter.
 */
export function identical(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isDate(a)) return isDate(b) && a.getTime() === b.getTime();
  if (isUint8Array(a)) return isUint8Array(b) && Buffer.compare(a, b) === 0;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => identical(item, b[i]));
  return !Array.isArray(b) && !isDate(b) && !isUint8Array(b) && sameFields(a as Fields, b as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

function sameFields(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && identical(a[name], b[name]));
}
