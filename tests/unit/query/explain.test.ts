import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";

describe("explain of distinct rows", () => {
  const table = new DictDB().createTable("t");
  table.insert([1, 1, 2, 2, 3, 3].map((a) => ({ a })));
  table.createIndex("a", { type: "sorted" });

  it("counts rows, as limit and offset do", () => {
    expect(table.explain({ columns: ["a"], distinct: true }).matched).toBe(3);
    expect(table.explain({ columns: ["a"], distinct: true, limit: 2 }).matched).toBe(2);
    expect(table.explain({ columns: ["a"], distinct: true, offset: 2 }).matched).toBe(1);
  });

  it("looks at all records, since a limit counts rows", () => {
    expect(table.explain({ columns: ["a"], distinct: true, orderBy: "a", limit: 1 })).toEqual({
      access: "index",
      index: "a",
      order: "index",
      candidates: 6,
      matched: 1,
    });
  });
});
