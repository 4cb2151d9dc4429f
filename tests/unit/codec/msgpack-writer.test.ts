import { describe, expect, it } from "@jest/globals";
import { MsgpackReader } from "../../../src/codec/msgpack-reader.js";
import { MsgpackWriter } from "../../../src/codec/msgpack-writer.js";

const mib = 2 ** 20;

/** What a writer's bytes say, and how many times their length it holds in memory. */
function written(value: unknown): { readonly value: unknown; readonly times: number } {
  const writer = new MsgpackWriter();
  writer.write(value);
  const bytes = writer.copy();
  const reader = new MsgpackReader();
  reader.open(bytes);
  return { value: reader.read(), times: writer.capacity / bytes.length };
}

describe("a writer", () => {
  it.each<[string, string | Uint8Array]>([
    ["ASCII", "x".repeat(2 * mib)],
    ["text of two bytes a character", "é".repeat(mib)],
    ["text of three bytes a character", "漢".repeat(mib)],
    ["text of four bytes a character", "😀".repeat(mib / 2)],
    ["text with half a character", `${"x".repeat(mib)}\ud800`],
    ["bytes", new Uint8Array(2 * mib).fill(7)],
  ])("holds no more memory than a long value takes: %s", (_what, value) => {
    const { value: read, times } = written(value);
    expect(read).toEqual(value);
    expect(times).toBeLessThan(1.01);
  });

  it.each([21_844, 21_846, 65_534, 65_535, 65_536, 65_537])("chooses a head that fits a text of %i characters", (length) => {
    for (const character of ["x", "é", "漢"]) {
      const text = character.repeat(length);
      expect(written(text).value).toBe(text);
    }
  });

  it("keeps a large buffer for the next value, and gives up a huge one", () => {
    const writer = new MsgpackWriter();
    writer.write("x".repeat(8 * mib));
    writer.reset();
    expect(writer.capacity).toBeGreaterThan(8 * mib);
    writer.write("x".repeat(40 * mib));
    writer.reset();
    expect(writer.capacity).toBeLessThan(mib);
  });
});
