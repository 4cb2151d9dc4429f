import { describe, expect, it } from "@jest/globals";
import type { StoredRecord } from "../../../src/base/value.js";
import { HashIndex } from "../../../src/index/hash-index.js";
import { tableIndexContract, uniqueIndexContract } from "../../contract/table-index.js";
import type { IndexKind } from "../../contract/table-index.js";

const hash: IndexKind = {
  make: (definition, rows) => new HashIndex(definition, rows),
  find: (index, value) => (index as HashIndex).slots([value]),
  wrap: (value) => value,
  definition: { type: "hash", multi: false },
  holdsNull: true,
};

tableIndexContract("a hash index", hash);
uniqueIndexContract("a hash index", hash);

describe("a hash index over several fields", () => {
  const records: StoredRecord[] = [
    { id: 1, a: 1, b: "x" },
    { id: 2, a: 1, b: "y" },
    { id: 3, a: "1", b: "x" },
    { id: 4, a: 1 },
    { id: 5, a: 1n, b: "x" },
  ];
  const rows = { records, primaryKey: "id", inKeyOrder: true };
  const index = new HashIndex({ type: "hash", multi: false, unique: false, fields: [["a"], ["b"]] }, rows);
  index.addAll([...records.keys()]);

  it("finds records by all of them together", () => {
    expect(index.slots([1, "x"])).toEqual([0, 4]);
    expect(index.slots(["1", "x"])).toEqual([2]);
    expect(index.slots([1, null])).toEqual([3]);
    expect(index.slots([1, "z"])).toEqual([]);
    index.check([...records.keys()], "rows");
  });

  it("is unique only where no field is null", () => {
    expect(index.uniqueToken({ id: 9, a: 1 })).toBeUndefined();
    expect(index.holder({ id: 9, a: 1 })).toBeUndefined();
    expect(index.holder({ id: 9, a: 1, b: "y" })).toBe(1);
  });
});

describe("a hash index over a nested field", () => {
  it("takes what has nothing there for null", () => {
    const records: StoredRecord[] = [{ id: 1, a: { b: 1 } }, { id: 2, a: 5 }, { id: 3 }, { id: 4, a: [{ b: 1 }] }];
    const index = new HashIndex(
      { type: "hash", multi: false, unique: false, fields: [["a", "b"]] },
      { records, primaryKey: "id", inKeyOrder: true },
    );
    index.addAll([0, 1, 2, 3]);
    expect(index.slots([1])).toEqual([0]);
    expect(index.slots([null])).toEqual([1, 2, 3]);
  });
});
