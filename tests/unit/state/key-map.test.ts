import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Key } from "../../../src/base/value.js";
import { KeyMap } from "../../../src/state/key-map.js";

describe("a key map", () => {
  it("finds small integers, large ones, fractions, negative ones and strings, each as itself", () => {
    const keys: Key[] = [0, 1, 2, 1_023, 1_024, 2 ** 31, 2 ** 32 + 1, 1e300, 0.5, -1, "1", "", "length"];
    const map = new KeyMap();
    for (const [slot, key] of keys.entries()) map.add(key, slot);
    expect(map.size).toBe(keys.length);
    for (const [slot, key] of keys.entries()) expect(map.get(key)).toBe(slot);
    for (const absent of [3, 1.5, -2, "2", "push"]) expect(map.get(absent)).toBeUndefined();
  });

  it("finds a key that came while it was too large for so few, after it no longer is", () => {
    const map = new KeyMap();
    map.add(3_000, 0);
    for (let key = 0; key < 2_999; key++) map.add(key, key + 1);
    map.add(3_001, 3_000);
    expect(map.get(3_000)).toBe(0);
    map.delete(3_000);
    expect(map.get(3_000)).toBeUndefined();
    expect(map.size).toBe(3_000);
  });

  it("does as a Map does, whatever is added and removed in whatever order", () => {
    const key = fc.oneof(fc.nat(3_000), fc.nat(50), fc.integer(), fc.double({ noNaN: true }), fc.string({ maxLength: 3 })).map(normal);
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 400 }), (steps) => {
        const map = new KeyMap();
        const model = new Map<Key, number>();
        for (const [slot, [one, adds]] of steps.entries()) {
          if (adds && !model.has(one)) {
            map.add(one, slot);
            model.set(one, slot);
          } else if (!adds && model.has(one)) {
            map.delete(one);
            model.delete(one);
          }
          expect(map.size).toBe(model.size);
        }
        for (const [one] of steps) expect(map.get(one)).toBe(model.get(one));
      }),
    );
  });
});

/** A table never holds the key -0: it is 0. */
function normal(key: Key): Key {
  return key === 0 ? 0 : key;
}
