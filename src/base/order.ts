import { isDate, isUint8Array } from "node:util/types";
import type { Key } from "./value.js";

/**
 * The classes of the one total order, lowest first: null and absent < booleans < numbers and bigints < dates < strings < bytes < arrays < objects.
 * Comparisons such as `lt` match only values of the operand's own class.
 */
export const valueClass = { none: 0, boolean: 1, number: 2, date: 3, string: 4, bytes: 5, array: 6, object: 7 } as const;

/** A position in {@link valueClass}. */
export type ValueClass = (typeof valueClass)[keyof typeof valueClass];

/** The class of a value in the total order. */
export function classOf(value: unknown): ValueClass {
  switch (typeof value) {
    case "number":
    case "bigint":
      return valueClass.number;
    case "string":
      return valueClass.string;
    case "boolean":
      return valueClass.boolean;
    case "object":
      if (value === null) return valueClass.none;
      if (Array.isArray(value)) return valueClass.array;
      if (isDate(value)) return valueClass.date;
      return isUint8Array(value) ? valueClass.bytes : valueClass.object;
    default:
      return valueClass.none;
  }
}

/**
 * Compares two stored values by the one total order that sorted indexes, `orderBy`, `min` and `max` share.
 *
 * Numbers and bigints compare by value, NaN comes first among them and equals itself; strings compare by code unit; arrays element by element;
 * objects by their sorted field names and the values behind them.
 * @returns a negative number, 0 or a positive number; 0 exactly when {@link valuesEqual}
 */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : a === b ? 0 : compareNaN(a, b);
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  const rank = classOf(a);
  const difference = rank - classOf(b);
  if (difference !== 0) return difference;
  switch (rank) {
    case valueClass.none:
      return 0;
    case valueClass.boolean:
      return Number(a) - Number(b);
    case valueClass.number:
      return compareNumbers(a as number | bigint, b as number | bigint);
    case valueClass.date:
      return (a as Date).getTime() - (b as Date).getTime();
    case valueClass.string:
      return 0; // both are strings and were told apart above
    case valueClass.bytes:
      return compareBytes(a as Uint8Array, b as Uint8Array);
    case valueClass.array:
      return compareArrays(a as readonly unknown[], b as readonly unknown[]);
    case valueClass.object:
      return compareObjects(a as Fields, b as Fields);
  }
}

/** Equality as conditions and unique indexes mean it: deep, NaN equals NaN, 1 equals 1n, 0 equals -0, null equals absent. */
export function valuesEqual(a: unknown, b: unknown): boolean {
  return a === b || compareValues(a, b) === 0;
}

/** Compares two primary keys: numbers before strings, as in {@link compareValues}. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === "number" ? -1 : 1;
}

type Fields = Readonly<Record<string, unknown>>;

function compareNaN(a: number, b: number): number {
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  // Only NaN is neither smaller, nor larger, nor equal; a mixed pair compares exactly in JavaScript.
  return compareNaN(typeof a === "number" ? a : 0, typeof b === "number" ? b : 0);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = compareValues(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareObjects(a: Fields, b: Fields): number {
  const namesA = Object.keys(a).sort();
  const namesB = Object.keys(b).sort();
  const shared = Math.min(namesA.length, namesB.length);
  for (let i = 0; i < shared; i++) {
    const nameA = namesA[i]!;
    const nameB = namesB[i]!;
    if (nameA !== nameB) return nameA < nameB ? -1 : 1;
    const difference = compareValues(a[nameA], b[nameB]);
    if (difference !== 0) return difference;
  }
  return namesA.length - namesB.length;
}
