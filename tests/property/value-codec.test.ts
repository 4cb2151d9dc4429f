import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { unpack } from "msgpackr";
import { decodeValue, encodeValue } from "../../src/codec/value-codec.js";
import { patience, runs } from "../support/arbitraries.js";
import { storable } from "../support/arbitrary-storable.js";
import { isExactly } from "../support/exactly.js";
import { scribble } from "../support/hostile-input.js";
import { plainCopy } from "../support/plain-order.js";

const forbidden = new Set<string | symbol>(["__proto__", "constructor", "prototype"]);

/** Decodes what may be anything, and holds that it either is a value that may be stored or is refused as bytes that are none. */
function decodeAnything(bytes: Uint8Array): "value" | "refused" {
  const before = bytes.slice();
  try {
    const value = decodeValue(bytes);
    checkStorable(value, 0);
    const again = decodeValue(encodeValue(value));
    check(isExactly(again, value), "a value that was decoded does not come back the same");
    return "value";
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "refused";
  } finally {
    check(Buffer.compare(bytes, before) === 0, "decoding changed the bytes");
  }
}

/** `expect` in short: these run a hundred thousand times. */
function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function checkStorable(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  check(depth < 80, "a value is too deep");
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Uint8Array.prototype) return;
  if (prototype === Date.prototype) {
    check(!Number.isNaN(Number(value)), "a Date is invalid");
    return;
  }
  check(prototype === Array.prototype || prototype === Object.prototype, "an object has another prototype");
  for (const name of Reflect.ownKeys(value)) check(!forbidden.has(name), `a field is named ${String(name)}`);
  for (const member of Object.values(value)) checkStorable(member, depth + 1);
}

describe("any storable value", () => {
  it(
    "comes back exactly",
    () => {
      fc.assert(
        fc.property(storable, (value) => isExactly(decodeValue(encodeValue(value)), value)),
        runs(2_000),
      );
    },
    patience,
  );

  it(
    "shares no memory with its bytes, nor they with it",
    () => {
      fc.assert(
        fc.property(storable, (value) => {
          const copy = plainCopy(value);
          const bytes = encodeValue(value);
          const kept = bytes.slice();
          scribble(value);
          encodeValue("something else");
          check(Buffer.compare(bytes, kept) === 0, "the bytes changed with the value");
          const decoded = decodeValue(bytes);
          bytes.fill(0xff);
          return isExactly(decoded, copy);
        }),
        runs(300),
      );
    },
    patience,
  );

  it(
    "is MessagePack as another library reads it, where that library can hold it",
    () => {
      const common = storable.filter(isCommon);
      fc.assert(
        fc.property(common, (value) => isExactly(unpack(encodeValue(value)), value)),
        runs(500),
      );
    },
    patience,
  );
});

describe("bytes that are no value", () => {
  it(
    "are refused wherever they are cut off, and with anything behind them",
    () => {
      const encoded = storable.map(encodeValue).filter((bytes) => bytes.length < 5_000);
      fc.assert(
        fc.property(encoded, (bytes) => {
          const step = Math.ceil(bytes.length / 200);
          for (let length = 0; length < bytes.length; length += step) {
            check(decodeAnything(bytes.slice(0, length)) === "refused", `the first ${length} bytes are a value of their own`);
          }
          check(decodeAnything(Uint8Array.of(...bytes, 0xc0)) === "refused", "a byte more goes unseen");
        }),
        runs(150),
      );
    },
    patience,
  );

  it(
    "are refused or another value after any one bit was flipped",
    () => {
      const seen = new Set<string>();
      const short = storable.map(encodeValue).filter((bytes) => bytes.length <= 60);
      fc.assert(
        fc.property(short, (bytes) => {
          for (let bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit >> 3]! ^= 1 << (bit & 7);
            seen.add(decodeAnything(bytes));
            bytes[bit >> 3]! ^= 1 << (bit & 7);
          }
        }),
        runs(100),
      );
      expect([...seen].sort()).toEqual(["refused", "value"]);
    },
    patience,
  );

  it(
    "are refused or another value after any damage",
    () => {
      const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 4 })), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(storable, damage, (value, edits) => {
          const bytes = Array.from(encodeValue(value).subarray(0, 2000));
          for (const [place, removed, added] of edits) bytes.splice(place % (bytes.length + 1), removed, ...added);
          decodeAnything(Uint8Array.from(bytes));
        }),
        runs(1_500),
      );
    },
    patience,
  );

  it(
    "are refused or a value however they came about",
    () => {
      const heads = fc.constantFrom(0x81, 0x91, 0xc1, 0xc4, 0xc7, 0xd4, 0xd6, 0xd7, 0xd9, 0xdc, 0xdd, 0xde, 0xdf, 0xff, 1, 2);
      const noise = fc.array(fc.oneof(heads, fc.nat({ max: 255 })), { maxLength: 40 });
      fc.assert(
        fc.property(noise, (list) => {
          decodeAnything(Uint8Array.from(list));
        }),
        runs(3_000),
      );
    },
    patience,
  );
});

/** Whether msgpackr reads the same from MessagePack: not our extensions, nor 64-bit integers as we do, nor some names and characters. */
function isCommon(value: unknown): boolean {
  switch (typeof value) {
    case "bigint":
      return false;
    case "number":
      return !Number.isSafeInteger(value) || (value >= -(2 ** 31) && value < 2 ** 32);
    case "string":
      return (value as unknown as { isWellFormed(): boolean }).isWellFormed() && !value.includes("\ufeff");
    default:
      if (typeof value !== "object" || value === null || value instanceof Date) return true;
      return !ArrayBuffer.isView(value) && Object.entries(value).flat().every(isCommon);
  }
}
