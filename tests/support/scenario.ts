import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { keys } from "./arbitraries.js";
import { content } from "./arbitrary-condition.js";
import { indexes } from "./arbitrary-index.js";
import type { PlainIndex } from "./arbitrary-index.js";
import { valueAt } from "./plain-condition.js";
import { equalText, exactText, plainCopy } from "./plain-order.js";
import type { PlainKey, PlainRecord } from "./plain-order.js";
import { isOrdered, plainAggregate, plainFilter, plainSelect } from "./plain-query.js";
import type { PlainAggregate, PlainQuery } from "./plain-query.js";
import { toAggregate, toOptions, toWhere, untypedDb } from "./untyped.js";
import type { UntypedDb, UntypedReader, UntypedTable } from "./untyped.js";

/** A change of a table: what to do with the key at a position of the list of keys. */
export interface Step {
  readonly verb: "put" | "update" | "delete";
  readonly at: number;
  readonly content: PlainRecord;
}

/** A table and its history. */
export interface Scenario {
  readonly primaryKey: string;
  readonly keys: readonly PlainKey[];
  readonly contents: readonly PlainRecord[];
  readonly steps: readonly Step[];
  readonly indexes: readonly PlainIndex[];
}

const step: Arbitrary<Step> = fc.record(
  { verb: fc.constantFrom("put", "update", "delete", "delete"), at: fc.nat(1_000), content },
  { noNullPrototype: true },
);

/** Changes of any of the records of a scenario. */
export function steps(maxLength: number): Arbitrary<Step[]> {
  return fc.array(step, { maxLength });
}

/** A table of up to 30 records. */
export function scenario(primaryKey: string): Arbitrary<Scenario> {
  return fc.record(
    {
      primaryKey: fc.constant(primaryKey),
      keys: fc.oneof({ weight: 1, arbitrary: keys(0, 5) }, { weight: 5, arbitrary: keys(10, 30) }),
      contents: fc.array(content, { minLength: 1, maxLength: 30, size: "max" }),
      steps: steps(24),
      indexes: indexes(primaryKey),
    },
    { noNullPrototype: true },
  );
}

/** The same with 700 records, made of the fields of a few: enough for compiled scans, and for indexes with several leaves. */
export function enlarged(scenario: Scenario): Scenario {
  const size = 700;
  const { contents } = scenario;
  return {
    ...scenario,
    keys: Array.from({ length: size }, (_, i) => (i % 3 === 2 ? `k${(i * 389) % size}` : (i * 389) % size)),
    contents: Array.from({ length: size }, (_, i) => {
      const names = Object.keys(contents[i % contents.length]!);
      return Object.fromEntries(names.map((name, n) => [name, valueAt(contents[(i * (2 * n + 1) + n) % contents.length]!, [name])]));
    }),
  };
}

/** The records that a scenario begins with. */
export function firstRecords({ primaryKey, keys, contents }: Scenario): PlainRecord[] {
  return keys.map((key, i) => recordOf(primaryKey, key, contents[i % contents.length]!));
}

/** The record with a key. Its field `u` depends on the key alone, so that it is unique; some have none. */
function recordOf(primaryKey: string, key: PlainKey, content: PlainRecord): PlainRecord {
  const u = typeof key === "string" || !(Math.abs(key) < 100) ? key : [null, BigInt(Math.trunc(key)), new Date(key)][Math.abs(key) % 3];
  return { [primaryKey]: key, ...content, ...(key === 5 ? {} : { u }) };
}

/** The same records three times: in a table with indexes, in one without, and in a `Map`. */
export class Triplet {
  readonly db: UntypedDb;
  readonly primaryKey: string;
  readonly indexed: UntypedTable;
  readonly bare: UntypedTable;
  readonly #keys: readonly PlainKey[];
  /** Replaced, never changed. */
  records: ReadonlyMap<PlainKey, PlainRecord> = new Map();

  constructor(scenario: Scenario, options?: { freeze: boolean }) {
    this.db = untypedDb(options);
    const { primaryKey, keys, steps, indexes } = scenario;
    this.primaryKey = primaryKey;
    this.#keys = keys;
    this.indexed = this.db.createTable("indexed", { primaryKey });
    this.bare = this.db.createTable("bare", { primaryKey });
    this.createIndexes(indexes, 0);
    const rows = firstRecords(scenario);
    for (const table of [this.indexed, this.bare]) table.insert(rows);
    this.records = new Map(keys.map((key, i) => [key, plainCopy(rows[i]!)]));
    this.createIndexes(indexes, 1);
    this.change(steps);
    this.createIndexes(indexes, 2);
  }

  change(steps: readonly Step[]): void {
    if (this.#keys.length === 0) return;
    const records = new Map(this.records);
    for (const { verb, at, content } of steps) {
      const key = this.#keys[at % this.#keys.length]!;
      const record = recordOf(this.primaryKey, key, content);
      const before = records.get(key);
      for (const table of [this.indexed, this.bare]) {
        if (verb === "put") table.upsert(record, { onConflict: "replace" });
        else if (verb === "update") table.update(content, key);
        else table.delete(key);
      }
      if (verb === "put") records.set(key, plainCopy(record));
      else if (verb === "delete") records.delete(key);
      else if (before !== undefined) records.set(key, { ...before, ...plainCopy(content) });
    }
    this.records = records;
  }

  /** Asks both tables, as they are now, and the `Map`. */
  ask(query: PlainQuery): void {
    ask("indexed", this.indexed, query, this.primaryKey, this.records);
    ask("bare", this.bare, query, this.primaryKey, this.records);
  }

  check(): void {
    this.indexed.check();
    this.bare.check();
  }

  createIndexes(indexes: Scenario["indexes"], stage: number): void {
    for (const { fields, type, unique, multi, stage: wanted } of indexes) {
      if (wanted !== stage) continue;
      const named = fields.map(([name, ...path]) => (path.length === 0 ? name : this.indexed.field(name!, ...path)));
      this.indexed.createIndex(named.length === 1 ? named[0] : named, { type, unique, multi });
    }
  }
}

/** What was expected of the product and what it does differ. */
export class Mismatch extends Error {}

/** @throws Mismatch where two values differ, with their texts */
export function same(label: string, actual: unknown, expected: unknown, text: (value: unknown) => string = exactText): void {
  const [found, wanted] = [text(actual), text(expected)];
  if (found !== wanted) throw new Mismatch(`${label}\n  gave     ${found}\n  expected ${wanted}`);
}

/** As {@link same} for rows, which may come in any order where none is promised; of rows that `distinct` takes for one, any may stand for them. */
export function sameRows(label: string, actual: readonly PlainRecord[], expected: readonly PlainRecord[], query: PlainQuery): void {
  if (isOrdered(query)) same(label, actual, expected);
  else {
    const text = query.distinct && query.columns !== undefined ? equalText : exactText;
    same(label, actual.map(text).sort(), expected.map(text).sort());
  }
}

/** One question to a table by every verb that can answer it. */
export function ask(
  name: string,
  table: UntypedReader,
  query: PlainQuery,
  primaryKey: string,
  records: ReadonlyMap<PlainKey, PlainRecord>,
): void {
  const list = [...records.values()];
  const options = toOptions(table, query);
  const expected = plainSelect(list, query, primaryKey);
  sameRows(`${name}.select`, table.select(options), expected, query);
  sameRows(`${name}.iterate`, [...table.iterate(options)], expected, query);
  same(`${name}.first`, table.first(options), plainSelect(list, { ...query, limit: Math.min(query.limit ?? 1, 1) }, primaryKey)[0]);
  same(`${name}.explain.matched`, table.explain(options).matched, expected.length);
  same(`${name}.count`, table.count(query.where && toWhere(table, query.where)), plainFilter(list, query.where).length);
  same(`${name}.size`, table.size, list.length);
}

/** A question for figures. */
export function askFigures(name: string, table: UntypedReader, query: PlainAggregate, records: ReadonlyMap<PlainKey, PlainRecord>): void {
  same(`${name}.aggregate`, table.aggregate(...toAggregate(table, query)), plainAggregate(records.values(), query), figuresText);
}

/** Arrays and objects that are equal may stand for each other, like [1] and [1n]; numbers and bigints may not. */
function figuresText(rows: unknown): string {
  const list = (Array.isArray(rows) ? rows : [rows]) as readonly PlainRecord[];
  const figure = (value: unknown) => (typeof value === "object" ? equalText(value) : exactText(value));
  return list
    .map((row) =>
      Object.keys(row)
        .sort()
        .map((name) => `${name}: ${figure(row[name])}`)
        .join(),
    )
    .join("\n");
}
