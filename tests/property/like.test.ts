import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compileLike } from "../../src/condition/like.js";
import { anyOne, likePrefix } from "../../src/condition/like-pattern.js";
import { prefixUpperBound } from "../../src/condition/prefix.js";
import { ShiftAnd } from "../../src/condition/shift-and.js";

type Token = { readonly wildcard: "%" | "_" } | { readonly literal: string };

/** The textbook definition: `row[j]` says whether the tokens so far match the first j characters. */
function matchesByTable(tokens: readonly Token[], text: string): boolean {
  const characters = Array.from(text);
  let row = [true, ...characters.map(() => false)];
  for (const token of tokens) {
    const next: boolean[] = [];
    for (let j = 0; j <= characters.length; j++) {
      const before = j > 0 && row[j - 1] === true;
      if ("literal" in token) next.push(before && characters[j - 1] === token.literal);
      else if (token.wildcard === "_") next.push(before);
      else next.push(row[j] === true || (j > 0 && next[j - 1] === true));
    }
    row = next;
  }
  return row[characters.length] === true;
}

const halves = ["\ud83d", "\ude00"];
// Few characters, so that they meet; those with a meaning, those of two code units and halves of these among them.
const literal = fc.constantFrom("a", "a", "a", "b", "b", "%", "_", "!", "😀", "😁", ...halves);
const wildcard = fc.constantFrom<Token>({ wildcard: "%" }, { wildcard: "_" }, { wildcard: "_" });
const token: fc.Arbitrary<Token> = fc.oneof(
  { weight: 3, arbitrary: literal.map((character) => ({ literal: character })) },
  { weight: 1, arbitrary: wildcard },
);
const start: readonly Token[] = [{ wildcard: "%" }];
const tokens = fc.oneof(
  fc.array(token, { maxLength: 12 }),
  // Long ones by repetition: beyond 64 characters a run is searched in another way.
  fc
    .tuple(fc.array(token, { maxLength: 6 }), fc.integer({ min: 10, max: 40 }), fc.array(token, { maxLength: 4 }))
    .map(([unit, times, end]) => start.concat(...Array.from({ length: times }, () => unit), end)),
);
const anyText = fc.array(literal, { maxLength: 20 }).map((characters) => characters.join(""));

/** A text that matches, or nearly does: wildcards filled in, and perhaps one character changed. */
const nearly = (given: readonly Token[]) =>
  fc
    .tuple(
      fc.array(
        anyText.filter((text) => text.length < 6),
        { minLength: given.length, maxLength: given.length },
      ),
      fc.array(literal, { minLength: given.length, maxLength: given.length }),
      fc.option(fc.tuple(fc.nat(given.length), literal)),
    )
    .map(([runs, singles, change]) => {
      const parts = given.map((part, i) => ("literal" in part ? part.literal : part.wildcard === "_" ? singles[i] : runs[i]));
      if (change !== null) parts[change[0]] = change[1];
      return parts.join("");
    });
const patternAndText = tokens.chain((given) => fc.tuple(fc.constant(given), fc.oneof(anyText, nearly(given), nearly(given))));

const written = (given: readonly Token[]) =>
  given.map((part) => ("wildcard" in part ? part.wildcard : /[%_!]/.test(part.literal) ? `!${part.literal}` : part.literal)).join("");

/** Two halves side by side are one character, in the pattern as well. */
const read = (given: readonly Token[]): Token[] => {
  const result: Token[] = [];
  for (const part of given) {
    const last = result.at(-1);
    const pair = "literal" in part && part.literal === halves[1] && last !== undefined && "literal" in last && last.literal === halves[0];
    if (pair) result[result.length - 1] = { literal: halves.join("") };
    else result.push(part);
  }
  return result;
};

describe("compileLike", () => {
  it("agrees with the textbook definition", () => {
    let matched = 0;
    fc.assert(
      fc.property(patternAndText, ([given, text]) => {
        const expected = matchesByTable(read(given), text);
        if (expected) matched++;
        expect(compileLike(written(given), "!", false)(text)).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
    expect(matched).toBeGreaterThan(500);
  });

  it("ignoring case is the same with both sides lowered", () => {
    const cased = fc
      .array(fc.constantFrom("a", "A", "b", "B", "ß", "İ", "Σ", "σ", "ς", "%", "_"), { maxLength: 12 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(cased, cased, (pattern, text) => {
        expect(compileLike(pattern, undefined, true)(text)).toBe(compileLike(pattern.toLowerCase(), undefined, false)(text.toLowerCase()));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("likePrefix", () => {
  it("says of every text that matches how it begins, and of every text that begins so what `exact` and `rest` promise", () => {
    fc.assert(
      fc.property(patternAndText, anyText, ([given, text], more) => {
        const pattern = written(given);
        const matches = compileLike(pattern, "!", false);
        const { prefix, exact, rest } = likePrefix(pattern, "!");
        for (const subject of [text, prefix, prefix + more]) {
          const begins = subject.startsWith(prefix);
          expect(begins || !matches(subject)).toBe(true);
          expect(!exact || matches(subject) === (subject === prefix)).toBe(true);
          expect(!rest || matches(subject) === begins).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("ShiftAnd", () => {
  it("finds the first occurrence of a run of any length", () => {
    const run = fc.array(fc.constantFrom(97, 97, 97, 98, 0x1f600, anyOne, anyOne), { minLength: 1, maxLength: 140 });
    const text = fc.array(fc.constantFrom("a", "a", "a", "a", "b", "😀"), { maxLength: 300 });
    fc.assert(
      fc.property(run, text, fc.nat(10), fc.boolean(), (wanted, given, from, plant) => {
        const filling = plant ? wanted.map((character) => (character === anyOne ? "b" : String.fromCodePoint(character))) : [];
        const characters = [...given, ...filling, ...given.slice(0, 40)];
        const fits = (start: number) =>
          wanted.every((character, i) => character === anyOne || characters[start + i]?.codePointAt(0) === character);
        const start = Math.min(from, characters.length);
        let end = -1;
        for (let at = start; at + wanted.length <= characters.length && end < 0; at++) if (fits(at)) end = at + wanted.length;
        const units = (count: number) => characters.slice(0, count).join("").length;
        expect(new ShiftAnd(wanted).find(characters.join(""), units(start))).toBe(end < 0 ? -1 : units(end));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("prefixUpperBound", () => {
  const unit = fc.constantFrom("a", "b", "\u0000", "\ud83d", "\ude00", "\ufffe", "\uffff", "\uffff");
  const text = fc.oneof(
    fc.array(unit, { maxLength: 6 }).map((units) => units.join("")),
    fc.string({ unit: "binary" }),
  );

  it("separates the strings that begin with the prefix from those above", () => {
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const bound = prefixUpperBound(prefix);
        const below = (subject: string) => bound === undefined || subject < bound;
        expect(below(prefix + other)).toBe(true);
        for (const subject of [other, prefix + other, prefix.slice(0, -1) + other, other + prefix]) {
          expect(subject.startsWith(prefix)).toBe(subject >= prefix && below(subject));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
