/**
 * The total order of values, their equality and texts of them, written from the specification and not from the product: what property tests hold
 * the product against.
 */

/** A record of a test. */
export type PlainRecord = Readonly<Record<string, unknown>>;
export type PlainKey = string | number;

const classes = ["none", "boolean", "number", "date", "string", "bytes", "array", "object"] as const;

/** The class of a value in the total order. */
export function classOf(value: unknown): (typeof classes)[number] {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "string";
  if (typeof value === "number" || typeof value === "bigint") return "number";
  const kind = Object.prototype.toString.call(value);
  if (kind === "[object Date]") return "date";
  if (kind === "[object Uint8Array]") return "bytes";
  return kind === "[object Array]" ? "array" : "object";
}

/** Negative, 0 or positive, as one value stands before, beside or behind another. */
export function compare(a: unknown, b: unknown): number {
  const kind = classOf(a);
  const difference = classes.indexOf(kind) - classes.indexOf(classOf(b));
  if (difference !== 0) return difference;
  switch (kind) {
    case "none":
      return 0;
    case "boolean":
      return sign(Number(a), Number(b));
    case "number":
      return compareNumbers(a as number | bigint, b as number | bigint);
    case "date":
      return sign(Number(a), Number(b));
    case "string":
      return compareLists(codeUnits(a as string), codeUnits(b as string));
    case "bytes":
      return compareLists(Array.from(a as Uint8Array), Array.from(b as Uint8Array));
    case "array":
      return compareLists(a as unknown[], b as unknown[]);
    case "object":
      return compareLists(members(a as object), members(b as object));
  }
}

/** Whether two values are equal as conditions, groups and unique indexes mean it. */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b) === 0;
}

function sign(a: number, b: number): number {
  return Number(a > b) - Number(a < b);
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  const ranks = [Number.isNaN(a) ? 0 : 1, Number.isNaN(b) ? 0 : 1] as const;
  if (ranks[0] === 0 || ranks[1] === 0) return ranks[0] - ranks[1];
  if (typeof a === "number" && typeof b === "number") return sign(a, b);
  if (a === Infinity || b === -Infinity) return 1;
  if (b === Infinity || a === -Infinity) return -1;
  const [wholeA, partA] = split(a);
  const [wholeB, partB] = split(b);
  return Number(wholeA > wholeB) - Number(wholeA < wholeB) || sign(partA, partB);
}

/** A finite number as an integer and a fraction from 0 on and below 1. */
function split(value: number | bigint): [bigint, number] {
  if (typeof value === "bigint") return [value, 0];
  const whole = Math.floor(value);
  return [BigInt(whole), value - whole];
}

function codeUnits(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** Names and values in turn, by name. */
function members(value: object): unknown[] {
  return Object.entries(value)
    .sort(([a], [b]) => compare(a, b))
    .flat();
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = compare(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A text that tells a value from every other one: 1 from 1n, 0 from -0, null from absent. */
export function exactText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : objectText(value, exactText);
    default:
      return String(value);
  }
}

/** A text that equal values share: 1 and 1n, 0 and -0, null and absent. */
export function equalText(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? `${BigInt(value)}n` : String(value);
  return typeof value === "object" ? objectText(value, equalText) : exactText(value);
}

function objectText(value: object, text: (member: unknown) => string): string {
  switch (classOf(value)) {
    case "date":
      return `date(${Number(value)})`;
    case "bytes":
      return `bytes(${Array.from(value as Uint8Array).join()})`;
    case "array":
      return `[${Array.from(value as unknown[], text).join()}]`;
    default: {
      const names = Object.keys(value).sort();
      return `{${names.map((name) => `${JSON.stringify(name)}:${text((value as PlainRecord)[name])}`).join()}}`;
    }
  }
}

/** A deep copy of a storable value, without the members of objects that are undefined. */
export function plainCopy<V>(value: V): V;
export function plainCopy(value: unknown): unknown {
  switch (classOf(value)) {
    case "date":
      return new Date(Number(value));
    case "bytes":
      return Uint8Array.from(value as Uint8Array);
    case "array":
      return Array.from(value as unknown[], plainCopy);
    case "object": {
      const entries = Object.entries(value as object).filter(([, member]) => member !== undefined);
      return Object.fromEntries(entries.map(([name, member]) => [name, plainCopy(member)]));
    }
    default:
      return value;
  }
}
