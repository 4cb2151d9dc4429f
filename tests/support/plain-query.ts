import { holds, valueAt } from "./plain-condition.js";
import type { Spec } from "./plain-condition.js";
import { classOf, compare, equalText } from "./plain-order.js";
import type { PlainRecord } from "./plain-order.js";

/** A `where` of a test. */
export type PlainWhere =
  | { readonly kind: "condition" | "unflattened" | "predicate"; readonly spec: Spec }
  | { readonly kind: "shorthand"; readonly fields: PlainRecord };

export interface PlainTerm {
  readonly path: readonly string[];
  readonly descending: boolean;
}

/** A query of a test. */
export interface PlainQuery {
  readonly where: PlainWhere | undefined;
  readonly order: readonly PlainTerm[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
  readonly distinct: boolean;
  readonly columns: readonly string[] | Readonly<Record<string, string>> | undefined;
  readonly copy: boolean;
}

/** Whether the order of a query's rows is promised. */
export function isOrdered({ order, limit, offset }: Pick<PlainQuery, "order" | "limit" | "offset">): boolean {
  return order.length > 0 || limit !== undefined || (offset ?? 0) > 0;
}

/** The records that a `where` lets through. */
export function plainFilter(records: Iterable<PlainRecord>, where: PlainWhere | undefined): PlainRecord[] {
  return Array.from(records).filter((record) => passes(where, record));
}

function passes(where: PlainWhere | undefined, record: PlainRecord): boolean {
  if (where === undefined) return true;
  if (where.kind !== "shorthand") return holds(where.spec, record);
  return Object.entries(where.fields).every(([name, value]) => holds({ verb: "eq", path: [name], args: [value] }, record));
}

/** The rows of a query: filter, sort, project, drop what was there before, cut out. */
export function plainSelect(records: Iterable<PlainRecord>, query: PlainQuery, primaryKey: string): PlainRecord[] {
  const found = plainFilter(records, query.where).sort(byTerms([...query.order, { path: [primaryKey], descending: false }]));
  const { columns } = query;
  const rows = columns === undefined ? found : found.map((record) => project(record, columns));
  const kept = query.distinct && columns !== undefined ? firstOfEach(rows) : rows;
  const from = query.offset ?? 0;
  return kept.slice(from, query.limit === undefined ? undefined : from + query.limit);
}

function byTerms(terms: readonly PlainTerm[]): (a: PlainRecord, b: PlainRecord) => number {
  return (a, b) => {
    for (const { path, descending } of terms) {
      const difference = compare(valueAt(a, path), valueAt(b, path));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  };
}

function project(record: PlainRecord, columns: NonNullable<PlainQuery["columns"]>): PlainRecord {
  const pairs = Array.isArray(columns) ? (columns as string[]).map((name) => [name, name] as const) : Object.entries(columns as object);
  return Object.fromEntries(pairs.map(([alias, name]: readonly [string, string]) => [alias, valueAt(record, [name]) ?? null]));
}

function firstOfEach(rows: readonly PlainRecord[]): PlainRecord[] {
  const seen = new Map<string, PlainRecord>();
  for (const row of rows) if (!seen.has(equalText(row))) seen.set(equalText(row), row);
  return [...seen.values()];
}

/** One figure of an aggregate of a test: `{ op: "sum", field: "age" }`. */
export interface PlainFigure {
  readonly op: "count" | "sum" | "avg" | "min" | "max";
  readonly field: string | undefined;
}

export interface PlainAggregate {
  readonly figures: Readonly<Record<string, PlainFigure>>;
  readonly where: PlainWhere | undefined;
  readonly groupBy: readonly string[] | undefined;
  /** Groups of at least so many records. */
  readonly having: number | undefined;
  readonly order: readonly PlainTerm[];
  readonly limit: number | undefined;
}

/** The row of an aggregate without groups; the rows of one with groups, in their order. */
export function plainAggregate(records: Iterable<PlainRecord>, query: PlainAggregate): PlainRecord | PlainRecord[] {
  const found = plainFilter(records, query.where);
  const { groupBy } = query;
  if (groupBy === undefined) return figures(found, query);
  const groups = new Map<string, PlainRecord[]>();
  for (const record of found) {
    const text = equalText(groupBy.map((name) => valueAt(record, [name])));
    groups.set(text, [...(groups.get(text) ?? []), record]);
  }
  const rows = [...groups.values()]
    .filter((group) => group.length >= (query.having ?? 0))
    .map((group) => ({
      ...Object.fromEntries(groupBy.map((name) => [name, representative(group.map((record) => valueAt(record, [name])))])),
      ...figures(group, query),
    }));
  const sorted = rows.sort(byTerms([...query.order, ...groupBy.map((name) => ({ path: [name], descending: false }))]));
  return query.limit === undefined ? sorted : sorted.slice(0, query.limit);
}

/** Of equal values, the one that stands for them: a number before a bigint, 0 and not -0, null and not absent. */
function representative(values: readonly unknown[]): unknown {
  const value = values.find((one) => typeof one === "number") ?? values[0] ?? null;
  return value === 0 ? 0 : value;
}

function figures(records: readonly PlainRecord[], query: PlainAggregate): PlainRecord {
  return Object.fromEntries(Object.entries(query.figures).map(([name, figure]) => [name, figureOf(records, figure)]));
}

function figureOf(records: readonly PlainRecord[], { op, field }: PlainFigure): unknown {
  if (field === undefined) return records.length;
  const values = records.map((record) => valueAt(record, [field])).filter((value) => classOf(value) !== "none");
  const numbers = values.filter((value) => typeof value === "number" || typeof value === "bigint");
  switch (op) {
    case "count":
      return values.length;
    case "sum":
      return numbers.length === 0 ? null : exactSum(numbers);
    case "avg":
      return numbers.length === 0 ? null : Number(exactSum(numbers)) / numbers.length;
    case "min":
    case "max": {
      const sorted = values.toSorted(compare);
      const best = op === "min" ? sorted[0] : sorted.at(-1);
      return representative(values.filter((value) => compare(value, best) === 0));
    }
  }
}

/** The sum as if with endless digits, rounded once; a bigint where all of them are. */
function exactSum(numbers: readonly (number | bigint)[]): number | bigint {
  if (numbers.every((number) => typeof number === "bigint")) return numbers.reduce((a, b) => a + b, 0n);
  const infinite = numbers.filter((number): number is number => typeof number === "number" && !Number.isFinite(number));
  if (infinite.length > 0) return infinite.reduce((a, b) => a + b);
  const total = numbers.reduce<bigint>((sum, number) => sum + units(number), 0n);
  // Written out in decimal and read again: reading rounds once.
  return Number(`${total * 5n ** 1074n}e-1074`);
}

/** A finite number as a multiple of 2 ** -1074. */
function units(number: number | bigint): bigint {
  if (typeof number === "bigint") return number << 1074n;
  let doublings = 0;
  let whole = number;
  for (; !Number.isInteger(whole); whole *= 2) doublings++;
  return BigInt(whole) << BigInt(1074 - doublings);
}
