import { checkOptions, isCount, isFunction, refuse } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { checkName, copyValueOut } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError } from "../base/errors.js";
import { compareValues } from "../base/order.js";
import { getter } from "../base/path.js";
import type { Getter } from "../base/path.js";
import { isPlainObject, isPromise, listOf } from "../base/shape.js";
import { tokenOf, tupleToken } from "../base/token.js";
import type { Token } from "../base/token.js";
import type { StoredRecord } from "../base/value.js";
import type { Filter } from "../condition/filter.js";
import type { TableDefinition } from "../log/commit.js";
import type { TableView } from "../state/table-view.js";
import { accumulatorFor } from "./accumulator.js";
import type { Accumulator } from "./accumulator.js";
import { isAggregate } from "./aggregate-spec.js";
import { matchingRecords } from "./find.js";
import type { Row } from "./project.js";
import type { OrderTerm } from "./query.js";
import { checkField, readOrder, readTableFilter } from "./read-query.js";

/** A question for figures, read from the caller's arguments and checked. */
export interface AggregateQuery {
  readonly figures: readonly { readonly name: string; readonly make: () => Accumulator }[];
  readonly filter: Filter;
  /** undefined: one row over all. */
  readonly groupBy: readonly string[] | undefined;
  readonly having: ((row: Row) => boolean) | undefined;
  readonly order: readonly OrderTerm[];
  readonly limit: number | undefined;
}

const anything = (): undefined => undefined; // read more closely below

const aggregateOptions: OptionChecks = { where: anything, groupBy: anything, having: isFunction, orderBy: anything, limit: isCount };

interface AggregateOptions {
  readonly where?: unknown;
  readonly groupBy?: unknown;
  readonly having?: (row: Row) => unknown;
  readonly orderBy?: unknown;
  readonly limit?: number;
}

/** Reads the arguments of `aggregate`. */
export function readAggregate(where: string, spec: unknown, options: unknown, table: TableDefinition): AggregateQuery {
  if (!isPlainObject(spec)) return refuse(where, "figures", "an object such as { n: count(), mean: avg('age') }", spec);
  checkOptions(where, options, aggregateOptions);
  const given = (options ?? {}) as AggregateOptions;
  const groupBy = given.groupBy === undefined ? undefined : readGroupBy(where, given.groupBy, table);
  if (groupBy === undefined) refuseWithoutGroups(where, given);
  const figures = Object.entries(spec).map(([name, figure]) => {
    checkName(where, "a figure", name);
    if (groupBy?.includes(name) === true) refuse(where, "the name of a figure", "another one than those of the fields in groupBy", name);
    if (!isAggregate(figure)) return refuse(where, name, "count(), sum(), avg(), min() or max()", figure);
    if (figure.field !== undefined) checkField(where, figure.field, table);
    return { name, make: accumulatorFor(figure) };
  });
  const columns = new Set([...(groupBy ?? []), ...figures.map(({ name }) => name)]);
  return {
    figures,
    filter: readTableFilter(where, given.where, table),
    groupBy,
    having: given.having && guarded(where, given.having),
    order: readOrder(where, given.orderBy, (name) => checkColumn(where, name, columns)),
    limit: given.limit,
  };
}

/** Without groups there is one row, whatever it holds: nothing to keep, to order or to count off. */
function refuseWithoutGroups(where: string, options: AggregateOptions): void {
  for (const name of ["having", "orderBy", "limit"] as const) {
    if (options[name] !== undefined) refuse(where, name, "left out where there is no groupBy", options[name]);
  }
}

function guarded(where: string, having: (row: Row) => unknown): (row: Row) => boolean {
  return (row) => {
    const answer = having(row);
    if (typeof answer === "boolean" || answer === null || answer === undefined) return answer === true;
    const hint = isPromise(answer) ? "it cannot be an async function" : "write a comparison";
    return refuse(where, "having", "a function that returns true, false, null or undefined", answer, hint);
  };
}

function readGroupBy(where: string, value: unknown, table: TableDefinition): readonly string[] {
  return listOf(value).map((name) => {
    if (typeof name !== "string" || name === "") return refuse(where, "groupBy", "a field name, or a list of them", name);
    checkField(where, name, table);
    return name;
  });
}

function checkColumn(where: string, name: string, columns: ReadonlySet<string>): void {
  if (columns.has(name)) return;
  const known = [...columns].join(", ");
  throw new InvalidArgumentError(`${where}: orderBy must name a column of the result, received ${describe(name)} (it has ${known})`, {
    argument: "orderBy",
    expected: `one of ${known}`,
    received: describe(name),
  });
}

/** Computes the figures: one row without `groupBy`, else a row a group, which come in the order of their group values unless told otherwise. */
export function aggregateRows(view: TableView, query: AggregateQuery): Row | Row[] {
  const records = matchingRecords(view, query);
  if (query.groupBy === undefined) {
    const accumulators = query.figures.map(({ make }) => make());
    addAll(records, accumulators);
    return toRow(query, [], accumulators);
  }
  const rows = groupRecords(records, query.groupBy, query).map(({ values, accumulators }) => toRow(query, values, accumulators));
  const { having } = query;
  const kept = having === undefined ? rows : rows.filter((row) => having(row));
  const terms = [...query.order, ...query.groupBy.map((name) => ({ path: [name], descending: false }))];
  const ordered = kept.sort((a, b) => compareRows(a, b, terms));
  return query.limit === undefined ? ordered : ordered.slice(0, query.limit);
}

interface Group {
  readonly values: unknown[];
  readonly hasBigint: boolean;
  readonly accumulators: readonly Accumulator[];
}

function groupRecords(records: readonly StoredRecord[], fields: readonly string[], { figures }: AggregateQuery): Group[] {
  const getters = fields.map((name) => getter([name]));
  const groups = new Map<Token, Group>();
  const tokenFor = groupToken(getters);
  for (const record of records) {
    const token = tokenFor(record);
    let group = groups.get(token);
    if (group === undefined) {
      const values = getters.map((read) => groupValue(read(record)));
      group = { values, hasBigint: values.some((value) => typeof value === "bigint"), accumulators: figures.map(({ make }) => make()) };
      groups.set(token, group);
    }
    if (group.hasBigint) preferNumbers(group, record, getters);
    const { accumulators } = group;
    for (let i = 0; i < accumulators.length; i++) accumulators[i]!.add(record);
  }
  return [...groups.values()];
}

function groupToken(getters: readonly Getter[]): (record: StoredRecord) => Token {
  const [only, ...others] = getters;
  return only !== undefined && others.length === 0
    ? (record) => tokenOf(only(record))
    : (record) => tupleToken(getters.map((read) => read(record)));
}

/** One value for all that are equal, whichever record came first: 0 for -0, null for absent. */
function groupValue(value: unknown): unknown {
  return value === 0 ? 0 : copyValueOut(value ?? null);
}

/** 1 and 1n are one group, which goes by 1 as soon as one record says so. */
function preferNumbers({ values }: Group, record: StoredRecord, getters: readonly Getter[]): void {
  for (const [i, read] of getters.entries()) {
    const value = read(record);
    if (typeof values[i] === "bigint" && typeof value === "number") values[i] = groupValue(value);
  }
}

function addAll(records: readonly StoredRecord[], accumulators: readonly Accumulator[]): void {
  for (const accumulator of accumulators) for (const record of records) accumulator.add(record);
}

function toRow({ groupBy, figures }: AggregateQuery, values: readonly unknown[], accumulators: readonly Accumulator[]): Row {
  const row: Record<string, unknown> = {};
  for (const [i, name] of (groupBy ?? []).entries()) row[name] = values[i];
  for (const [i, { name }] of figures.entries()) row[name] = accumulators[i]!.result();
  return row;
}

function compareRows(a: Row, b: Row, terms: readonly OrderTerm[]): number {
  for (const { path, descending } of terms) {
    const difference = compareValues(a[path[0]!], b[path[0]!]);
    if (difference !== 0) return descending ? -difference : difference;
  }
  return 0;
}
