import { describe, expect, it } from "@jest/globals";
import { isPlainData } from "../../../src/codec/plain-data.js";

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

describe("isPlainData", () => {
  it.each<[unknown]>([
    [null],
    [true],
    [0],
    [-1.5],
    [Number.NaN],
    [2 ** 60],
    [""],
    ["é😀"],
    [[]],
    [[1, ["a", null]]],
    [{}],
    [{ a: { b: [1] } }],
    [Object.assign(Object.create(null), { a: 1 })],
    [deep(75)],
  ])("holds for %p", (value) => expect(isPlainData(value)).toBe(true));

  it.each<[string, unknown]>([
    ["-0", -0],
    ["a bigint", 1n],
    ["a date", new Date(0)],
    ["bytes", new Uint8Array(1)],
    ["undefined", undefined],
    ["a function", () => 1],
    ["half a character", "a\ud83d"],
    ["half a character in a name", { "\ude00": 1 }],
    ["a field that is undefined", { a: undefined }],
    ["a hole", [1, , 2]], // oxlint-disable-line no-sparse-arrays -- that is what is tested
    ["a getter", Object.defineProperty({}, "a", { get: () => 1, enumerable: true })],
    ["a name that a library would change", JSON.parse('{"__proto__":1}')],
    ["an instance of a class", new Map()],
    ["such a value inside", { a: [{ b: 1n }] }],
    ["what is nested too deep", deep(200)],
  ])("does not hold for %s", (_what, value) => expect(isPlainData(value)).toBe(false));
});
