import { describe, expect, it } from "@jest/globals";
import { prefixUpperBound } from "../../../src/condition/prefix.js";

describe("prefixUpperBound", () => {
  it.each([
    ["a", "b"],
    ["abc", "abd"],
    ["a\uffff", "b"],
    ["ab\uffff\uffff", "ac"],
    ["\ud7ff", "\ud800"],
    ["😀", "\ud83d\ude01"],
    ["\ufffe", "\uffff"],
    ["\u0000", "\u0001"],
  ])("of %j is %j", (prefix, bound) => {
    expect(prefixUpperBound(prefix)).toBe(bound);
  });

  it.each(["", "\uffff", "\uffff\uffff"])("of %j does not exist", (prefix) => {
    expect(prefixUpperBound(prefix)).toBeUndefined();
  });
});
