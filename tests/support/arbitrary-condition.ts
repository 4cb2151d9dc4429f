import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { bigint, bytes, date, number, orderable, partial, scalar, text, value } from "./arbitraries.js";
import { valueAt } from "./plain-condition.js";
import type { Spec, Verb } from "./plain-condition.js";
import { classOf } from "./plain-order.js";
import type { PlainRecord } from "./plain-order.js";
import type { PlainWhere } from "./plain-query.js";

/** The fields of records in tests of queries, besides the primary key and `u`, and what they hold: each mostly one class of values, and some others. */
const fields = {
  a: fc.oneof({ weight: 6, arbitrary: number }, { weight: 2, arbitrary: bigint }, { weight: 2, arbitrary: scalar }),
  b: fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: scalar }),
  c: value,
  d: fc.oneof(fc.boolean(), date, bytes, fc.constant(null)),
  tags: fc.oneof(
    { weight: 5, arbitrary: fc.array(fc.oneof(text, number, bigint), { maxLength: 4 }) },
    { weight: 2, arbitrary: text },
    { weight: 1, arbitrary: value },
  ),
  n: fc.oneof({ weight: 6, arbitrary: partial({ x: number, y: partial({ z: text }) }) }, { weight: 1, arbitrary: value }),
  toString: fc.oneof(number, fc.constant(null)),
} satisfies Record<string, Arbitrary<unknown>>;

/** What a record holds, its key apart. */
export const content: Arbitrary<PlainRecord> = partial(fields);

/** A place that conditions name, the values that may be found there, and how often conditions look at it. */
interface Place {
  readonly path: readonly string[];
  readonly values: Arbitrary<unknown>;
  readonly weight: number;
  /** Whether they are mostly strings. */
  readonly texts?: true;
}

const places: readonly Place[] = [
  { path: ["a"], values: fields.a, weight: 18 },
  { path: ["b"], values: fields.b, weight: 14, texts: true },
  { path: ["c"], values: fields.c, weight: 4 },
  { path: ["d"], values: fields.d, weight: 4 },
  { path: ["tags"], values: fields.tags, weight: 6 },
  { path: ["n"], values: fields.n, weight: 2 },
  { path: ["n", "x"], values: number, weight: 8 },
  { path: ["n", "y", "z"], values: text, weight: 4, texts: true },
  { path: ["n", "toString"], values: scalar, weight: 1 },
  { path: ["toString"], values: fields.toString, weight: 2 },
  { path: ["u"], values: scalar, weight: 4 },
  { path: ["nowhere"], values: scalar, weight: 1 },
];

const pattern = fc
  .array(fc.constantFrom("%", "%", "_", "a", "b", "ab", "A", "!%", "!_", "!!", "é", "İ", "😀", "\ud83d", "\uffff"), { maxLength: 5 })
  .map((parts) => parts.join(""));
const likeArguments: Arbitrary<readonly unknown[]> = fc.oneof(fc.tuple(pattern), fc.tuple(pattern, fc.constant({ escape: "!" })));
const beginning = fc.constantFrom("a", "a", "ab", "A", "aa", "b", "\uffff", "\0", "");
const expression = fc.constantFrom(/^a/, /b$/i, /./su, /a|é/g, /a/y, /^$/, /[^ab]/gy);

/**
 * Stands for the value that one record of the table has in the field that the condition looks at; {@link picked} puts it in. 0 is the same record
 * for the whole condition.
 */
class Picked {
  readonly at: number;

  constructor(at: number) {
    this.at = at;
  }
}

/** A condition with the values of these records in the place of picks, so that it matches something more often than chance has it. */
function withPicks(spec: Spec, records: readonly PlainRecord[]): Spec {
  if ("all" in spec) return { all: spec.all.map((inner) => withPicks(inner, records)) };
  if ("any" in spec) return { any: spec.any.map((inner) => withPicks(inner, records)) };
  if ("not" in spec) return { not: withPicks(spec.not, records) };
  const { verb, path } = spec;
  const mustHaveOrder = ["lt", "lte", "gt", "gte", "between"].includes(verb);
  const pick = (arg: unknown): unknown => {
    if (Array.isArray(arg)) return arg.map(pick);
    if (!(arg instanceof Picked)) return arg;
    const found = valueAt(records[arg.at % records.length]!, path) ?? null;
    if (verb === "contains") return partOf(found, arg.at);
    if (verb === "startsWith") return beginningOf(found, arg.at);
    if (verb === "like") return `${beginningOf(found, arg.at).replace(/[%_!]/g, "!$&")}${["%", "_", "%b", "_%", ""][arg.at % 5]}`;
    return mustHaveOrder && !isOrderable(found) ? arg.at : found;
  };
  return { verb, path, args: spec.args.map(pick) };
}

function beginningOf(found: unknown, at: number): string {
  return typeof found === "string" ? found.slice(0, 1 + (at % 2)) : "a";
}

/** What a value contains: an element of an array, a piece of a text. */
function partOf(found: unknown, at: number): unknown {
  if (Array.isArray(found)) return (found as unknown[])[at % found.length] ?? null;
  return typeof found === "string" ? found.slice(at % 2, 2) : found;
}

/**
 * A query or aggregate with the values of these records in the place of picks.
 * @param first the position of the record that most picks mean
 */
export function picked<Q extends { readonly where: PlainWhere | undefined }>(query: Q, given: readonly PlainRecord[], first: number): Q {
  const records = given.map((_, i) => given[(first + i) % given.length]!);
  const { where } = query;
  if (where === undefined) return query;
  if (where.kind !== "shorthand") return { ...query, where: { ...where, spec: withPicks(where.spec, records) } };
  const entries = Object.entries(where.fields).map(([name, wanted]) => {
    const found = wanted instanceof Picked ? (valueAt(records[wanted.at % records.length]!, [name]) ?? null) : wanted;
    // The product takes an object with such a name for a mistaken operator.
    return [name, classOf(found) === "object" && Object.keys(found as object).some((member) => member.startsWith("$")) ? null : found];
  });
  return { ...query, where: { ...where, fields: Object.fromEntries(entries) } };
}

const pick = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) }).map((at) => new Picked(at));

/** A condition that an index on its field can use, still without the field; {@link withPicks} gives it its values. */
export const indexable: Arbitrary<{ readonly verb: Verb; readonly args: readonly unknown[] }> = fc.oneof(
  ...(
    [
      [4, ["eq", "eq", "eq", "ne"], fc.tuple(pick)],
      [1, ["eq"], fc.constant([null])],
      [4, ["in"], fc.tuple(fc.array(pick, { maxLength: 4, size: "max" }))],
      [6, ["lt", "lte", "gt", "gte"], fc.tuple(pick)],
      [3, ["between"], fc.tuple(pick, pick)],
      [3, ["startsWith"], fc.tuple(pick)],
      [3, ["like"], fc.tuple(pick, fc.constant({ escape: "!" }))],
      [2, ["contains"], fc.tuple(pick)],
    ] as const
  ).map(([weight, verbs, given]) => ({
    weight,
    arbitrary: fc.tuple(fc.constantFrom<Verb[]>(...verbs), given as Arbitrary<readonly unknown[]>).map(([verb, args]) => ({ verb, args })),
  })),
);

/** The arguments of each verb for a place. */
function argumentsOf({
  values,
  texts,
}: Place): readonly (readonly [weight: number, verbs: readonly Verb[], given: Arbitrary<readonly unknown[]>])[] {
  const any = fc.oneof({ weight: 10, arbitrary: pick }, { weight: 3, arbitrary: values }, { weight: 1, arbitrary: value });
  const ordered = fc.oneof(
    { weight: 8, arbitrary: pick },
    { weight: 3, arbitrary: values.filter(isOrderable) },
    { weight: 1, arbitrary: orderable },
  );
  const often = texts ? 10 : 2;
  return [
    [10, ["eq", "eq", "eq", "ne"], fc.tuple(any)],
    [10, ["lt", "lte", "gt", "gte"], fc.tuple(ordered)],
    [6, ["between"], fc.tuple(ordered, ordered)],
    [8, ["in", "in", "in", "notIn"], fc.tuple(fc.array(any, { maxLength: 5, size: "max" }))],
    [1, ["isNull", "isNotNull"], fc.constant([])],
    [often, ["startsWith"], fc.tuple(fc.oneof(beginning, text))],
    [often, ["like", "like", "ilike"], fc.oneof(likeArguments, fc.tuple(beginning.map((some) => `${some}%`)))],
    [often / 2, ["endsWith", "iequals", "istartsWith", "iendsWith", "icontains"], fc.tuple(text)],
    [8, ["contains"], fc.tuple(fc.oneof(pick, text, number, value))],
    [1, ["matches"], fc.tuple(expression)],
  ];
}

function isOrderable(one: unknown): boolean {
  return one !== null && (typeof one !== "object" || one instanceof Date || one instanceof Uint8Array);
}

/** The places that conditions on a table look at. */
function placesOf(primaryKey: string, keyValues: Arbitrary<unknown>): Place[] {
  return [
    ...places,
    { path: [primaryKey], values: fc.oneof({ weight: 3, arbitrary: keyValues }, { weight: 1, arbitrary: bigint }), weight: 6 },
  ];
}

/** A condition without `and`, `or` and `not` on one of some places. */
function leaf(some: readonly Place[]): Arbitrary<Spec> {
  return fc.oneof(
    ...some.map((place) => ({
      weight: place.weight,
      arbitrary: fc.oneof(
        ...argumentsOf(place).map(([weight, verbs, given]) => ({
          weight,
          arbitrary: fc.record({ verb: fc.constantFrom(...verbs), path: fc.constant(place.path), args: given }, { noNullPrototype: true }),
        })),
      ),
    })),
  );
}

/** A condition with `and`, `or` and `not` in it. */
export function condition(primaryKey: string, keyValues: Arbitrary<unknown>): Arbitrary<Spec> {
  const one = leaf(placesOf(primaryKey, keyValues));
  return fc.letrec<{ any: Spec; group: Spec[] }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 6, arbitrary: one },
      { weight: 3, arbitrary: tie("group").map((all) => ({ all })) },
      { weight: 3, arbitrary: tie("group").map((any) => ({ any })) },
      { weight: 1, arbitrary: tie("any").map((not) => ({ not })) },
    ),
    group: fc.array(tie("any"), { minLength: 1, maxLength: 3 }),
  })).any;
}

/** A `where` of any kind. */
export function where(primaryKey: string, keyValues: Arbitrary<unknown>): Arbitrary<PlainWhere> {
  const spec = condition(primaryKey, keyValues);
  const shorthand = fc
    .array(
      fc.tuple(
        fc.constantFrom("a", "b", "d", "tags", "u", primaryKey),
        fc.oneof({ weight: 4, arbitrary: pick }, { weight: 1, arbitrary: scalar }),
      ),
      { maxLength: 2 },
    )
    .map((entries) => Object.fromEntries(entries));
  return fc.oneof(
    { weight: 6, arbitrary: spec.map((one) => ({ kind: "condition" as const, spec: one })) },
    { weight: 2, arbitrary: spec.map((one) => ({ kind: "unflattened" as const, spec: one })) },
    { weight: 1, arbitrary: shorthand.map((given) => ({ kind: "shorthand" as const, fields: given })) },
    { weight: 1, arbitrary: spec.map((one) => ({ kind: "predicate" as const, spec: one })) },
  );
}
