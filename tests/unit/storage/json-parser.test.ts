import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { JsonParser, needMore } from "../../../src/storage/json-parser.js";
import { valueText } from "../../../src/storage/json-text.js";
import { runs } from "../../support/arbitraries.js";
import { exactText } from "../../support/plain-order.js";
import { thrown } from "../../support/thrown.js";

/** Reads a value from bytes that come in pieces of a size. */
function read(text: string | Buffer, size = Infinity): unknown {
  const bytes = Buffer.from(text as string);
  const parser = new JsonParser();
  let offset = Math.min(size, bytes.length);
  parser.push(bytes.subarray(0, offset), offset === bytes.length);
  for (;;) {
    const { at } = parser;
    try {
      const value = parser.readValue();
      expect(parser.peek()).toBe(-1);
      return value;
    } catch (error) {
      if (error !== needMore) throw error;
      parser.restart(at);
    }
    const next = Math.min(offset + size, bytes.length);
    parser.push(bytes.subarray(offset, next), next === bytes.length);
    offset = next;
  }
}

describe("the JSON parser", () => {
  it("reads what JSON.parse reads, in pieces of any size", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 1, 4), (value, size, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        // What is read in another way, on purpose.
        fc.pre(!/\d{16}|__proto__|constructor|prototype/.test(text));
        expect(exactText(read(text, size))).toBe(exactText(JSON.parse(text)));
      }),
      runs(300),
    );
  });

  it.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["[-Infinity, Infinity]", [-Infinity, Infinity]],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["-123456789012345678901234567890", -123456789012345678901234567890n],
    ["9.007199254740992e+15", 2 ** 53],
    ["-0", -0],
    ["-0.0", -0],
    ["1e2", 100],
    ['"\\ud83d\\u00e9"', "\ud83d\u00e9"],
    ['{"$date": "x", "a": 1}', { $date: "x", a: 1 }],
  ])("reads %s", (text, value) => {
    expect(exactText(read(text))).toBe(exactText(value));
    expect(exactText(read(text, 1))).toBe(exactText(value));
  });

  it.each<[string, string]>([
    ["", "the end instead of a value at byte 0"],
    ["[1,]", '"]" instead of a value at byte 3'],
    ["[1 2]", '"2" instead of "," or "]" at byte 3'],
    ['{"a":1,}', '"}" instead of the name of a member at byte 7'],
    ['{"a" 1}', '"1" instead of ":" at byte 5'],
    ["{1:2}", '"1" instead of the name of a member at byte 1'],
    ['{"a":1,"a":2}', 'the member "a" twice at byte 11'],
    ['{"__proto__":1}', "a member named __proto__ at byte 13"],
    ['[{"constructor":{"prototype":1}}]', "a member named constructor at byte 16"],
    ["01", '"0" instead of a value at byte 0'],
    ["1.", '"1" instead of a value at byte 0'],
    ["-", '"-" instead of a value at byte 0'],
    ["+1", '"+" instead of a value at byte 0'],
    ["1e999", "a number that is too large, 1e999 at byte 0"],
    ["nul", '"n" instead of a value at byte 0'],
    ["-Inf", '"I" instead of a value at byte 1'],
    ['"a', "a string without an end at byte 0"],
    ['"a\nb"', "a control character in a string at byte 2"],
    ['"\\x"', "a wrong escape in a string at byte 1"],
    ['"\\', "a string without an end at byte 0"],
    ["\u00e9", "byte 0xc3 instead of a value at byte 0"],
    ["9".repeat(10_001), "a number of 10001 digits at byte 0"],
  ])("refuses %j", (text, message) => {
    expect(thrown(RangeError, () => read(text)).message).toBe(`found ${message}`);
  });

  it("refuses a string that is not UTF-8", () => {
    expect(() => read(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toThrow("a string that is not UTF-8 at byte 1");
    expect(() => read(Buffer.from([0x22, 0xed, 0xa0, 0xbd, 0x22]))).toThrow("a string that is not UTF-8 at byte 1");
  });

  it("refuses nesting that would use up the stack, at once", () => {
    for (const deep of ["[".repeat(100_000), '{"a":'.repeat(100_000)])
      expect(() => read(deep)).toThrow("values nested deeper than 144 levels");
  });

  it("reads records whose fields change from one to the next", () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.constantFrom("a", "b", "c", 'q"', "é"), fc.integer(), { maxKeys: 4 })), (records) => {
        const parser = new JsonParser();
        parser.push(Buffer.from(records.map((record) => JSON.stringify(record)).join(" ")), true);
        expect(records.map(() => parser.readRecord())).toEqual(records);
      }),
      runs(200),
    );
  });

  it("refuses a record that has a field twice, also behind one that has not", () => {
    const parser = new JsonParser();
    parser.push(Buffer.from('{"a":1,"b":2}{"a":1,"a":2}'), true);
    expect(parser.readRecord()).toEqual({ a: 1, b: 2 });
    expect(() => parser.readRecord()).toThrow('the member "a" twice');
  });
});

describe("a value as text", () => {
  it.each<[unknown, string]>([
    [2 ** 53, "9.007199254740992e+15"],
    [-(2 ** 60), "-1.152921504606847e+18"],
    [1e21, "1e+21"],
    [0.1, "0.1"],
    [{ b: 1, a: [null, true], 10: 1, 9: 2 }, '{"9":2,"10":1,"a":[null,true],"b":1}'],
    [{ $date: 1 }, '{"$object":{"$date":1}}'],
    [{ a: undefined, $b: 1 }, '{"$b":1}'],
  ])("is %j", (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});
