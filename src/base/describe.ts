import { types } from "node:util";
import { unsetMark } from "./unset.js";

const longest = 60;

/** A short, safe rendering of any value for an error message: never throws, never long, never runs the value's own code. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
    case "number":
    case "boolean":
    case "undefined":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return describeBigint(value);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return describeObject(value);
  }
}

function describeBigint(value: bigint): string {
  // Printing in base 16 takes linear time, in base 10 it does not.
  const digits = value.toString(16).length;
  return digits > longest ? `a bigint of about ${digits * 4} bits` : `${value}n`;
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (types.isProxy(value)) return "a Proxy";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : `an array of ${value.length}`;
  if (dataProperty(value, unsetMark) === 1n) return "unset()";
  const name = className(value);
  if (name === undefined || name === "Object") return "an object";
  return `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name.slice(0, longest)}`;
}

/** The name of the class that an object was made by. Looks at data properties alone, because a getter or a proxy would run foreign code. */
function className(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  const constructor = dataProperty(prototype, "constructor");
  const name = dataProperty(constructor, "name");
  return typeof name === "string" && name !== "" ? name : undefined;
}

function dataProperty(holder: unknown, name: string): unknown {
  const readable = (typeof holder === "object" && holder !== null) || typeof holder === "function";
  return readable && !types.isProxy(holder) ? Object.getOwnPropertyDescriptor(holder, name)?.value : undefined;
}

/** A number of things in words: `1 record`, `1,000 records`. */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * A question that names what was probably meant, `did you mean "users"?`; undefined where nothing is near.
 * @param known what there is
 */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the letters may be wrong, and two at most: what is further away is another word.
  let least = Math.min(2, Math.floor(Math.max(name.length, 2) / 2)) + 1;
  for (const one of known) {
    const distance = one.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, one, least);
    if (distance < least) {
      best = one;
      least = distance;
    }
  }
  return best === undefined ? undefined : `did you mean ${describe(best)}?`;
}

/**
 * How many letters have to be put in, left out, replaced or swapped with their neighbour to make one word of the other; `most` where it is that many
 * or more. The distance of optimal string alignment, by Damerau's list of typing errors (Communications of the ACM 7(3), 1964).
 */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && j > 1) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return Math.min(last[b.length]!, most);
}
