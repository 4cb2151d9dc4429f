import { describe, expect, it } from "@jest/globals";
import { avg, count, max, min, sum } from "../../../src/index.js";
import { peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

export function aggregateContract(open: OpenDatabase): void {
  describe("aggregate", () => {
    it("gives one row of figures", () => {
      const users = peopleIn(open());
      expect(
        users.aggregate({ n: count(), aged: count("age"), total: sum("age"), mean: avg("age"), youngest: min("age"), last: max("name") }),
      ).toStrictEqual({ n: 5, aged: 3, total: 110, mean: 110 / 3, youngest: 30, last: "Eve" });
      expect(users.aggregate({ n: count() }, { where: { dept: "IT" } })).toEqual({ n: 3 });
    });

    it("gives null over no values, and 0 for a count", () => {
      const users = open().createTable<User>("users");
      const figures = { n: count(), aged: count("age"), total: sum("age"), mean: avg("age"), low: min("age"), high: max("age") };
      const none = { n: 0, aged: 0, total: null, mean: null, low: null, high: null };
      expect(users.aggregate(figures)).toStrictEqual(none);
      users.insert({ name: "Ann", age: null });
      expect(users.aggregate(figures)).toStrictEqual({ ...none, n: 1 });
    });

    it("gives a row a group, in the order of the groups", () => {
      const users = peopleIn(open());
      expect(users.aggregate({ n: count(), mean: avg("age") }, { groupBy: "dept" })).toStrictEqual([
        { dept: "HR", n: 1, mean: 40 },
        { dept: "IT", n: 3, mean: 30 },
        { dept: "PR", n: 1, mean: 40 },
      ]);
      expect(users.aggregate({ n: count() }, { groupBy: ["age", "dept"] })).toEqual([
        { age: null, dept: "IT", n: 2 },
        { age: 30, dept: "IT", n: 1 },
        { age: 40, dept: "HR", n: 1 },
        { age: 40, dept: "PR", n: 1 },
      ]);
      expect(users.aggregate({ n: count() }, { groupBy: "dept", where: { name: "nobody" } })).toEqual([]);
    });

    it("keeps, orders and limits groups", () => {
      const users = peopleIn(open());
      const figures = { n: count(), oldest: max("age") };
      expect(users.aggregate(figures, { groupBy: "dept", having: ({ n }) => n === 1 })).toEqual([
        { dept: "HR", n: 1, oldest: 40 },
        { dept: "PR", n: 1, oldest: 40 },
      ]);
      expect(users.aggregate(figures, { groupBy: "dept", orderBy: "-n", limit: 1 })).toEqual([{ dept: "IT", n: 3, oldest: 30 }]);
      expect(users.aggregate(figures, { groupBy: "dept", orderBy: ["-oldest", "-dept"] })).toMatchObject([
        { dept: "PR" },
        { dept: "HR" },
        { dept: "IT" },
      ]);
      expect(users.aggregate(figures, { groupBy: "dept", having: ({ oldest }) => (oldest && oldest > 99 ? true : undefined) })).toEqual([]);
    });

    it("takes equal values for one group: 1 and 1n, NaN and NaN, 0 and -0, null and absent, equal arrays", () => {
      const rows = open().createTable<{ id: number; v?: unknown }>("rows");
      rows.insert([1n, 1, Number.NaN, Number.NaN, -0, 0, null, undefined, [1], [1], new Date(1), new Date(1)].map((v) => ({ v })));
      expect(rows.aggregate({ n: count() }, { groupBy: "v" })).toStrictEqual([
        { v: null, n: 2 },
        { v: Number.NaN, n: 2 },
        { v: 0, n: 2 },
        { v: 1, n: 2 },
        { v: new Date(1), n: 2 },
        { v: [1], n: 2 },
      ]);
    });

    it("sums numbers and bigints exactly, and nothing else", () => {
      const rows = open().createTable("rows");
      rows.insert([0.1, 0.2, 0.3, 1e100, -1e100, "5", null].map((v) => ({ v, w: 2n ** 70n, x: v === null ? 1n : 1 })));
      expect(rows.aggregate({ v: sum("v"), w: sum("w"), x: sum("x"), mean: avg("w") })).toStrictEqual({
        v: 0.6,
        w: 7n * 2n ** 70n,
        x: 7,
        mean: 2 ** 70,
      });
    });

    it("finds the lowest and highest in the total order", () => {
      const rows = open().createTable("rows");
      rows.insert([true, 3, "a", Number.NaN, null, [0]].map((v) => ({ v })));
      expect(rows.aggregate({ low: min("v"), high: max("v") })).toEqual({ low: true, high: [0] });
    });

    it("hands out copies", () => {
      const rows = open().createTable("rows");
      rows.insert({ v: [1] });
      rows.aggregate({ v: max("v") }).v.push(2);
      (rows.aggregate({ n: count() }, { groupBy: "v" })[0]!.v as number[]).push(3);
      expect(rows.get(1)).toEqual({ id: 1, v: [1] });
    });
  });
}
