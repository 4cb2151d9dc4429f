import { describe, expect, it } from "@jest/globals";
import { decodeValue, encodeValue } from "../../../src/codec/value-codec.js";

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

function deepList(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

describe("a value as bytes", () => {
  it.each<[unknown, string]>([
    [null, "c0"],
    [false, "c2"],
    [true, "c3"],
    [0, "00"],
    [127, "7f"],
    [128, "cc80"],
    [256, "cd0100"],
    [65536, "ce00010000"],
    [4294967295, "ceffffffff"],
    [4294967296, "cb41f0000000000000"],
    [Number.MAX_SAFE_INTEGER, "cb433fffffffffffff"],
    [-1, "ff"],
    [-32, "e0"],
    [-33, "d0df"],
    [-129, "d1ff7f"],
    [-32769, "d2ffff7fff"],
    [-2147483649, "cbc1e0000000200000"],
    [Number.MIN_SAFE_INTEGER, "cbc33fffffffffffff"],
    [-0, "cb8000000000000000"],
    [1.5, "cb3ff8000000000000"],
    [2 ** 53, "cb4340000000000000"],
    [Infinity, "cb7ff0000000000000"],
    [2n, "d7010000000000000002"],
    [-1n, "d701ffffffffffffffff"],
    [2n ** 53n, "d30020000000000000"],
    [-(2n ** 63n), "d38000000000000000"],
    [2n ** 64n - 1n, "cfffffffffffffffff"],
    [2n ** 64n, "c70a0100010000000000000000"],
    [-(2n ** 63n) - 1n, "c70901ff7fffffffffffffff"],
    ["", "a0"],
    ["abc", "a3616263"],
    ["é", "a2c3a9"],
    ["x".repeat(32), `d920${"78".repeat(32)}`],
    ["\ud83d", "d5023dd8"],
    [new Date(1000), "d6ff00000001"],
    [new Date(1001), "d7ff003d090000000001"],
    [new Date(2 ** 34 * 1000), "c70cff000000000000000400000000"],
    [new Date(-1), "c70cff3b8b87c0ffffffffffffffff"],
    [Uint8Array.of(1, 2), "c4020102"],
    [[1, [2]], "92019102"],
    [{ a: 1, b: {} }, "82a16101a16280"],
    [{ a: 1, b: undefined }, "81a16101"],
    [{ "\ud83d": 1 }, "81d5023dd801"],
  ])("%p is the same bytes every time, and comes back", (value, expected) => {
    expect(hex(encodeValue(value))).toBe(expected);
    expect(decodeValue(unhex(expected))).toEqual(value);
    expect(Object.is(decodeValue(unhex(expected)), -0)).toBe(Object.is(value, -0));
  });

  it("comes back as a plain Uint8Array with bytes of its own, whatever held them", () => {
    const source = Buffer.from([1, 2, 3, 4]);
    const encoded = Buffer.from(encodeValue({ part: source.subarray(1, 3) }));
    const { part } = decodeValue(encoded) as { part: Uint8Array };
    expect(Object.getPrototypeOf(part)).toBe(Uint8Array.prototype);
    expect(part.buffer.byteLength).toBe(2);
    source.fill(0);
    encoded.fill(0);
    expect(part).toEqual(Uint8Array.of(2, 3));
  });

  it("is the caller's own: it has no more memory than it needs, and later values leave it alone", () => {
    const first = encodeValue("first");
    const second = encodeValue("second value");
    expect(first.buffer.byteLength).toBe(6);
    expect(decodeValue(first)).toBe("first");
    expect(decodeValue(second)).toBe("second value");
  });

  it("comes back where it is large, and small ones after it", () => {
    const large = { text: "ü".repeat(800_000), list: Array.from({ length: 70_000 }, (_, i) => i), bytes: new Uint8Array(70_000).fill(7) };
    for (const value of [large, "small", large]) expect(decodeValue(encodeValue(value))).toEqual(value);
  });

  it.each<[string, unknown]>([
    ["a string of two bytes a head", "x".repeat(60)],
    ["a string that is not ASCII", "é".repeat(30)],
    ["a string that is broken", "\ud83d".repeat(30)],
    ["a number of nine bytes", 1.5],
    ["a long bigint", 2n ** 300n],
    ["a Date", new Date(-1)],
    ["bytes", new Uint8Array(40)],
    ["a list", [[[[]]]]],
    ["an object", { ["n".repeat(50)]: {} }],
  ])("comes back wherever the end of the buffer meets it: %s", (_what, value) => {
    // The buffer begins with 4,096 bytes.
    for (let length = 3_980; length < 4_110; length++) {
      const list = [new Uint8Array(length), value, 1];
      // A failure gives up the writer, so that the next buffer is a new one.
      expect(() => encodeValue(undefined)).toThrow(TypeError);
      const [filler, ...rest] = decodeValue(encodeValue(list)) as [Uint8Array, ...unknown[]];
      expect(filler.length).toBe(length);
      expect(rest).toEqual([value, 1]);
    }
  });

  it("comes back from an object without a prototype, and from another realm's", () => {
    expect(decodeValue(encodeValue(Object.assign(Object.create(null), { a: 1 })))).toStrictEqual({ a: 1 });
    const foreign: unknown = Object.setPrototypeOf({ a: 1 }, Object.create(null, { hasOwnProperty: { value: 1 } }));
    expect(decodeValue(encodeValue(foreign))).toStrictEqual({ a: 1 });
  });

  it("comes back 80 levels deep: a record at its deepest, and an envelope", () => {
    expect(decodeValue(encodeValue(deepList(80)))).toEqual(deepList(80));
  });

  it("is encoded while another is being encoded, by a getter", () => {
    const value = {
      a: "before",
      get inner(): Uint8Array {
        return encodeValue({ of: "the getter" });
      },
      z: "after",
    };
    expect(decodeValue(encodeValue(value))).toEqual({ a: "before", inner: encodeValue({ of: "the getter" }), z: "after" });
  });
});

describe("what cannot be stored", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);

  it.each<[unknown, string]>([
    [undefined, "a value of type undefined cannot be encoded"],
    [[undefined], "a value of type undefined cannot be encoded"],
    [{ a: () => 1 }, "a value of type function cannot be encoded"],
    [Symbol("s"), "a value of type symbol cannot be encoded"],
    [new Date(Number.NaN), "an invalid Date cannot be encoded"],
    [{ a: new Map([[1, 2]]) }, "a Map cannot be encoded"],
    [deepList(81), "a value nested deeper than 80 levels cannot be encoded"],
    [cycle, "a value nested deeper than 80 levels cannot be encoded"],
  ])("is refused, and the next value is encoded as ever: %#", (value, message) => {
    expect(() => encodeValue(value)).toThrow(TypeError);
    expect(() => encodeValue(value)).toThrow(message);
    expect(decodeValue(encodeValue(deepList(80)))).toEqual(deepList(80));
  });
});

describe("MessagePack of other programs", () => {
  it.each<[string, string, unknown]>([
    ["a small whole number in 64 bits, unsigned", "cf 00000000 00000005", 5],
    ["a small whole number in 64 bits, signed", "d3 ffffffff fffffffe", -2],
    ["a small whole number in more bytes than it needs", "92 cd0005 d2fffffffe", [5, -2]],
    ["2 ** 53, which a number could be by chance", "cf 00200000 00000000", 2n ** 53n],
    ["a float32", "ca 3fc00000", 1.5],
    ["a short string with a long head", "93 d90161 da000161 db0000000161", ["a", "a", "a"]],
    ["bytes with a long head", "92 c5000107 c60000000107", [Uint8Array.of(7), Uint8Array.of(7)]],
    ["lists and objects with a long head", "93 dc000101 dd0000000101 df00000001a16101", [[1], [1], { a: 1 }]],
    ["microseconds, of which a Date has none", "d7ff 003d0ffc 00000001", new Date(1001)],
    ["a byte order mark, which belongs to the text", "a4 efbbbf61", "\ufeffa"],
    ["the replacement character, where it was written", "a3 efbfbd", "\ufffd"],
  ])("%s", (_what, bytes, expected) => {
    expect(decodeValue(unhex(bytes))).toStrictEqual(expected);
  });
});

describe("bytes that are no value", () => {
  it.each<[string, string, string]>([
    ["nothing at all", "", "the end of the bytes"],
    ["a value and more", "0101", "more bytes after the end"],
    ["half a number", "cd01", "the end of the bytes"],
    ["half a string", "a361", "the end of the bytes"],
    ["an object without its last value", "81a161", "the end of the bytes"],
    ["a list that declares four thousand million items", "ddffffffff00", "an array of 4294967295 items and too few bytes for them"],
    ["an object that declares as many fields", "dfffffffff00", "an object of 4294967295 fields and too few bytes for them"],
    ["a string that declares as many bytes", "dbffffffff61", "the end of the bytes"],
    ["bytes that declare as many", "c6ffffffff61", "the end of the bytes"],
    ["an extension that declares as many", "c9ffffffff0161", "the end of the bytes"],
    ["the head that is never used", "c1", "a byte that MessagePack does not use"],
    ["an unknown extension", "d40500", "unknown extension type 5"],
    ["a negative unknown extension", "d4fe00", "unknown extension type -2"],
    ["a regular expression of msgpackr", "d4780092a16180", "unknown extension type 120"],
    ["a record definition of msgpackr", "d4724091a16101", "unknown extension type 114"],
    ["a timestamp of two bytes", "d5ff0000", "a timestamp of 2 bytes"],
    ["a timestamp later than any Date", "c70cff000000007fffffffffffffff", "a timestamp that no Date can hold"],
    ["a timestamp of a thousand million nanoseconds", "c70cff3b9aca000000000000000000", "a timestamp that no Date can hold"],
    ["a whole number of no bytes", "c70001", "a whole number without bytes"],
    ["half a code unit", "d40261", "the middle of a character"],
    ["a string that is not UTF-8", "a2c328", "a string that is not UTF-8"],
    ["a lone byte beyond ASCII, the first of them", "a180", "a string that is not UTF-8"],
    ["an overlong encoding", "a2c080", "a string that is not UTF-8"],
    ["a surrogate in UTF-8", "a3eda0bd", "a string that is not UTF-8"],
    ["a field twice", "82a16101a16102", 'the field "a" twice'],
    ["an inherited name twice", "82a8746f537472696e6701a8746f537472696e6702", 'the field "toString" twice'],
    ["a field named by a number", "810101", "a field whose name is not a string"],
    ["__proto__", `81a9${Buffer.from("__proto__").toString("hex")}80`, "a field named __proto__"],
    ["constructor", `81ab${Buffer.from("constructor").toString("hex")}80`, "a field named constructor"],
    ["prototype", `81a9${Buffer.from("prototype").toString("hex")}80`, "a field named prototype"],
    ["81 levels", `${"91".repeat(81)}01`, "nested deeper than 80 levels"],
    ["a hundred thousand levels", `${"91".repeat(100_000)}01`, "nested deeper than 80 levels"],
  ])("%s", (_what, bytes, message) => {
    expect(() => decodeValue(unhex(bytes))).toThrow(RangeError);
    expect(() => decodeValue(unhex(bytes))).toThrow(message);
    expect(decodeValue(unhex("a161"))).toBe("a");
  });

  it("have a field twice, also where both orders of the fields are known by now", () => {
    expect(decodeValue(unhex("82a16101a16202"))).toStrictEqual({ a: 1, b: 2 });
    expect(decodeValue(unhex("82a16201a16102"))).toStrictEqual({ b: 1, a: 2 });
    for (let i = 0; i < 3; i++) expect(() => decodeValue(unhex("83a16101a16202a16103"))).toThrow('the field "a" twice');
  });

  it("have a field twice among more fields than are remembered", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `f${i}`);
    const object = Object.fromEntries(names.map((name, i) => [name, i]));
    expect(decodeValue(encodeValue(object))).toStrictEqual(object);
    const bytes = encodeValue(object);
    // Renames the last field, f9999, to the first of four digits.
    bytes.set(Buffer.from("f1000"), Buffer.from(bytes).lastIndexOf("f9999"));
    expect(() => decodeValue(bytes)).toThrow('the field "f1000" twice');
  });
});
