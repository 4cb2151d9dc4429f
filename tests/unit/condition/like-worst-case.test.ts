import { describe, expect, it } from "@jest/globals";
import { compileLike } from "../../../src/condition/like.js";

// Patterns for which back-tracking would take hours. The bound only tells working from hanging: all take a small part of a second.
const limitMs = 5_000;
const text = "a".repeat(100_000);
const ideographs = (count: number) => Array.from({ length: count }, (_, i) => String.fromCodePoint(0x4e00 + (i % 20_000)));

describe("a text of 100 kB against", () => {
  it.each<[string, string, string, boolean]>([
    ["a thousand times %a and a %b", `${"%a".repeat(1_000)}%b`, text, false],
    ["100 kB of %a and a %b", `${"%a".repeat(50_000)}%b`, text, false],
    ["100 kB of %a", "%a".repeat(50_000), text, true],
    ["100 kB of %_", "%_".repeat(50_000), text, true],
    ["more %_ than there are characters", "%_".repeat(100_001), text, false],
    ["50 kB of _a", `%${"_a".repeat(25_000)}%`, text, true],
    ["50 kB of _a and a b", `%${"_a".repeat(25_000)}b%`, text, false],
    ["50 kB of _ and a b", `%${"_".repeat(50_000)}b%`, text, false],
    ["a b amid 50 kB of a", `%${"a".repeat(25_000)}b${"a".repeat(25_000)}%`, text, false],
    ["runs of 1 kB of a with a b inside", `%${`${"a".repeat(500)}b${"a".repeat(500)}%`.repeat(50)}`, text, false],
    ["runs of 60 _a with a b behind", `%${"_a".repeat(30)}b%`, text, false],
    ["a pattern twenty times as long as a text", `%${"_a".repeat(1_000_000)}%`, text, false],
    ["many runs of 1 kB of _a and a b", `${`%${"_a".repeat(500)}`.repeat(50)}b%`, text, false],
    ["50 kB of different characters", `%${ideographs(25_000).join("_")}b%`, ideographs(100_000).join(""), false],
    ["50 kB of emoji and _", `%${"😀_".repeat(16_000)}b%`, "😀".repeat(50_000), false],
  ])("%s", (_name, pattern, subject, expected) => {
    for (const ignoreCase of [false, true]) {
      const start = performance.now();
      expect(compileLike(pattern, undefined, ignoreCase)(subject)).toBe(expected);
      expect(performance.now() - start).toBeLessThan(limitMs);
    }
  });
});
