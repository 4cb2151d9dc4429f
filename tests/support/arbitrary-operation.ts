import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { unset } from "../../src/index.js";
import { partial, scalar, text, value } from "./arbitraries.js";
import type { Spec } from "./plain-condition.js";
import type { PlainKey, PlainRecord } from "./plain-order.js";
import type { ModelIndex, OnConflict } from "./table-model.js";

/** What makes a record one that cannot be stored; see `spoil`. */
const faults = [
  "function",
  "symbol",
  "undefined element",
  "invalid date",
  "instance",
  "cycle",
  "too deep",
  "forbidden name",
  "forbidden nested name",
  "no object",
  "throwing getter",
] as const;
export type Fault = (typeof faults)[number];

/** A record as a caller gives it, before anything is made wrong with it. */
export interface Source {
  readonly fields: PlainRecord;
  readonly fault: Fault | undefined;
}

/** How a function that computes changes fails at one record. */
const failures = ["throws", "returns nothing", "returns a promise", "changes the key", "returns a bad value", "writes"] as const;
export type Failure = (typeof failures)[number];

/** A function that computes changes: it counts up `a`, sets some fields, perhaps gives each `u` the next one's, and scribbles on what it is given. */
export interface Computed {
  readonly set: PlainRecord;
  readonly rotates: boolean;
  /** At which records it fails: the one with a key, or every one. */
  readonly failsAt: { readonly key: PlainKey | undefined; readonly how: Failure } | undefined;
}

/** What the function gives for a record, where it does not fail. */
export function compute({ set, rotates }: Computed, { a, u }: PlainRecord): PlainRecord {
  return {
    ...(typeof a === "number" && { a: a + 1 }),
    ...set,
    ...(rotates && typeof u === "number" && { u: (u + 1) % distinctValues }),
  };
}

export type Target =
  | { readonly key: PlainKey }
  | { readonly spec: Spec; readonly mustMatch: boolean; readonly predicate: boolean }
  | { readonly bad: number };

/** One call of a verb. */
export type Verb =
  | { readonly kind: "insert"; readonly sources: readonly Source[]; readonly many: boolean; readonly skipValidation: boolean }
  | { readonly kind: "upsert"; readonly sources: readonly Source[]; readonly many: boolean; readonly onConflict: OnConflict }
  | { readonly kind: "update"; readonly changes: Source | Computed; readonly target: Target }
  | { readonly kind: "delete"; readonly target: Target }
  | { readonly kind: "clear" }
  | { readonly kind: "createIndex"; readonly index: ModelIndex }
  /** One of those that there are, by its position, or the one on these fields. */
  | { readonly kind: "dropIndex"; readonly at: number | ModelIndex["fields"] }
  | { readonly kind: "openSnapshot" }
  | { readonly kind: "closeSnapshot"; readonly at: number };

export type Operation =
  | Verb
  | {
      readonly kind: "atomic";
      /** A failure of a part that is not caught ends the whole. */
      readonly parts: readonly { readonly operation: Operation; readonly caught: boolean }[];
      readonly end: "returns" | "throws" | "returns a promise";
    };

const keys: Arbitrary<PlainKey> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }) },
  { weight: 2, arbitrary: fc.constantFrom<PlainKey[]>("a", "b", "1", "") },
  { weight: 1, arbitrary: fc.constantFrom<PlainKey[]>(-0, -3, 1.5, 40, 2 ** 60) },
);

const small = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown[]>(null, -0, 1.5) },
);
const distinctValues = 20;
const unique = fc.oneof(
  { weight: 6, arbitrary: fc.nat(distinctValues - 1) },
  { weight: 1, arbitrary: fc.constantFrom<unknown[]>(1n, 7n, -0, null, "0", "1") },
);
const object = partial({ x: small, y: value });
/** What fits the schema of {@link fits}, mostly. */
const fields = {
  a: small,
  b: fc.oneof(text, fc.constant(null)),
  c: value,
  u: unique,
  tags: fc.array(text, { maxLength: 3 }),
  n: object,
  "": small,
};
/** What may not fit it, and a field that is there and undefined, or to be removed. */
const oddities: Arbitrary<PlainRecord> = fc.oneof(
  ...Object.entries({ a: scalar, b: scalar, tags: fc.oneof(text, fc.constant([1])), n: scalar, v: small, zzz: small }).map(
    ([name, values]) => values.map((one) => ({ [name]: one })),
  ),
  fc.constantFrom("a", "u", "tags").map((name) => ({ [name]: undefined })),
  fc.constantFrom("a", "u", "tags").map((name) => ({ [name]: unset() as never })),
);
const content: Arbitrary<PlainRecord> = fc
  .tuple(partial(fields), fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oddities }))
  .map(([most, odd]) => ({ ...most, ...odd }));

/** Whether a record fits the schema that the tests use, which is `descriptors`. */
export function fits(record: PlainRecord): boolean {
  const absent = (name: string) => record[name] === undefined;
  return (
    Object.keys(record).every((name) => name === "id" || Object.hasOwn(descriptors, name)) &&
    Number.isInteger(record.id) &&
    (absent("a") || record.a === null || typeof record.a === "number") &&
    (absent("b") || record.b === null || typeof record.b === "string") &&
    (absent("tags") || (Array.isArray(record.tags) && record.tags.every((tag) => typeof tag === "string"))) &&
    (absent("n") || Object.prototype.toString.call(record.n) === "[object Object]") &&
    (absent("v") || Number.isInteger(record.v))
  );
}

export const descriptors = {
  a: "number|null?",
  b: "string|null?",
  c: "any?",
  u: "any?",
  tags: "string[]?",
  n: "object?",
  "": "any?",
  v: "integer?",
};

const fault = fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...faults) });
const badKey = fc.constantFrom<unknown[]>(null, NaN, Infinity, 1n, true);
const id = fc.oneof({ weight: 20, arbitrary: keys }, { weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: badKey });
const source: Arbitrary<Source> = fc.tuple(content, id, fault).map(([given, key, wrong]) => ({
  fields: key === undefined ? given : { ...given, id: key },
  fault: wrong,
}));
const sources = fc.oneof(
  { weight: 3, arbitrary: fc.array(source, { minLength: 1, maxLength: 3 }) },
  // From 16 records on, new ones enter the indexes together.
  { weight: 1, arbitrary: fc.array(source, { minLength: 10, maxLength: 25 }) },
  // Automatic keys and little that clashes, so that some large batches succeed.
  {
    weight: 2,
    arbitrary: fc
      .array(fc.tuple(small, text), { maxLength: 25, size: "max" })
      .map((list) => list.map(([a, b]): Source => ({ fields: { a, b }, fault: undefined }))),
  },
);

const changes: Arbitrary<Source> = fc
  .tuple(content, fc.oneof({ weight: 15, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: id.map((one) => ({ id: one })) }), fault)
  .map(([given, key, wrong]) => ({ fields: { ...given, ...key }, fault: wrong }));
const computed: Arbitrary<Computed> = fc.record(
  {
    set: fc.oneof(fc.constant({}), content),
    rotates: fc.boolean(),
    failsAt: fc.oneof(
      { weight: 2, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.record({ key: fc.option(keys, { nil: undefined }), how: fc.constantFrom(...failures) }, { noNullPrototype: true }),
      },
    ),
  },
  { noNullPrototype: true },
);

const spec: Arbitrary<Spec> = fc.oneof(
  fc.constantFrom<Spec[]>(
    { verb: "isNotNull", path: ["id"], args: [] },
    { verb: "isNotNull", path: ["id"], args: [] },
    { verb: "isNull", path: ["a"], args: [] },
    { verb: "gt", path: ["a"], args: [1] },
    { verb: "lte", path: ["n", "x"], args: [2] },
    { verb: "contains", path: ["tags"], args: ["a"] },
    { verb: "startsWith", path: ["b"], args: ["a"] },
    { verb: "lt", path: ["id"], args: [6] },
  ),
  unique.map((one): Spec => ({ verb: "eq", path: ["u"], args: [one] })),
  small.map((one): Spec => ({ verb: "eq", path: ["a"], args: [one] })),
  fc.array(keys, { maxLength: 4 }).map((list): Spec => ({ verb: "in", path: ["id"], args: [list] })),
);
const target: Arbitrary<Target> = fc.oneof(
  { weight: 6, arbitrary: keys.map((key) => ({ key })) },
  { weight: 6, arbitrary: fc.record({ spec, mustMatch: fc.boolean(), predicate: fc.boolean() }, { noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.nat(20).map((bad) => ({ bad })) },
);

const indexFields = fc.constantFrom<ModelIndex["fields"][]>(
  [["a"]],
  [["b"]],
  [["u"]],
  [["tags"]],
  [["n", "x"]],
  [["n"]],
  [["id"]],
  [["u"], ["a"]],
  [["a"], ["b"]],
  [["c"]],
);
const index: Arbitrary<ModelIndex> = fc.record(
  {
    fields: indexFields,
    type: fc.constantFrom("hash", "sorted"),
    unique: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    multi: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  },
  { noNullPrototype: true },
);
const uniqueIndex = fc
  .constantFrom<ModelIndex["type"][]>("hash", "sorted")
  .map((type) => ({ fields: [["u"]], type, unique: true, multi: false }));

function kind<K extends Verb["kind"], F>(name: K, rest: { [P in keyof F]: Arbitrary<F[P]> }): Arbitrary<{ kind: K } & F> {
  return fc.record({ kind: fc.constant(name), ...rest }, { noNullPrototype: true }) as unknown as Arbitrary<{ kind: K } & F>;
}

const verb: Arbitrary<Verb> = fc.oneof(
  { weight: 8, arbitrary: kind("insert", { sources, many: fc.boolean(), skipValidation: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: kind("upsert", {
      sources,
      many: fc.boolean(),
      onConflict: fc.constantFrom<OnConflict[]>("update", "replace", "ignore", "error"),
    }),
  },
  { weight: 8, arbitrary: kind("update", { changes: fc.oneof<Arbitrary<Source | Computed>[]>(changes, computed), target }) },
  { weight: 6, arbitrary: kind("delete", { target }) },
  { weight: 1, arbitrary: kind("clear", {}) },
  { weight: 4, arbitrary: kind("createIndex", { index: fc.oneof(index, uniqueIndex) }) },
  { weight: 2, arbitrary: kind("dropIndex", { at: fc.oneof<Arbitrary<number | ModelIndex["fields"]>[]>(fc.nat(3), indexFields) }) },
  { weight: 2, arbitrary: kind("openSnapshot", {}) },
  { weight: 1, arbitrary: kind("closeSnapshot", { at: fc.nat(10) }) },
);

const operation: Arbitrary<Operation> = fc.letrec<{ any: Operation; atomic: Operation }>((tie) => ({
  any: fc.oneof({ maxDepth: 2, withCrossShrink: true }, { weight: 5, arbitrary: verb }, { weight: 1, arbitrary: tie("atomic") }),
  atomic: fc.record(
    {
      kind: fc.constant("atomic" as const),
      parts: fc.array(fc.record({ operation: tie("any"), caught: fc.boolean() }, { noNullPrototype: true }), { maxLength: 6 }),
      end: fc.oneof(
        { weight: 4, arbitrary: fc.constant("returns" as const) },
        { weight: 1, arbitrary: fc.constantFrom("throws" as const, "returns a promise" as const) },
      ),
    },
    { noNullPrototype: true },
  ),
})).any;

const someRecords: Arbitrary<Operation[]> = fc
  .array(content, { maxLength: 12 })
  .map((list) => [{ kind: "insert", sources: list.map((one) => ({ fields: one, fault: undefined })), many: true, skipValidation: true }]);

/** What is done to one table, in this order. */
export const operations: Arbitrary<Operation[]> = fc
  .tuple(someRecords, fc.array(operation, { maxLength: 20, size: "max" }))
  .map(([first, others]) => [...first, ...others]);
