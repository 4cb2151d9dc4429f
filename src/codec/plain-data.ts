import { isPlainObject } from "../base/shape.js";
import { maxNesting } from "./msgpack-format.js";

/**
 * Whether a value is data that every MessagePack library keeps as it is: null, booleans, whole text, numbers other than -0, and lists and objects of
 * these. Not so bigints, which come back as numbers, dates and bytes, which come back as other classes, and fields that are undefined.
 */
export function isPlainData(value: unknown, depth = 1): boolean {
  switch (typeof value) {
    case "string":
      return isWhole(value);
    case "number":
      return !Object.is(value, -0);
    case "boolean":
      return true;
    case "object":
      return value === null || (depth <= maxNesting && (isPlainList(value, depth) || isPlainFields(value, depth)));
    default:
      return false;
  }
}

function isPlainList(value: object, depth: number): boolean {
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (!isPlainData(value[i], depth + 1)) return false;
  return true;
}

function isPlainFields(value: object, depth: number): boolean {
  if (Array.isArray(value) || !isPlainObject(value)) return false;
  for (const name of Object.keys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, name)!;
    // A getter might answer otherwise the second time.
    if (field.get !== undefined || name === "__proto__" || !isWhole(name) || !isPlainData(field.value, depth + 1)) return false;
  }
  return true;
}

/** Half of a surrogate pair, which UTF-8 cannot hold. */
const loneSurrogate = /\p{Surrogate}/u;

function isWhole(text: string): boolean {
  return !loneSurrogate.test(text);
}
