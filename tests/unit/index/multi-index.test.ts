import { describe, expect, it } from "@jest/globals";
import { InvariantError } from "../../../src/base/errors.js";
import type { StoredRecord, Value } from "../../../src/base/value.js";
import { MultiIndex } from "../../../src/index/multi-index.js";
import { tableIndexContract } from "../../contract/table-index.js";

tableIndexContract("a multi index", {
  make: (definition, rows) => new MultiIndex(definition, rows),
  find: (index, value) => (index as MultiIndex).slots(value),
  wrap: (value) => (value === undefined || value === null ? value : [value]),
  definition: { type: "hash", multi: true },
  holdsNull: false,
});

/** A multi index over records that hold these values. */
function indexOf(...values: readonly Value[]): { index: MultiIndex; records: StoredRecord[] } {
  const records = values.map((v, id) => ({ id, v }));
  const index = new MultiIndex(
    { type: "hash", multi: true, unique: false, fields: [["v"]] },
    { records, primaryKey: "id", inKeyOrder: true },
  );
  index.addAll([...records.keys()]);
  return { index, records };
}

describe("a multi index", () => {
  it("has an entry for each different element of an array", () => {
    const { index, records } = indexOf(["a", "b"], ["b", "b", 1, 1n], [], [null]);
    expect(index.entries).toBe(5);
    expect([index.slots("a"), index.slots("b"), index.slots(1n), index.slots(null), index.slots("c")]).toEqual([[0], [0, 1], [1], [3], []]);
    expect([index.count("b"), index.count("c")]).toEqual([2, 0]);
    index.check([...records.keys()], "rows");
  });

  it("offers records with text in the field's place for every text, since contains looks inside", () => {
    const { index, records } = indexOf("abc", ["a"], 5, { a: 1 });
    expect([index.slots("a"), index.slots("z"), index.slots(5)]).toEqual([[1, 0], [0], []]);
    expect([index.count("a"), index.count("z"), index.count(5)]).toEqual([2, 1, 0]);
    expect(index.entries).toBe(1);
    index.replace(records[0]!, { id: 0, v: ["z"] }, 0);
    records[0] = { id: 0, v: ["z"] };
    expect(index.slots("z")).toEqual([0]);
    index.check([0, 1, 2, 3], "rows");
    index.remove(records[0], 0);
    expect(index.slots("z")).toEqual([]);
  });

  it("is never unique", () => {
    const { index } = indexOf(["a"]);
    expect(index.uniqueToken()).toBeUndefined();
    expect(index.holder()).toBeUndefined();
  });

  it("notices in check() a text that it does not know of", () => {
    const { index, records } = indexOf(["a"], []);
    records[1] = { id: 1, v: "text" };
    expect(() => index.check([0, 1], "rows")).toThrow(InvariantError);
  });
});
