import { describe, expect, it } from "@jest/globals";
import type { StoredRecord, Value } from "../../../src/base/value.js";
import { SortedIndex } from "../../../src/index/sorted-index.js";
import type { SortedRange } from "../../../src/index/sorted-index.js";
import { tableIndexContract, uniqueIndexContract } from "../../contract/table-index.js";
import type { IndexKind } from "../../contract/table-index.js";

const sorted: IndexKind = {
  make: (definition, rows) => new SortedIndex(definition, rows),
  find: (index, value) => slotsIn(index as SortedIndex, { prefix: [value] }),
  wrap: (value) => value,
  definition: { type: "sorted", multi: false },
  holdsNull: true,
};

tableIndexContract("a sorted index", sorted);
uniqueIndexContract("a sorted index", sorted);

function slotsIn(index: SortedIndex, range: SortedRange, descending = false): number[] {
  const slots: number[] = [];
  const stretch = index.locate(range);
  index.forEach(stretch, descending, (slot) => slots.push(slot) > 0);
  expect(index.count(stretch)).toBe(slots.length);
  return slots;
}

function indexOn(fields: readonly string[], records: StoredRecord[], inKeyOrder = false): SortedIndex {
  const definition = { type: "sorted", multi: false, unique: false, fields: fields.map((name) => [name]) } as const;
  const index = new SortedIndex(definition, { records, primaryKey: "id", inKeyOrder });
  index.addAll([...records.keys()]);
  index.check([...records.keys()], "rows");
  return index;
}

const at = (value: Value, inclusive = true): { value: Value; inclusive: boolean } => ({ value, inclusive });

describe("a range of a sorted index", () => {
  // In the total order, so that slots are positions in it.
  const values: readonly Value[] = [
    null,
    null,
    false,
    true,
    Number.NaN,
    -1,
    0,
    1,
    1n,
    2,
    new Date(0),
    "",
    "a",
    "b",
    Uint8Array.of(),
    [],
    {},
  ];
  const index = indexOn(
    ["v"],
    values.map((v, id) => ({ id, v })),
  );
  const none: number[] = [];

  it.each<[string, Omit<SortedRange, "prefix">, number[]]>([
    ["from a number on holds numbers alone, without NaN", { low: at(0) }, [6, 7, 8, 9]],
    ["above a number", { low: at(1, false) }, [9]],
    ["up to a number, without NaN", { high: at(0) }, [5, 6]],
    ["below a number", { high: at(0, false) }, [5]],
    ["below a bigint", { high: at(1n) }, [5, 6, 7, 8]],
    ["between two numbers", { low: at(0), high: at(1) }, [6, 7, 8]],
    ["between two numbers, ends left out", { low: at(-1, false), high: at(2, false) }, [6, 7, 8]],
    ["between a number and a smaller one", { low: at(2), high: at(0) }, none],
    ["between equal numbers, one left out", { low: at(1), high: at(1, false) }, none],
    ["from a text on holds text alone", { low: at("a") }, [12, 13]],
    ["below a text", { high: at("b", false) }, [11, 12]],
    ["above the last text", { low: at("b", false) }, none],
    ["from false on holds booleans alone", { low: at(false) }, [2, 3]],
    ["up to a date", { high: at(new Date(9)) }, [10]],
    ["of bytes", { low: at(Uint8Array.of()) }, [14]],
  ])("%s", (_what, range, slots) => {
    expect(slotsIn(index, { prefix: [], ...range })).toEqual(slots);
  });

  it("without bounds and prefix is everything", () => {
    expect(slotsIn(index, { prefix: [] })).toEqual([...values.keys()]);
    expect(index.count(index.whole)).toBe(values.length);
  });

  it("is read from either end, ties in key order both times", () => {
    expect(slotsIn(index, { prefix: [], low: at(0), high: at(2) }, true)).toEqual([9, 7, 8, 6]);
    expect(slotsIn(index, { prefix: [] }, true).slice(-2)).toEqual([0, 1]);
  });

  it("is left as soon as enough was seen", () => {
    for (const descending of [false, true]) {
      const seen: number[] = [];
      const finished = index.forEach(index.locate({ prefix: [], low: at(0) }), descending, (slot) => seen.push(slot) < 2);
      expect([finished, seen.length]).toEqual([false, 2]);
    }
  });
});

describe("a sorted index over several fields", () => {
  const records: StoredRecord[] = [];
  for (const a of ["x", "y", null])
    for (const b of [2, 1, null, "1"]) for (const c of [true, false]) records.push({ id: records.length, a, b, c });
  const index = indexOn(["a", "b", "c"], records);
  const found = (range: SortedRange): string[] =>
    slotsIn(index, range).map((slot) => `${records[slot]!.a as string}${records[slot]!.b as string}${records[slot]!.c as boolean}`);

  it("stands in the order of the first, then the second, then the third", () => {
    expect(found({ prefix: ["x"] })).toEqual(["xnullfalse", "xnulltrue", "x1false", "x1true", "x2false", "x2true", "x1false", "x1true"]);
    expect(slotsIn(index, { prefix: [] })).toHaveLength(24);
  });

  it("finds by leading fields", () => {
    expect(found({ prefix: ["y", 1] })).toEqual(["y1false", "y1true"]);
    expect(found({ prefix: ["y", 1, true] })).toEqual(["y1true"]);
    expect(found({ prefix: [null, null, false] })).toEqual(["nullnullfalse"]);
    expect(found({ prefix: ["z"] })).toEqual([]);
  });

  it("finds by bounds on the field behind them, which hold values of one class", () => {
    expect(found({ prefix: ["x"], low: at(1) })).toEqual(["x1false", "x1true", "x2false", "x2true"]);
    expect(found({ prefix: ["x"], low: at(1, false) })).toEqual(["x2false", "x2true"]);
    expect(found({ prefix: ["x"], high: at(2, false) })).toEqual(["x1false", "x1true"]);
    expect(found({ prefix: ["x"], high: at("9") })).toEqual(["x1false", "x1true"]);
    expect(found({ prefix: [], low: at("y") })).toHaveLength(8);
    expect(found({ prefix: ["x", 2], high: at(false) })).toEqual(["x2false"]);
  });

  it("moves a record when any of the fields changes", () => {
    const own = records.slice(0, 4).map((record) => ({ ...record }));
    const moving = indexOn(["a", "b"], own);
    const after = { ...own[1]!, b: 99 };
    moving.replace(own[1]!, after, 1);
    own[1] = after;
    moving.check([0, 1, 2, 3], "rows");
    expect(slotsIn(moving, { prefix: ["x"] }).at(-1)).toBe(1);
    moving.remove(after, 1);
    expect(moving.entries).toBe(3);
  });
});

describe("ties in a sorted index", () => {
  it("stand in key order, whatever the order of slots", () => {
    const keys = [5, "b", 3, 10, "a", 1];
    const index = indexOn(
      ["v"],
      keys.map((id) => ({ id, v: 1 })),
    );
    expect(slotsIn(index, { prefix: [1] }).map((slot) => keys[slot])).toEqual([1, 3, 5, 10, "a", "b"]);
    expect(slotsIn(index, { prefix: [1] }, true).map((slot) => keys[slot])).toEqual([1, 3, 5, 10, "a", "b"]);
  });

  it("stand in slot order where that is key order", () => {
    const index = indexOn(
      ["v"],
      [1, 2, 3].map((id) => ({ id, v: 0 })),
      true,
    );
    expect(slotsIn(index, { prefix: [0] })).toEqual([0, 1, 2]);
  });
});
