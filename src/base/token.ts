import stringify from "fast-json-stable-stringify";
import { classOf, valueClass } from "./order.js";

/** What stands for a value in a `Map`: two values have the same token exactly when `valuesEqual` holds for them. */
export type Token = string | number | bigint | boolean | null;

/** Starts every token that is not simply the value itself. A string that starts with it is escaped, so that no text can pose as a date. */
const mark = "\0";

/** The token of one value. Scalars are their own token, which costs nothing; dates, bytes, arrays and objects become marked text. */
export function tokenOf(value: unknown): Token {
  switch (typeof value) {
    case "string":
      return value.charCodeAt(0) === 0 ? `${mark}s${value}` : value;
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return exactNumber(value) ?? value;
    case "object":
      return value === null ? null : `${mark}${stringify(canonical(value))}`;
    default:
      return null;
  }
}

/** The token of several values together, for compound keys and groups. */
export function tupleToken(values: readonly unknown[]): string {
  return stringify(values.map(canonical));
}

/** A value as JSON in which the class of each scalar stands as a letter, so that `1`, `"1"` and a date never look alike. */
function canonical(value: unknown): unknown {
  switch (classOf(value)) {
    case valueClass.none:
      return null;
    case valueClass.boolean:
      return value;
    case valueClass.number:
      return numberText(value as number | bigint);
    case valueClass.date:
      return `d${(value as Date).getTime()}`;
    case valueClass.string:
      return `s${value as string}`;
    case valueClass.bytes:
      return `b${Buffer.from(value as Uint8Array).toString("base64")}`;
    case valueClass.array:
      return (value as readonly unknown[]).map(canonical);
    case valueClass.object:
      return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, canonical(member)]));
  }
}

function numberText(value: number | bigint): string {
  const number = typeof value === "bigint" ? exactNumber(value) : value;
  return number === undefined ? `i${value}` : `n${number}`; // -0 prints as 0, as it must
}

/** The number that equals a bigint, or undefined when there is none. */
function exactNumber(value: bigint): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) && BigInt(number) === value ? number : undefined;
}
