import { isDeepStrictEqual } from "node:util";

/**
 * Whether two values are the same to the last bit: 0 is not -0, 1 is not 1n, a Buffer is no Uint8Array, and the fields of objects stand in the same
 * order.
 */
export function isExactly(actual: unknown, expected: unknown): boolean {
  return isDeepStrictEqual(actual, expected) && isDeepStrictEqual(fieldsOf(actual), fieldsOf(expected));
}

/** The fields of all objects in a value, in order. */
function fieldsOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return undefined;
  if (Array.isArray(value)) return value.map(fieldsOf);
  return Object.entries(value).map(([name, member]) => [name, fieldsOf(member)]);
}
