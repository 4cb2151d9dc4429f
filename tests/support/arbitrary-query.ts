import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { indexable, picked, where } from "./arbitrary-condition.js";
import type { PlainIndex } from "./arbitrary-index.js";
import type { Verb } from "./plain-condition.js";
import type { PlainRecord } from "./plain-order.js";
import type { PlainAggregate, PlainFigure, PlainQuery, PlainTerm } from "./plain-query.js";

function terms(paths: readonly (readonly string[])[], maxLength: number): Arbitrary<PlainTerm[]> {
  return fc.array(fc.record({ path: fc.constantFrom(...paths), descending: fc.boolean() }), { maxLength });
}

/**
 * A query for an index of the table: conditions on its fields, or one of several on the first fields of several indexes, in an order that it can
 * give, or nearly so. {@link settled} puts in which.
 */
interface Focus {
  readonly index: number;
  readonly join: "all" | "any";
  readonly conditions: readonly { readonly field: number; readonly verb: Verb; readonly args: readonly unknown[] }[];
  readonly kind: "condition" | "unflattened";
  /** How many of its fields the order leaves out, all of them included. */
  readonly from: number;
  readonly descending: boolean;
  readonly withKey: boolean;
}

const focus: Arbitrary<Focus> = fc.record(
  {
    index: fc.nat(10),
    join: fc.constantFrom("all", "all", "any"),
    conditions: fc.array(
      fc.tuple(fc.nat(2), indexable).map(([field, given]) => ({ field, ...given })),
      { maxLength: 3 },
    ),
    kind: fc.constantFrom("condition", "unflattened"),
    from: fc.nat(3),
    descending: fc.boolean(),
    withKey: fc.boolean(),
  },
  { noNullPrototype: true },
);

/** A query that may have a focus in the place of its condition and its order. */
export type Draft<Q> = Q & { readonly focus?: Focus | undefined };

/**
 * A query for a certain table.
 * @param first the position of the record that most values in its condition come from
 */
export function settled<Q extends Pick<PlainQuery, "where" | "order">>(
  { focus, ...query }: Draft<Q>,
  primaryKey: string,
  indexes: readonly PlainIndex[],
  records: readonly PlainRecord[],
  first: number,
): Q {
  return picked(
    focus === undefined ? (query as unknown as Q) : ({ ...query, ...focused(focus, primaryKey, indexes) } as unknown as Q),
    records,
    first,
  );
}

function focused(given: Focus, primaryKey: string, indexes: readonly PlainIndex[]): Pick<PlainQuery, "where" | "order"> {
  const all = [...indexes.map(({ fields }) => fields), [[primaryKey]]];
  const fields = all[given.index % all.length]!;
  const specs = given.conditions.map(({ field, verb, args }) => {
    const path = given.join === "all" ? fields[field % fields.length] : all[(given.index + field) % all.length]![0];
    return { verb, path: path!, args };
  });
  return {
    where: specs.length === 0 ? undefined : { kind: given.kind, spec: given.join === "all" ? { all: specs } : { any: specs } },
    order: [
      ...fields.slice(given.from % (fields.length + 1)).map((path) => ({ path, descending: given.descending })),
      ...(given.withKey ? [{ path: [primaryKey], descending: false }] : []),
    ],
  };
}

const columns: Arbitrary<PlainQuery["columns"]> = fc.oneof(
  fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "tags", "n", "toString", "nowhere"), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("p", "q", "1", "toString"), fc.constantFrom("a", "b", "d", "n"), { maxKeys: 3, noNullPrototype: true }),
);

/** A query of a table. */
export function query(primaryKey: string, keyValues: Arbitrary<unknown>): Arbitrary<Draft<PlainQuery>> {
  const orderPaths = [["a"], ["a"], ["b"], ["c"], ["n", "x"], ["n", "y", "z"], ["u"], ["toString"], [primaryKey]];
  return fc.record(
    {
      where: fc.option(where(primaryKey, keyValues), { nil: undefined, freq: 12 }),
      order: fc.oneof(fc.constant([]), terms(orderPaths, 3)),
      focus: fc.option(focus, { nil: undefined, freq: 2 }),
      limit: fc.option(fc.nat(12), { nil: undefined, freq: 2 }),
      offset: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(4) }),
      distinct: fc.boolean(),
      columns: fc.option(columns, { nil: undefined, freq: 2 }),
      copy: fc.boolean(),
    },
    { noNullPrototype: true },
  );
}

const figure: Arbitrary<PlainFigure> = fc.record(
  {
    op: fc.constantFrom("count", "sum", "avg", "min", "max"),
    field: fc.constantFrom("a", "a", "b", "c", "d", "tags", "toString", "nowhere"),
  },
  { noNullPrototype: true },
);

/** An aggregate of a table. It always counts the records of each group as `size`. */
export function aggregate(primaryKey: string, keyValues: Arbitrary<unknown>): Arbitrary<PlainAggregate> {
  const groupNames = ["a", "b", "c", "d", "u", "tags", "toString"];
  const parts = fc.record({
    list: fc.array(figure, { maxLength: 3 }),
    where: fc.option(where(primaryKey, keyValues), { nil: undefined, freq: 4 }),
    groupBy: fc.uniqueArray(fc.constantFrom(...groupNames), { maxLength: 2 }),
    having: fc.option(fc.nat(3), { nil: undefined }),
    order: terms(
      [...groupNames, "size", "f0", "f1"].map((name) => [name]),
      2,
    ),
    limit: fc.option(fc.nat(5), { nil: undefined }),
  });
  return parts.map(({ list, where, groupBy, having, order, limit }) => {
    const figures = Object.fromEntries([["size", { op: "count" as const, field: undefined }], ...list.map((one, i) => [`f${i}`, one])]);
    const names = new Set([...groupBy, ...Object.keys(figures)]);
    const known = order.filter(({ path }) => names.has(path[0]!));
    return groupBy.length === 0
      ? { figures, where, groupBy: undefined, having: undefined, order: [], limit: undefined }
      : { figures, where, groupBy, having, order: known, limit };
  });
}
