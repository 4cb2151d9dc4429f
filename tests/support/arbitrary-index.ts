import fc from "fast-check";
import type { Arbitrary } from "fast-check";

/** The fields of the indexes that are likeliest. */
function commonIndexes(primaryKey: string): (readonly string[])[][] {
  return [
    [["a"]],
    [["b"]],
    [["tags"]],
    [["n", "x"]],
    [["a"], ["b"]],
    [["b"], ["a"]],
    [["a"], [primaryKey]],
    [["n", "x"], ["a"]],
    [["a"], ["b"], ["c"]],
  ];
}

/** An index of a test, as `createIndex` takes it, and how far the table's history is when it is made: before, within or behind it. */
export interface PlainIndex {
  readonly fields: readonly (readonly string[])[];
  readonly type: "hash" | "sorted";
  readonly unique: boolean;
  readonly multi: boolean;
  readonly stage: number;
}

/** Sets of indexes, of which no two are on the same fields. `u` must be unique, null aside. */
export function indexes(primaryKey: string): Arbitrary<PlainIndex[]> {
  const key = [primaryKey];
  const common = commonIndexes(primaryKey).map((fields) => ({ weight: 3, arbitrary: index(fields, false) }));
  const others = [[["c"]], [["d"]], [["n", "y", "z"]], [["n"]], [["toString"]], [key], [["d"], ["b"], ["a"]]];
  const unique = [[["u"]], [["u"], ["a"]], [key, ["u"]]];
  const one = fc.oneof(
    ...common,
    ...others.map((fields) => ({ weight: 1, arbitrary: index(fields, false) })),
    ...unique.map((fields) => ({ weight: 1, arbitrary: index(fields, true) })),
  );
  const set = (minLength: number, maxLength: number) =>
    fc.uniqueArray(one, { minLength, maxLength, selector: ({ fields }) => JSON.stringify(fields) });
  return fc.oneof({ withCrossShrink: true }, { weight: 1, arbitrary: set(0, 3) }, { weight: 4, arbitrary: set(4, 10) });
}

function index(fields: readonly (readonly string[])[], unique: boolean): Arbitrary<PlainIndex> {
  const [name] = fields[0]!;
  const multi = fields.length === 1 && (name === "tags" || name === "c");
  const kinds = [
    { type: "hash", multi: false },
    { type: "sorted", multi: false },
    { type: "sorted", multi: false },
    { type: "hash", multi },
    { type: "hash", multi },
  ] as const;
  return fc.tuple(fc.constantFrom(...kinds), fc.nat(2)).map(([kind, stage]) => ({ ...kind, fields, unique, stage }));
}
