import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";

interface Item {
  id: number;
  part: number;
  other: number;
  code: number;
}

const size = 40_000;
const db = new DictDB();
const items = db.createTable<Item>("items");
items.insert(Array.from({ length: size }, (_, i) => ({ part: i % 1_000, other: (i * 7) % 1_000, code: i % 1_000 })));
items.createIndex("part", { type: "sorted" });
items.createIndex("other", { type: "sorted" });
items.createIndex("code");
const { part, other, code } = items.fields;

describe("a condition on a table of 40,000", () => {
  it.each([
    ["one in a hundred", part.lt(10), "index"],
    ["one in ten", part.lt(100), "index"],
    ["nearly all", part.lt(950), "scan"],
    ["one in fifty, by either of two indexes", part.lt(10).or(other.lt(10)), "union"],
    ["all but some, by either of two indexes", part.lt(900).or(other.lt(900)), "scan"],
    ["half, each tested once more", part.lt(500).and(other.ne(3)), "scan"],
    ["half, by a list that a scan would search for each record", code.in(Array.from({ length: 500 }, (_, i) => i)), "index"],
  ] as const)("that matches %s is answered by what costs less", (_what, where, access) => {
    const explained = items.explain({ where });
    expect(explained.access).toBe(access);
    expect(explained.matched).toBe(items.all().filter((item) => where.matches(item)).length);
  });
});
