import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { identical } from "../../../src/base/identical.js";
import { copyValueOut } from "../../../src/base/copy.js";
import { value as storable } from "../../support/arbitraries.js";

describe("identical", () => {
  it("holds between a value and its copy", () => {
    fc.assert(fc.property(storable, (value) => identical(value, copyValueOut(value))));
  });

  it("does not look at the order of fields", () => {
    expect(identical({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
  });

  it.each<[unknown, unknown]>([
    [1, 1n],
    [0, -0],
    [1, "1"],
    [null, undefined],
    [null, {}],
    [[1], [1, 2]],
    [[1, 2], [1]],
    [[1], { 0: 1 }],
    [{ 0: 1 }, [1]],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: 1, b: 1 }, { a: 1 }],
    [{}, { toString: 1 }],
    [new Date(1), new Date(2)],
    [new Date(1), { a: 1 }],
    [{}, new Date(1)],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new Uint8Array([1]), [1]],
    [{}, new Uint8Array()],
    [[{ a: [1] }], [{ a: [1n] }]],
  ])("tells %p from %p", (a, b) => {
    expect(identical(a, b)).toBe(false);
  });

  it("takes NaN for the same as NaN", () => {
    expect(identical([Number.NaN], [Number.NaN])).toBe(true);
  });
});
