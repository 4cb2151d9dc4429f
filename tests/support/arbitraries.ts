import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { PlainKey, PlainRecord } from "./plain-order.js";

/**
 * How often a property runs: `fc.assert(property, runs(100))`. The environment variable DICTDB_RUNS multiplies it, for a longer hunt.
 */
export function runs(count: number): { numRuns: number } {
  return { numRuns: Math.max(1, Math.round(count * Number(process.env.DICTDB_RUNS ?? 1))) };
}

/** The time limit of a test whose properties run that often, in milliseconds. */
export const patience = 60_000 * Math.max(1, Number(process.env.DICTDB_RUNS ?? 1));

const { MAX_SAFE_INTEGER, MAX_VALUE, MIN_VALUE } = Number;

// Few values, so that they meet, and those where something changes: classes, signs, what only one of number and bigint can hold.
const someNumbers = [NaN, -0, 0, 1, 2, 3, -1, 1.5, 0.1, Infinity, -Infinity, 2 ** 53, 2 ** 53 + 2, MAX_SAFE_INTEGER, MAX_VALUE, MIN_VALUE];
export const number: Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1, max: 4 }) },
  { weight: 3, arbitrary: fc.constantFrom(...someNumbers) },
  { weight: 1, arbitrary: fc.double() },
);
export const bigint: Arbitrary<bigint> = fc.constantFrom(0n, 1n, 2n, 3n, -1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 70n), 10n ** 310n);

const letters = ["a", "a", "a", "b", "b", "A", "B", "é", "ß", "İ", "😀", "\ud83d", "\ude00", "\uffff", "\0", "%", "_", "!", "1", " "];
export const text: Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "",
      "a",
      "ab",
      "abc",
      "abd",
      "b",
      "A",
      "Ab",
      "a%",
      "a_b",
      "%a",
      "!",
      "\uffff",
      "\0",
      '\0"d1"',
      "\0sa",
      "1",
      "n1",
      "NaN",
      "null",
    ),
  },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...letters), { maxLength: 5 }).map((parts) => parts.join("")) },
);
export const date: Arbitrary<Date> = fc.constantFrom(0, 1, -1, 1_600_000_000_000, 8.64e15, -8.64e15).map((time) => new Date(time));
export const bytes: Arbitrary<Uint8Array> = fc.array(fc.constantFrom(0, 1, 97, 255), { maxLength: 3 }).map((list) => Uint8Array.from(list));

/** A value that has an order: an operand of `lt` and its kin. */
export const orderable: Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: number },
  { weight: 3, arbitrary: text },
  { weight: 2, arbitrary: bigint },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: date },
  { weight: 1, arbitrary: bytes },
);
export const scalar: Arbitrary<unknown> = fc.oneof({ weight: 6, arbitrary: orderable }, { weight: 1, arbitrary: fc.constant(null) });

const someNames = ["x", "y", "z", "$date", "$object", "toString", "", "é"];

/** Any storable value; those nested in each other stay small. */
export const value: Arbitrary<unknown> = fc.letrec<{ any: unknown; list: unknown[]; object: PlainRecord }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    { weight: 8, arbitrary: scalar },
    { weight: 1, arbitrary: tie("list") },
    { weight: 1, arbitrary: tie("object") },
  ),
  list: fc.array(tie("any"), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom(...someNames), tie("any"), { maxKeys: 3 }),
})).any;

/** A primary key. */
export const key: Arbitrary<PlainKey> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }) },
  { weight: 3, arbitrary: fc.constantFrom("", "a", "b", "ab", "1", "2", "10", "é", "\uffff", "\0") },
  { weight: 1, arbitrary: fc.constantFrom(-1, -7, 1.5, 2 ** 53, 2 ** 60, 1e300, MIN_VALUE) },
);

/** Different keys, in any order. */
export function keys(minLength: number, maxLength: number): Arbitrary<PlainKey[]> {
  return fc.uniqueArray(key, { minLength, maxLength, size: "max" });
}

/** An object that has some of these fields, each as often as not. */
export function partial(fields: Readonly<Record<string, Arbitrary<unknown>>>): Arbitrary<PlainRecord> {
  return fc.record(fields, { requiredKeys: [] });
}
