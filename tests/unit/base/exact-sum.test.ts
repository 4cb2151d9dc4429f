import { describe, expect, it } from "@jest/globals";
import { ExactSum } from "../../../src/base/exact-sum.js";

const { MAX_VALUE, MAX_SAFE_INTEGER, MIN_VALUE } = Number;
/** The distance from the largest number to the one before it. */
const lastGap = 2 ** 971;

describe("ExactSum", () => {
  it.each<[string, number[], number]>([
    ["nothing", [], 0],
    ["minus zero", [-0, -0], 0],
    ["opposites", [5, -5], 0],
    ["integers", [1, 2, 3], 6],
    ["tenths", Array.from({ length: 10 }, () => 0.1), 1],
    ["prices", [0.1, 0.2, -0.3], 2 ** -55],
    ["what plain addition loses", [1e100, 1, -1e100], 1],
    ["integers beyond the safe ones", [MAX_SAFE_INTEGER, MAX_SAFE_INTEGER, 1, 1, -MAX_SAFE_INTEGER], MAX_SAFE_INTEGER + 2],
    ["a tie, to even below", [1, 2 ** -53], 1],
    ["a tie, to even above", [1 + 2 ** -52, 2 ** -53], 1 + 2 ** -51],
    ["a tie that a tiny part decides", [1, 2 ** -53, 2 ** -200], 1 + 2 ** -52],
    ["a tie that the tiniest part decides", [1, 2 ** -53, MIN_VALUE], 1 + 2 ** -52],
    ["a tie that a tiny negative part decides", [1 + 2 ** -52, 2 ** -53, -MIN_VALUE], 1 + 2 ** -52],
    ["parts of all sizes", [1e300, 1e200, 1e100, 1, 1e-100, 1e-300, -1e300, -1e200, -1e100, -1, -1e-100], 1e-300],
    ["the smallest numbers", [MIN_VALUE, MIN_VALUE, MIN_VALUE], 3 * MIN_VALUE],
    ["the range left and entered again", [MAX_VALUE, MAX_VALUE, -MAX_VALUE], MAX_VALUE],
    ["the range left far and entered again", [MAX_VALUE, MAX_VALUE, MAX_VALUE, 1, -MAX_VALUE, -MAX_VALUE, -MAX_VALUE], 1],
    ["the range left for good", [MAX_VALUE, MAX_VALUE], Infinity],
    ["the range left below", [-MAX_VALUE, -lastGap], -Infinity],
    ["half a step beyond the range", [MAX_VALUE, lastGap / 2], Infinity],
    ["just less than half a step beyond the range", [MAX_VALUE, lastGap / 2, -MIN_VALUE], MAX_VALUE],
    ["infinity", [1, Infinity, -MAX_VALUE, -MAX_VALUE], Infinity],
    ["minus infinity", [MAX_VALUE, MAX_VALUE, -Infinity], -Infinity],
    ["both infinities", [Infinity, 1, -Infinity], NaN],
    ["NaN", [1, NaN, 2], NaN],
  ])("adds %s", (_name, values, expected) => {
    for (const order of [values, [...values].reverse(), [...values].sort((a, b) => a - b)]) {
      const sum = new ExactSum();
      for (const value of order) sum.add(value);
      expect(sum.value()).toBe(expected);
    }
  });

  it("can be read in between", () => {
    const sum = new ExactSum();
    const seen = [MAX_VALUE, MAX_VALUE, -MAX_VALUE, -MAX_VALUE, 0.5, 2 ** -200, 0.25].map((value) => {
      sum.add(value);
      expect(sum.value()).toBe(sum.value());
      return sum.value();
    });
    expect(seen).toEqual([MAX_VALUE, Infinity, MAX_VALUE, 0, 0.5, 0.5, 0.75]);
  });

  it("does not drift over many prices", () => {
    const sum = new ExactSum();
    for (let cents = 0; cents < 100_000; cents++) sum.add(cents / 100);
    // Each price is the number nearest to it; the errors of these cancel to less than half of the last digit.
    expect(sum.value()).toBe(49_999_500);
  });
});
