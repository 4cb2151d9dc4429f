import { describe, expect, it } from "@jest/globals";
import { readShortText } from "../../../src/codec/short-text.js";

describe("a short string", () => {
  it("is read wherever it stands, at every length, and the same again", () => {
    const alphabet = "abcdefghijklmnopqrstuvwxyz";
    for (let length = 0; length <= 24; length++) {
      const text = alphabet.slice(0, length);
      const bytes = Buffer.from(`..${text}..`);
      expect(readShortText(bytes, 2, length)).toBe(text);
      expect(readShortText(bytes, 2, length)).toBe(text);
      expect(readShortText(new Uint8Array(bytes), 2, length)).toBe(text);
    }
  });

  it("is told from all others, of which some share its place", () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => `k${i}`);
    const wrong = [...texts, ...texts].filter((text) => readShortText(Buffer.from(text), 0, text.length) !== text);
    expect(wrong).toEqual([]);
  });

  it("may hold any character of ASCII", () => {
    for (let code = 0; code < 128; code++) expect(readShortText(Uint8Array.of(code, code), 0, 2)).toBe(String.fromCharCode(code, code));
  });

  it("is left to others when it is long or not ASCII", () => {
    expect(readShortText(Buffer.from("x".repeat(25)), 0, 25)).toBeUndefined();
    expect(readShortText(Buffer.from("é"), 0, 2)).toBeUndefined();
    expect(readShortText(Buffer.from("aé"), 0, 3)).toBeUndefined();
  });
});
