import { runInNewContext } from "node:vm";
import { describe as suite, expect, it } from "@jest/globals";
import fc from "fast-check";
import { countText, describe, didYouMean } from "../../../src/base/describe.js";

class Point {
  readonly x = 1;
}

/** Runs no code of its own without being noticed: every trap and getter throws. */
function booby(): unknown[] {
  const explode = (): never => {
    throw new Error("foreign code ran");
  };
  const handler = new Proxy({}, { get: explode });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const revokedArray = Proxy.revocable([], {});
  revokedArray.revoke();
  return [
    new Proxy({}, handler),
    new Proxy([], handler),
    revoked.proxy,
    revokedArray.proxy,
    Object.defineProperty({}, Symbol.toStringTag, { get: explode }),
    Object.defineProperty({}, "constructor", { get: explode }),
    Object.create(Object.defineProperty({}, "constructor", { get: explode })),
    Object.create(new Proxy({}, handler)),
    Object.create({ constructor: new Proxy(Point, handler) }),
    Object.create({ constructor: Object.defineProperty(() => undefined, "name", { get: explode }) }),
    { toString: explode, valueOf: explode, toJSON: explode, [Symbol.toPrimitive]: explode },
    Object.defineProperty([1], "0", { get: explode }),
  ];
}

suite("rendering a value", () => {
  it.each<[unknown, string]>([
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [0, "0"],
    [-0, "-0"],
    [1.5, "1.5"],
    [Number.NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [12n, "12n"],
    [-12n, "-12n"],
    ["", '""'],
    ['say "hi"\n', '"say \\"hi\\"\\n"'],
    [Symbol("secret"), "a symbol"],
    [() => 1, "a function"],
    [Point, "a function"],
    [[], "an empty array"],
    [[1, 2, 3], "an array of 3"],
    [{}, "an object"],
    [Object.create(null), "an object"],
    [Object.create({ inherited: 1 }), "an object"],
    [new Point(), "a Point"],
    [new Date(0), "a Date"],
    [new Map(), "a Map"],
    [new Uint8Array(2), "a Uint8Array"],
    [new ArrayBuffer(2), "an ArrayBuffer"],
    [new (class extends Array {})(), "an empty array"],
    [
      new (class {
        readonly x = 1;
      })(),
      "an object",
    ],
  ])("renders %p as %s", (value, expected) => {
    expect(describe(value)).toBe(expected);
  });

  it("knows the classes of another realm", () => {
    const foreign = runInNewContext(
      "({ date: new Date(0), map: new Map(), plain: { a: 1 }, list: [1, 2], bytes: new Uint8Array(1) })",
    ) as Record<string, unknown>;
    expect(Object.values(foreign).map(describe)).toEqual(["a Date", "a Map", "an object", "an array of 2", "a Uint8Array"]);
  });

  it("shortens what is long", () => {
    expect(describe("x".repeat(61))).toBe(`"${"x".repeat(60)}…"`);
    expect(describe("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
    expect(describe(2n ** 4_000_000n)).toBe("a bigint of about 4000004 bits");
    expect(describe(-(10n ** 50n))).toBe(`-1${"0".repeat(50)}n`);
    const named = Object.create({ constructor: Object.defineProperty(() => undefined, "name", { value: "N".repeat(1000) }) }) as unknown;
    expect(describe(named)).toBe(`a ${"N".repeat(60)}`);
  });

  it("does not run the code of the value", () => {
    for (const value of booby()) expect(describe(value)).toMatch(/^an? (?:Proxy|object|array of 1)$/);
  });

  it("answers a short line for anything", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
        (value) => {
          const text = describe(value);
          expect(text).not.toMatch(/[\n\r]/);
          // A control character of a string takes six characters.
          expect(text.length).toBeLessThanOrEqual(6 * 60 + 3);
        },
      ),
    );
  });
});

suite("what was probably meant", () => {
  const known = ["users", "products", "address", "id"];

  it.each<[string, string]>([
    ["user", "users"],
    ["usres", "users"],
    ["Users", "users"],
    ["PRODUCTS", "products"],
    ["prodcuts", "products"],
    ["adress", "address"],
    ["addrress", "address"],
    ["ids", "id"],
  ])("%s is %s", (name, meant) => {
    expect(didYouMean(name, known)).toBe(`did you mean "${meant}"?`);
  });

  it.each(["", "x", "orders", "ur", "prod", "constructor"])("%p is none of them", (name) => {
    expect(didYouMean(name, known)).toBeUndefined();
  });

  it("is the nearest", () => {
    expect(didYouMean("dates", ["date", "datas", "dates2"])).toBe('did you mean "date"?');
    expect(didYouMean("pricee", ["prices2", "price"])).toBe('did you mean "price"?');
  });
});

suite("a number of things", () => {
  it("is one or many", () => {
    expect([0, 1, 2, 12345].map((count) => countText(count, "record"))).toEqual(["0 records", "1 record", "2 records", "12,345 records"]);
  });
});
