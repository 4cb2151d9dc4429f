import { and, avg, Condition, count, DictDB, max, min, not, or, sum } from "../../src/index.js";
import type { Spec } from "./plain-condition.js";
import { holds } from "./plain-condition.js";
import type { PlainKey, PlainRecord } from "./plain-order.js";
import type { PlainAggregate, PlainQuery, PlainTerm, PlainWhere } from "./plain-query.js";

/** What a test with random input calls on a table: its fields are known to no compiler. */
export interface UntypedReader {
  readonly size: number;
  field(name: string, ...path: readonly string[]): Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
  get(key: PlainKey, options?: object): PlainRecord | undefined;
  has(key: PlainKey): boolean;
  count(where?: unknown): number;
  all(): PlainRecord[];
  copy(): Map<PlainKey, PlainRecord>;
  select(options?: object): PlainRecord[];
  first(options?: object): PlainRecord | undefined;
  iterate(options?: object): IterableIterator<PlainRecord>;
  aggregate(figures: object, options?: object): PlainRecord | PlainRecord[];
  explain(options?: object): Readonly<Record<"access" | "index" | "order" | "candidates" | "matched", unknown>>;
}

export interface UntypedTable extends UntypedReader {
  readonly name: string;
  insert(records: unknown, options?: object): unknown;
  upsert(records: unknown, options?: object): unknown;
  update(changes: unknown, target: unknown): number;
  delete(target: unknown): number;
  clear(): number;
  createIndex(fields: unknown, options?: object): void;
  dropIndex(fields: unknown): void;
  indexes(): { fields: readonly string[]; type: string; unique: boolean; multi: boolean; entries: number }[];
  check(): void;
}

export interface UntypedSnapshot {
  readonly seq: number;
  getTable(table: UntypedTable): UntypedReader;
  close(): void;
}

export interface UntypedEvent {
  readonly seq: number;
  readonly changes: readonly {
    readonly type: string;
    readonly key: PlainKey;
    readonly before?: PlainRecord;
    readonly after?: PlainRecord;
  }[];
}

export interface UntypedDb {
  readonly seq: number;
  createTable(name: string, options?: object): UntypedTable;
  atomic<R>(fn: () => R): R;
  snapshot(): UntypedSnapshot;
  on(event: "commit", listener: (event: UntypedEvent) => void): () => void;
}

export function untypedDb(options?: { freeze?: boolean }): UntypedDb {
  return new DictDB(options) as unknown as UntypedDb;
}

/** A condition as data, and as a test of one record. */
export interface UntypedCondition {
  readonly node: unknown;
  matches(record: PlainRecord): boolean;
}

const make = { and, or, not } as unknown as Record<"and" | "or" | "not", (...conditions: readonly unknown[]) => UntypedCondition>;

/** The product's condition for one of a test, built with the verbs of fields. */
export function toCondition(table: UntypedReader, spec: Spec): UntypedCondition {
  if ("all" in spec) return make.and(...spec.all.map((inner) => toCondition(table, inner)));
  if ("any" in spec) return make.or(...spec.any.map((inner) => toCondition(table, inner)));
  if ("not" in spec) return make.not(toCondition(table, spec.not));
  return fieldAt(table, spec.path)[spec.verb]!(...spec.args) as UntypedCondition;
}

/** The same without the flattening that `and` and `or` do, as a condition may come from elsewhere. */
export function toNode(table: UntypedReader, spec: Spec): unknown {
  if ("all" in spec) return { op: "and", conditions: spec.all.map((inner) => toNode(table, inner)) };
  if ("any" in spec) return { op: "or", conditions: spec.any.map((inner) => toNode(table, inner)) };
  if ("not" in spec) return { op: "not", condition: toNode(table, spec.not) };
  return toCondition(table, spec).node;
}

/** `Condition.from`. */
export function conditionFrom(value: unknown): UntypedCondition {
  return (Condition as unknown as { from(value: unknown): UntypedCondition }).from(value);
}

function fieldAt(table: UntypedReader, [name, ...path]: readonly string[]): ReturnType<UntypedReader["field"]> {
  return table.field(name!, ...path);
}

/** What the product takes as `where`. */
export function toWhere(table: UntypedReader, where: PlainWhere): unknown {
  switch (where.kind) {
    case "condition":
      return toCondition(table, where.spec);
    case "unflattened":
      return conditionFrom({ node: toNode(table, where.spec) });
    case "shorthand":
      return where.fields;
    case "predicate":
      // undefined and null count as false.
      return (record: PlainRecord) => holds(where.spec, record) || [false, null, undefined][Object.keys(record).length % 3];
  }
}

/** What the product takes as options of `select`. */
export function toOptions(table: UntypedReader, { where, order, limit, offset, distinct, columns, copy }: PlainQuery): object {
  const terms = order.map((term) => toTerm(table, term));
  return {
    ...(where && { where: toWhere(table, where) }),
    ...(terms.length > 0 && { orderBy: terms.length === 1 ? terms[0] : terms }),
    ...(limit !== undefined && { limit }),
    ...(offset !== undefined && { offset }),
    ...(columns && { columns }),
    ...(distinct && { distinct }),
    ...(!copy && { copy }),
  };
}

/** A top-level field by its name, where a name can say it; others as a field. */
function toTerm(table: UntypedReader, { path, descending }: PlainTerm): unknown {
  const [name] = path;
  if (path.length > 1 || name === "" || name!.startsWith("-")) return fieldAt(table, path)[descending ? "desc" : "asc"]!();
  return descending ? `-${name}` : name;
}

const makers = { count, sum, avg, min, max } as unknown as Record<string, (field?: string) => unknown>;

/** `min` and `max` of a field, whatever its type. */
export const minOf = makers.min!;
export const maxOf = makers.max!;

/** What the product takes as arguments of `aggregate`. */
export function toAggregate(table: UntypedReader, query: PlainAggregate): [figures: object, options: object] {
  const { figures, where, groupBy, having, order, limit } = query;
  const made = Object.entries(figures).map(([name, { op, field }]) => [name, makers[op]!(field)]);
  return [
    Object.fromEntries(made),
    {
      ...(where && { where: toWhere(table, where) }),
      ...(groupBy && { groupBy: groupBy.length === 1 ? groupBy[0] : groupBy }),
      ...(having !== undefined && { having: (row: PlainRecord) => (row.size as number) >= having }),
      ...(order.length > 0 && { orderBy: order.map((term) => toTerm(table, term)) }),
      ...(limit !== undefined && { limit }),
    },
  ];
}
