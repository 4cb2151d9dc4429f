import { checkOptions, isBoolean, isCount, refuse } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { checkName } from "../base/copy.js";
import { describe, didYouMean } from "../base/describe.js";
import { InvalidArgumentError } from "../base/errors.js";
import { isInstance, isList, isPlainObject, listOf } from "../base/shape.js";
import { Condition } from "../condition/condition.js";
import { everything, readFilter } from "../condition/filter.js";
import type { Filter } from "../condition/filter.js";
import { pathsOf } from "../condition/node.js";
import { Order } from "../condition/order.js";
import type { TableDefinition } from "../log/commit.js";
import type { OrderTerm, Projection, Query } from "./query.js";

const anything = (): undefined => undefined; // read more closely below

const queryOptions: OptionChecks = {
  columns: anything,
  where: anything,
  orderBy: anything,
  limit: isCount,
  offset: isCount,
  distinct: isBoolean,
  copy: isBoolean,
};

interface QueryOptions {
  readonly columns?: unknown;
  readonly where?: unknown;
  readonly orderBy?: unknown;
  readonly limit?: number;
  readonly offset?: number;
  readonly distinct?: boolean;
  readonly copy?: boolean;
}

const wholeTable: Query = {
  filter: everything,
  order: [],
  limit: undefined,
  offset: 0,
  distinct: false,
  projection: undefined,
  copy: true,
};

/** Reads the options of `select` and its kin. */
export function readQuery(where: string, options: unknown, table: TableDefinition): Query {
  if (options === undefined) return wholeTable;
  if (isInstance(options, Condition)) refuse(where, "options", "an object such as { where: condition }", options);
  checkOptions(where, options, queryOptions);
  const given = options as QueryOptions;
  return {
    filter: readTableFilter(where, given.where, table),
    order: readOrder(where, given.orderBy, (name) => checkField(where, name, table)),
    limit: given.limit,
    offset: given.offset ?? 0,
    distinct: given.distinct ?? false,
    projection: given.columns === undefined ? undefined : readColumns(where, given.columns, table),
    copy: given.copy ?? true,
  };
}

/** Reads a `where` against one table; undefined lets every record through. */
export function readTableFilter(where: string, value: unknown, table: TableDefinition): Filter {
  if (value === undefined) return everything;
  if (isPlainObject(value) && isInstance(value.where, Condition))
    refuse(where, "where", "the condition itself", value, "not wrapped in an object");
  const filter = readFilter(where, value);
  if (filter.node !== undefined && table.descriptors !== undefined) {
    for (const path of pathsOf(filter.node)) checkField(where, path[0]!, table);
  }
  return filter;
}

/**
 * Checks that a table may have a field of this name.
 * @throws InvalidArgumentError where the table's schema has no such field
 */
export function checkField(where: string, name: string, { descriptors, name: table }: TableDefinition): void {
  checkName(where, "a field", name);
  if (descriptors === undefined || Object.hasOwn(descriptors, name)) return;
  const known = Object.keys(descriptors).join(", ");
  const hints = [`its schema has ${known}`, didYouMean(name, Object.keys(descriptors))].filter(Boolean).join("; ");
  throw new InvalidArgumentError(`${where}: table ${describe(table)} has no field ${describe(name)} (${hints})`, {
    argument: "field",
    expected: `one of ${known}`,
    received: describe(name),
  });
}

/**
 * Reads an `orderBy`: a name, a name with "-" before it, an order made by `asc()` or `desc()`, or a list of these.
 * @param check refuses names that cannot be ordered by
 */
export function readOrder(where: string, value: unknown, check: (name: string) => void): readonly OrderTerm[] {
  if (value === undefined) return [];
  return listOf(value).map((term) => {
    if (isInstance(term, Order)) {
      check(term.path[0]!);
      return { path: term.path, descending: term.descending };
    }
    if (typeof term !== "string" || term === "" || term === "-") {
      return refuse(where, "orderBy", 'a field name, "-" and a field name, or fields.name.desc()', term);
    }
    const descending = term.startsWith("-");
    const name = descending ? term.slice(1) : term;
    check(name);
    return { path: [name], descending };
  });
}

function readColumns(where: string, value: unknown, table: TableDefinition): Projection {
  if (isList(value)) return Array.from(value, (field) => column(where, field, field, table));
  if (!isPlainObject(value)) return refuse(where, "columns", "a list of field names, or an object of { alias: name }", value);
  return Object.entries(value).map(([alias, field]) => column(where, alias, field, table));
}

function column(where: string, alias: unknown, field: unknown, table: TableDefinition): Projection[number] {
  if (typeof field !== "string" || typeof alias !== "string") return refuse(where, "columns", "field names", field);
  checkField(where, field, table);
  checkName(where, "a column", alias);
  return { alias, field };
}
