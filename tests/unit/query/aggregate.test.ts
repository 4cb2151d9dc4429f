import { describe, expect, it } from "@jest/globals";
import { avg, count, DictDB, sum } from "../../../src/index.js";

function tableOf(values: readonly (number | bigint)[]) {
  const table = new DictDB().createTable("t");
  table.insert(values.map((a) => ({ a })));
  return table;
}

describe("a group of equal numbers and bigints", () => {
  it.each([[[0n, -0]], [[-0, 0n]], [[0n, 0, -0]]])("goes by 0 and never by -0: %p", (values) => {
    expect(tableOf(values).aggregate({ n: count() }, { groupBy: "a" })).toEqual([{ a: 0, n: values.length }]);
  });
});

describe("a sum of numbers and bigints", () => {
  it("is rounded once", () => {
    // Each part for itself is rounded down to 2 ** 53.
    expect(tableOf([2n ** 53n + 1n, 0.5]).aggregate({ total: sum("a") })).toEqual({ total: 2 ** 53 + 2 });
    expect(tableOf([2n ** 53n + 1n, 1]).aggregate({ mean: avg("a") })).toEqual({ mean: 2 ** 52 + 1 });
  });

  it("is exact where the parts cancel out, even beyond the range of numbers", () => {
    expect(tableOf([10n ** 400n, 0.25, -(10n ** 400n)]).aggregate({ total: sum("a") })).toEqual({ total: 0.25 });
    expect(tableOf([10n ** 400n, 0.25]).aggregate({ total: sum("a") })).toEqual({ total: Infinity });
  });

  it("is infinite or NaN where a number is", () => {
    expect(tableOf([1n, -Infinity]).aggregate({ total: sum("a") })).toEqual({ total: -Infinity });
    expect(tableOf([1n, NaN]).aggregate({ total: sum("a") })).toEqual({ total: NaN });
  });
});
