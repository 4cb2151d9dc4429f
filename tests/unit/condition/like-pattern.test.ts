import { describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "../../../src/base/errors.js";
import { anyOne, likePrefix, parseLike, textOf } from "../../../src/condition/like-pattern.js";

describe("parseLike", () => {
  it("splits at % and resolves escapes", () => {
    expect(parseLike("a_%%b!%%!!", "!", "like()")).toEqual([[0x61, anyOne], [0x62, 0x25], [0x21]]);
    expect(parseLike("%%a%%", undefined, "like()")).toEqual([[], [0x61], []]);
    expect(parseLike("", undefined, "like()")).toEqual([[]]);
    expect(parseLike("%", undefined, "like()")).toEqual([[], []]);
  });
});

describe("likePrefix", () => {
  it.each<[string, string | undefined, string, boolean, boolean]>([
    ["", undefined, "", true, false],
    ["abc", undefined, "abc", true, false],
    ["abc%", undefined, "abc", false, true],
    ["abc%%", undefined, "abc", false, true],
    ["%", undefined, "", false, true],
    ["%abc", undefined, "", false, false],
    ["_", undefined, "", false, false],
    ["abc_", undefined, "abc", false, false],
    ["a_c%", undefined, "a", false, false],
    ["abc%d", undefined, "abc", false, false],
    ["abc%_", undefined, "abc", false, false],
    ["50!%", "!", "50%", true, false],
    ["50!%%", "!", "50%", false, true],
    ["a!!!_b%c", "!", "a!_b", false, false],
    ["😀%", undefined, "😀", false, true],
    ["a\ud83d%", undefined, "a\ud83d", false, false],
    ["\ude00%", undefined, "\ude00", false, true],
    ["a\ud83d", undefined, "a\ud83d", true, false],
  ])("of %j with escape %j", (pattern, escape, prefix, exact, rest) => {
    expect(likePrefix(pattern, escape)).toEqual({ prefix, exact, rest });
  });

  it("refuses what like() refuses", () => {
    expect(() => likePrefix("a!", "!")).toThrow(InvalidArgumentError);
    expect(() => likePrefix("a", "ab")).toThrow("like(): escape must be one character");
  });

  it("takes a prefix of any length", () => {
    const prefix = "a😀".repeat(200_000);
    expect(likePrefix(`${prefix}%`, undefined).prefix === prefix).toBe(true);
  });
});

describe("textOf", () => {
  it("keeps halves of pairs", () => {
    expect(textOf([0xd83d, 0x61, 0xde00, 0x1f600])).toBe("\ud83da\ude00😀");
  });
});
