import { describe, expect, it } from "@jest/globals";
import { FieldMemory } from "../../../src/codec/known-fields.js";

describe("a memory of fields", () => {
  it("knows the fields that were added behind others, and no more", () => {
    const memory = new FieldMemory();
    const a = memory.add(memory.root, "a");
    const ab = memory.add(a, "b");
    const ac = memory.add(a, "c");
    const ad = memory.add(a, "d");
    const ways = [
      ["b", ab],
      ["c", ac],
      ["d", ad],
      ["b", ab],
    ] as const;
    for (const [name, place] of ways) {
      expect(memory.step(a, name)).toBe(place);
      expect(a?.name).toBe(name);
      expect(a?.next).toBe(place);
    }
    expect(memory.step(a, "a")).toBeUndefined();
    expect(memory.step(ab, "c")).toBeUndefined();
    expect(memory.step(undefined, "a")).toBeUndefined();
  });

  it("remembers no names that are long, and nothing behind them", () => {
    const memory = new FieldMemory();
    const behind = memory.add(memory.root, "n".repeat(65));
    expect(behind).toBeUndefined();
    expect(memory.add(behind, "a")).toBeUndefined();
    expect(memory.root.name).toBeUndefined();
  });

  it("starts anew when it is full", () => {
    const memory = new FieldMemory();
    const first = memory.root;
    for (let i = 0; i < 4096; i++) memory.add(memory.root, `f${i}`);
    expect(memory.root).toBe(first);
    memory.add(memory.root, "one more");
    expect(memory.root).not.toBe(first);
    expect(memory.step(memory.root, "f0")).toBeUndefined();
  });
});
