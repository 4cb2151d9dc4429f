import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ExactSum } from "../../src/base/exact-sum.js";

function sum(values: readonly number[]): number {
  const total = new ExactSum();
  for (const value of values) total.add(value);
  return total.value();
}

/** A finite number as a multiple of 2 ** -1074: doubled until it is whole. */
function units(value: number): bigint {
  let doublings = 0;
  for (; !Number.isInteger(value); value *= 2) doublings++;
  return BigInt(value) << BigInt(1074 - doublings);
}

/** The exact sum, written out in decimal and read again: reading rounds once. */
function reference(values: readonly number[]): number {
  const infinite = values.filter((value) => !Number.isFinite(value));
  if (infinite.length > 0) return infinite.reduce((a, b) => a + b);
  const exact = values.reduce((total, value) => total + units(value), 0n);
  return Number(`${exact * digits}e-1074`);
}
/** 2 ** -1074 is this many times 10 ** -1074. */
const digits = 5n ** 1074n;

const { MAX_VALUE, MIN_VALUE } = Number;
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const edge = fc.constantFrom(
  MAX_VALUE,
  -MAX_VALUE,
  2 ** 1023,
  -(2 ** 1023),
  2 ** 970,
  -(2 ** 970),
  2 ** 969,
  MIN_VALUE,
  -MIN_VALUE,
  2 ** -1022,
  1,
  -1,
  0,
  -0,
);
const powers = fc.tuple(fc.integer({ min: -1074, max: 1023 }), fc.constantFrom(1, -1)).map(([exponent, sign]) => sign * 2 ** exponent);
const ties = fc.constantFrom(1, 2 ** -53, -(2 ** -53), 2 ** -54, 2 ** -106, -(2 ** -106), 2 ** -160, 2 ** -220, -(2 ** -220), 2 ** 53, 3);
const kinds = {
  numbers: finite,
  "safe integers": fc.maxSafeInteger(),
  prices: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
  "powers of two": powers,
  "numbers at the edges of the range": edge,
  "numbers that make ties": ties,
  "all of these": fc.oneof(finite, powers, edge, ties),
};

describe.each(Object.entries(kinds))("a sum of %s", (_name, kind) => {
  // Half of them with their negatives, so that what cancels does so exactly.
  const values = fc
    .tuple(fc.array(kind, { maxLength: 30 }), fc.array(kind, { maxLength: 4 }), fc.boolean())
    .map(([some, more, cancelled]) => some.concat(more, cancelled ? some.map((value) => -value) : []));

  it("is the exact sum, rounded once", () => {
    fc.assert(
      fc.property(values, (given) => {
        expect(sum(given)).toBe(reference(given));
      }),
      { numRuns: 500 },
    );
  });

  it("does not depend on the order", () => {
    const shuffled = values.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length })),
    );
    fc.assert(
      fc.property(shuffled, ([given, other]) => {
        expect(sum(other)).toBe(sum(given));
      }),
      { numRuns: 500 },
    );
  });
});

it("a sum with infinities and NaN is what plain addition of these gives, whatever else is added and when", () => {
  const values = fc.array(fc.oneof(fc.constantFrom(Infinity, -Infinity, NaN), edge, edge), { maxLength: 8 });
  fc.assert(
    fc.property(values, (given) => {
      expect(sum(given)).toBe(reference(given));
    }),
    { numRuns: 2_000 },
  );
});
