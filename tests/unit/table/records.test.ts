import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";

describe("the key -0", () => {
  it.each(["update", "replace"] as const)("is stored as 0 by an upsert that would %s", (onConflict) => {
    const table = new DictDB().createTable("t");
    table.insert({ id: 0, a: 1 });
    expect(table.upsert({ id: -0, a: 2 }, { onConflict })).toEqual({ key: 0, action: "updated" });
    expect(table.get(0)).toEqual({ id: 0, a: 2 });
  });

  it("is stored as 0 by an insert and left as 0 by an update", () => {
    const table = new DictDB().createTable("t");
    expect(table.insert({ id: -0, a: 1 })).toBe(0);
    table.update({ id: -0, a: 2 }, -0);
    expect(table.all()).toEqual([{ id: 0, a: 2 }]);
  });
});
