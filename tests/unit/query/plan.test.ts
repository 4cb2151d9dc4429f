import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";

describe("an order by more fields than an index has", () => {
  it("is sorted where a condition fixes the field of the index to one value", () => {
    const table = new DictDB().createTable("t");
    table.insert([
      { a: 1, b: 2, c: 1 },
      { a: 1, b: 1, c: 2 },
      { a: 1, b: 1, c: 1 },
      { a: 2, b: 0, c: 0 },
    ]);
    table.createIndex("a", { type: "sorted" });
    expect(table.select({ where: { a: 1 }, orderBy: ["b", "c"], columns: ["id"] })).toEqual([{ id: 3 }, { id: 2 }, { id: 1 }]);
  });
});
