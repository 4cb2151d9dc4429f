import { describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "../../../src/base/errors.js";
import { fromExtendedJson, toExtendedJson } from "../../../src/base/extended-json.js";

describe("extended JSON", () => {
  it.each<[unknown, unknown]>([
    [null, null],
    [true, true],
    ["text", "text"],
    [1.5, 1.5],
    [-0, { $number: "-0" }],
    [Number.NaN, { $number: "NaN" }],
    [-Infinity, { $number: "-Infinity" }],
    [12345678901234567890n, { $bigint: "12345678901234567890" }],
    [new Date(0), { $date: "1970-01-01T00:00:00.000Z" }],
    [new Date(-62198755200000), { $date: "-000001-01-01T00:00:00.000Z" }],
    [Uint8Array.of(0, 255), { $bytes: "AP8=" }],
    [
      [1n, [new Date(0)]],
      [{ $bigint: "1" }, [{ $date: "1970-01-01T00:00:00.000Z" }]],
    ],
    [
      { a: 1n, b: { c: null } },
      { a: { $bigint: "1" }, b: { c: null } },
    ],
    [{ $date: "x" }, { $object: { $date: "x" } }],
    [{ $object: { $a: 1n } }, { $object: { $object: { $object: { $a: { $bigint: "1" } } } } }],
    [
      { $a: 1, b: 2 },
      { $a: 1, b: 2 },
    ],
  ])("says %p, and comes back", (value, json) => {
    expect(toExtendedJson(value)).toStrictEqual(json);
    expect(fromExtendedJson(JSON.parse(JSON.stringify(json)), "load()")).toStrictEqual(value);
  });

  it.each([
    { $date: "soon" },
    { $bigint: "1.5" },
    { $bigint: 1 },
    { $number: "1" },
    { $bytes: 1 },
    { $object: 1 },
    { $oid: "x" },
    { $: 1 },
  ])("refuses %j, which is no such thing", (json) => {
    expect(() => fromExtendedJson(json, "load()")).toThrow(InvalidArgumentError);
    expect(() => fromExtendedJson([{ a: json }], "load()")).toThrow(/^load\(\): "\$[a-z]*" must be /);
  });

  it("refuses what is nested too deep for the stack", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 1_000; level++) deep = [deep];
    expect(fromExtendedJson(deep, "load()")).toEqual(deep);
    expect(() => fromExtendedJson([deep], "load()")).toThrow("load(): value must be nested at most 1000 levels deep");
    expect(() => fromExtendedJson({ $object: { a: deep } }, "load()")).toThrow(InvalidArgumentError);
  });
});
