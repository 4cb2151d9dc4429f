import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Change } from "../../src/log/commit.js";
import { bigint, bytes, date, key, number, text } from "./arbitraries.js";
import type { PlainRecord } from "./plain-order.js";

/*
 * Values for what is written as bytes: where `arbitraries` has few values, so that they meet, these are spread over every size that a format may treat
 * in a way of its own.
 */

/** Whole numbers around the powers of two, where formats change the number of bytes. */
const edge = fc
  .tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: -2, max: 2 }), fc.boolean())
  .map(([power, offset, isNegative]) => (isNegative ? -1n : 1n) * (2n ** BigInt(power) + BigInt(offset)));

const anyNumber = fc.oneof(number, edge.map(Number), fc.double(), fc.integer(), fc.maxSafeInteger());

const anyBigint = fc.oneof(
  bigint,
  edge,
  fc.bigInt(),
  fc
    .tuple(fc.integer({ min: 60, max: 2100 }), fc.bigInt({ min: -300n, max: 300n }))
    .map(([power, offset]) => offset * 2n ** BigInt(power) + offset),
);

/** Lengths around which formats change the number of bytes, or a reader its way. */
const length = fc.constantFrom(
  0,
  1,
  9,
  10,
  11,
  12,
  13,
  15,
  16,
  24,
  25,
  31,
  32,
  33,
  63,
  64,
  65,
  85,
  86,
  255,
  256,
  257,
  21845,
  21846,
  65535,
  65536,
  70000,
);

/** Strings of every length from every part of Unicode, broken ones too. */
export const anyText: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom("\ud83d", "\ude00", "a", "\ufffd", "\ufeff"), { maxLength: 6 }).map((units) => units.join("")),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(length, fc.constantFrom("x", "é", "€", "😀", "\ud83d"), fc.constantFrom("", "a", "ü", "\ufffd"))
      .map(([count, unit, end]) => unit.repeat(count) + end),
  },
);

const anyDate = fc.oneof(
  date,
  fc.integer({ min: -8.64e15, max: 8.64e15 }).map((time) => new Date(time)),
  fc
    .constantFrom(2 ** 32, 2 ** 34, 0)
    .chain((seconds) => fc.integer({ min: -2001, max: 2001 }).map((offset) => new Date(seconds * 1000 + offset))),
);

const anyBytes = fc.oneof(
  bytes,
  fc.uint8Array({ maxLength: 20 }),
  length.map((count) => new Uint8Array(count).fill(count)),
  // A view of a part of other bytes.
  fc.uint8Array({ minLength: 3, maxLength: 9 }).map((whole) => whole.subarray(1, 3)),
);

/** With the prototype of every plain object: the one that what was decoded has. */
const plain = { noNullPrototype: true } as const;

const someNames = ["x", "y", "z", "a", "b", "toString", "hasOwnProperty", "", "é", "0", "12", "\ud83d", 'a"]};', "\u2028", "n".repeat(100)];

/** The name of a field: most often one of a few, so that objects share their fields. */
export const fieldName: Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...someNames) },
  { weight: 1, arbitrary: anyText.filter((name) => name !== "__proto__" && name !== "constructor" && name !== "prototype") },
);

const anyScalar = fc.oneof(
  { weight: 6, arbitrary: anyNumber },
  { weight: 5, arbitrary: anyText },
  { weight: 2, arbitrary: anyBigint },
  { weight: 2, arbitrary: fc.constantFrom(true, false, null) },
  { weight: 1, arbitrary: anyDate },
  { weight: 1, arbitrary: anyBytes },
);

/** Any storable value of any size. */
export const storable: Arbitrary<unknown> = fc.letrec<{ any: unknown; list: unknown[]; object: PlainRecord }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    { weight: 6, arbitrary: anyScalar },
    { weight: 1, arbitrary: tie("list") },
    { weight: 1, arbitrary: tie("object") },
  ),
  list: fc.oneof(
    { weight: 9, arbitrary: fc.array(tie("any"), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(15, 16, 17, 300).map((count) => Array.from({ length: count }, (_, i) => i)) },
  ),
  object: fc.dictionary(fieldName, tie("any"), { maxKeys: 4, ...plain }),
})).any;

/** A record, of one of a few shapes as often as not. */
export const storedRecord: Arbitrary<PlainRecord> = fc.oneof(
  fc.record({ id: key, name: anyText, age: anyNumber }, plain),
  fc.record({ id: key, age: anyNumber, tags: storable, more: storable }, { requiredKeys: [], ...plain }),
  fc.dictionary(fieldName, storable, { maxKeys: 5, ...plain }),
);

const table = fc.constantFrom(1, 2, 300);

/** A put whose key stands in one of its fields, as often as not. */
const put: Arbitrary<Change> = fc
  .tuple(table, key, storedRecord, fc.constantFrom(undefined, "id", "x", "0"))
  .map(
    ([table, key, record, field]) =>
      ({ type: "put", table, key, record: field === undefined ? record : { ...record, [field]: key } }) as Change,
  );

const definition = fc.record(
  {
    id: table,
    name: anyText,
    primaryKey: fieldName,
    descriptors: fc.dictionary(fieldName, fc.constantFrom("string", "number?"), plain),
    versionField: fieldName,
    lockNumber: table,
    needsSchema: fc.boolean(),
  },
  plain,
);

const otherChange: Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constant("delete" as const), table, key }, plain),
  fc.record({ type: fc.constant("keyCounter" as const), table, nextKey: fc.maxSafeInteger() }, plain),
  fc.record({ type: fc.constant("columns" as const), table, names: fc.array(fieldName, { maxLength: 4 }) }, plain),
  fc.record({ type: fc.constant("createTable" as const), definition }, plain),
  fc.record(
    { type: fc.constant("dropIndex" as const), table, fields: fc.array(fc.array(fieldName, { maxLength: 2 }), { maxLength: 2 }) },
    plain,
  ),
);

/** Any change of a commit. */
export const change: Arbitrary<Change> = fc.oneof({ weight: 3, arbitrary: put }, { weight: 2, arbitrary: otherChange });
