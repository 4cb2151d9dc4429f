import { describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "../../../src/base/errors.js";
import { compileLike } from "../../../src/condition/like.js";
import { thrown } from "../../support/thrown.js";

const high = "\ud83d";
const low = "\ude00";

describe("compileLike", () => {
  it.each<[string, string, boolean]>([
    ["", "", true],
    ["", "a", false],
    ["a", "a", true],
    ["a", "A", false],
    ["a", "ab", false],
    ["a", "ba", false],
    ["%", "", true],
    ["%", "anything", true],
    ["%%", "", true],
    ["_", "", false],
    ["_", "a", true],
    ["_", "ab", false],
    ["_%", "a", true],
    ["_%", "", false],
    ["%_", "ab", true],
    ["_%_", "a", false],
    ["_%_", "ab", true],
    ["a%", "abc", true],
    ["a%", "bac", false],
    ["%a", "cba", true],
    ["%a", "cab", false],
    ["%b%", "abc", true],
    ["%b%", "ac", false],
    ["a%b", "ab", true],
    ["a%a", "a", false],
    ["ab%ba", "aba", false],
    ["ab%ba", "abba", true],
    ["%ab%ab%", "aab", false],
    ["%ab%ab%", "abab", true],
    ["a%b%c", "a_b_b_c_c", true],
    ["a%b%c%d", "abcc", false],
    ["%a_c%", "abbabc", true],
    ["%a_c%", "abbac", false],
    ["%a__%", "bbba1", false],
    ["%aab%", "aaab", true],
    ["%_ab%", "ab ab", true],
    ["%_ab", "ab", false],
    [".*", "abc", false],
    ["a.c", "abc", false],
    ["[a]%", "a", false],
    ["\\%", "\\x", true],
    ["line\n_", "line\n\n", true],
    ["%\u0000%", "a\u0000b", true],
  ])("%j against %j: %s", (pattern, text, matches) => {
    expect(compileLike(pattern, undefined, false)(text)).toBe(matches);
  });

  it.each<[string, string, boolean]>([
    ["_", "😀", true],
    ["__", "😀", false],
    ["%_", "😀", true],
    ["_%_", "😀", false],
    ["%😀%", "a😀b", true],
    ["😀%😀", "😀", false],
    ["_😀_", "😀😀😀", true],
    ["%_b%", "a😀b", true],
    ["_", "e\u0301", false],
    ["_", high, true],
    ["__", low + high, true],
    [`${high}%`, "😀", false],
    [`%${low}`, "😀", false],
    [`%${high}%`, "😀", false],
    [`%${low}%`, "😀", false],
    [`%${low}%`, `😀${low}`, true],
    [`%${high}%`, high + high + low, true],
    [`%${low}_`, `😀${low}😀`, true],
    [`_${low}`, high + low + low, true],
    [`${high}${low}`, "😀", true],
  ])("by code points: %j against %j: %s", (pattern, text, matches) => {
    expect(compileLike(pattern, undefined, false)(text)).toBe(matches);
  });

  it.each<[string, string, string, boolean]>([
    ["100\\%", "\\", "100%", true],
    ["100\\%", "\\", "1000", false],
    ["a\\_b", "\\", "a_b", true],
    ["a\\_b", "\\", "axb", false],
    ["a\\\\%", "\\", "a\\x", true],
    ["%x%%", "x", "50%", true],
    ["%x%%", "x", "x50", false],
    ["😀%", "😀", "%", true],
    ["%%_", "%", "%a", true],
    ["__%", "_", "_abc", true],
    ["E%E", "e", "E1E", true],
  ])("%j with escape %j against %j: %s", (pattern, escape, text, matches) => {
    expect(compileLike(pattern, escape, false)(text)).toBe(matches);
  });

  it.each<[string, string | undefined, string, boolean]>([
    ["ali%", undefined, "ALICE", true],
    ["%ICE", undefined, "Alice", true],
    ["%LI_E%", undefined, "alice", true],
    ["ÅNG%", undefined, "ångström", true],
    ["ΟΔΟΣ", undefined, "οδος", true],
    ["ß", undefined, "SS", false],
    ["\u0130", undefined, "\u0130", true],
    ["__", undefined, "\u0130", true],
    ["_", undefined, "\u0130", false],
    ["E%e%", "e", "E12%", true],
    ["Ee%", "e", "E%", true],
    ["EE%", "E", "xe", false],
    ["EE%", "E", "e", true],
  ])("ignoring case, %j with escape %j against %j: %s", (pattern, escape, text, matches) => {
    expect(compileLike(pattern, escape, true)(text)).toBe(matches);
  });

  it("can be used again and again", () => {
    const matches = compileLike(`%${"_a".repeat(40)}%`, undefined, false);
    for (let i = 0; i < 3; i++) {
      expect(matches("a".repeat(100))).toBe(true);
      expect(matches("a".repeat(79))).toBe(false);
    }
  });

  it.each([
    ["a\\b", "\\", '%, _ or another "\\\\" after the escape character "\\\\", received "b"'],
    ["a\\", "\\", "received the end of the pattern"],
    ["x", "x", "received the end of the pattern"],
    ["%😀", "%", 'received "😀"'],
  ])("refuses %j with escape %j", (pattern, escape, text) => {
    const error = thrown(InvalidArgumentError, () => compileLike(pattern, escape, false));
    expect(error.message).toMatch(/^like\(\): pattern must have /);
    expect(error.message).toContain(text);
    expect(error.details["argument"]).toBe("pattern");
    expect(() => compileLike(pattern, escape, true)).toThrow("ilike(): pattern must have ");
  });

  it.each(["", "ab", "e\u0301", 5, null, {}])("refuses the escape %p", (escape) => {
    expect(() => compileLike("a", escape as string, false)).toThrow("like(): escape must be one character, received");
  });

  it.each([undefined, null, 5, /a/, ["a"]])("refuses the pattern %p", (pattern) => {
    expect(() => compileLike(pattern as unknown as string, undefined, false)).toThrow("like(): pattern must be a string, received");
  });
});
