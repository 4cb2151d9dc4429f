import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { leaf, placesOf, where } from "./arbitrary-condition.js";
import { commonIndexes } from "./arbitrary-index.js";
import type { PlainAggregate, PlainFigure, PlainQuery, PlainTerm } from "./plain-query.js";

function terms(paths: readonly (readonly string[])[], maxLength: number): Arbitrary<PlainTerm[]> {
  return fc.array(fc.record({ path: fc.constantFrom(...paths), descending: fc.boolean() }), { maxLength });
}

/** A condition on the fields of an index, in an order that it can give: all of its fields or the last of them, in one direction. */
function suitsIndex(primaryKey: string, keyValues: Arbitrary<unknown>): Arbitrary<Pick<PlainQuery, "where" | "order">> {
  const all = placesOf(primaryKey, keyValues);
  return fc.oneof(
    ...commonIndexes(primaryKey).map((paths) =>
      fc
        .record({
          conditions: fc.array(leaf(all.filter(({ path }) => paths.some((one) => one.join() === path.join()))), {
            minLength: 1,
            maxLength: 3,
          }),
          from: fc.nat(paths.length - 1),
          descending: fc.boolean(),
          withKey: fc.boolean(),
        })
        .map(({ conditions, from, descending, withKey }) => ({
          where: { kind: "condition" as const, spec: conditions.length === 1 ? conditions[0]! : { all: conditions } },
          order: [
            ...paths.slice(from).map((path) => ({ path, descending })),
            ...(withKey ? [{ path: [primaryKey], descending: false }] : []),
          ],
        })),
    ),
  );
}

const columns: Arbitrary<PlainQuery["columns"]> = fc.oneof(
  fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "tags", "n", "toString", "nowhere"), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("p", "q", "1", "toString"), fc.constantFrom("a", "b", "d", "n"), { maxKeys: 3, noNullPrototype: true }),
);

/** A query of a table. */
export function query(primaryKey: string, keyValues: Arbitrary<unknown>): Arbitrary<PlainQuery> {
  const orderPaths = [["a"], ["a"], ["b"], ["c"], ["n", "x"], ["n", "y", "z"], ["u"], ["toString"], [primaryKey]];
  const anything = fc.record({
    where: fc.option(where(primaryKey, keyValues), { nil: undefined, freq: 12 }),
    order: fc.oneof(fc.constant([]), terms(orderPaths, 3)),
  });
  return fc
    .record({
      what: fc.oneof({ weight: 2, arbitrary: anything }, { weight: 1, arbitrary: suitsIndex(primaryKey, keyValues) }),
      limit: fc.option(fc.nat(12), { nil: undefined, freq: 2 }),
      offset: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(4) }),
      distinct: fc.boolean(),
      columns: fc.option(columns, { nil: undefined, freq: 2 }),
      copy: fc.boolean(),
    })
    .map(({ what, ...rest }) => ({ ...what, ...rest }));
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
