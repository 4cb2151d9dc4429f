import { describe, expect, it } from "@jest/globals";
import { and, Condition, not, or } from "../../../src/index.js";
import type { AnyRecord, Fields, Table } from "../../../src/index.js";
import { ids, peopleIn } from "./database.js";
import type { OpenDatabase } from "./database.js";

interface Row {
  id: number;
  v?: unknown;
}

/** One value of each kind that conditions tell apart, keyed by position; the last record has none. */
const values = [null, false, true, Number.NaN, -1, 0, 1n, 2, new Date(5), "", "Abc", "abcd", Uint8Array.of(1), ["Abc", 1], [], { a: 1 }];

/** Which of `values` match, by position; `absent` is the record without the field. */
const absent = values.length;
type Make = (v: Fields<AnyRecord>["v"]) => Condition<Row>;

const cases: readonly (readonly [what: string, make: Make, matching: readonly number[]])[] = [
  ["eq(null) matches null and absent", (v) => v.eq(null), [0, absent]],
  ["isNull() matches null and absent", (v) => v.isNull(), [0, absent]],
  ["eq(false)", (v) => v.eq(false), [1]],
  ["eq(NaN) matches NaN", (v) => v.eq(Number.NaN), [3]],
  ["eq(-0) matches 0", (v) => v.eq(-0), [5]],
  ["eq(1) matches 1n", (v) => v.eq(1), [6]],
  ["eq(2n) matches 2", (v) => v.eq(2n), [7]],
  ["eq of a date", (v) => v.eq(new Date(5)), [8]],
  ["eq of text", (v) => v.eq("Abc"), [10]],
  ["eq of bytes", (v) => v.eq(Uint8Array.of(1)), [12]],
  ["eq of an array, deeply", (v) => v.eq(["Abc", 1n]), [13]],
  ["eq of an object, deeply", (v) => v.eq({ a: 1 }), [15]],
  ["in of several kinds", (v) => v.in([null, 1, "Abc", []]), [0, 6, 10, 14, absent]],
  ["in of nothing", (v) => v.in([]), []],
  ["in of a Set", (v) => v.in(new Set([true, 0])), [2, 5]],
  ["lt matches numbers below, never NaN", (v) => v.lt(1), [4, 5]],
  ["lte", (v) => v.lte(1), [4, 5, 6]],
  ["gt matches numbers and bigints alike", (v) => v.gt(0), [6, 7]],
  ["gte of a bigint", (v) => v.gte(0n), [5, 6, 7]],
  ["lt of NaN matches nothing", (v) => v.lt(Number.NaN), []],
  ["gte of NaN matches nothing", (v) => v.gte(Number.NaN), []],
  ["lt of text matches only text", (v) => v.lt("abc"), [9, 10]],
  ["gt of a boolean matches only booleans", (v) => v.gt(false), [2]],
  ["lte of a date matches only dates", (v) => v.lte(new Date(9)), [8]],
  ["gte of bytes matches only bytes", (v) => v.gte(Uint8Array.of()), [12]],
  ["between, both ends included", (v) => v.between(0, 2), [5, 6, 7]],
  ["between with its ends swapped", (v) => v.between(2, 0), []],
  ["between of two classes", (v) => v.between(0, "z"), []],
  ["between with NaN", (v) => v.between(Number.NaN, 2), []],
  ["like", (v) => v.like("A%"), [10]],
  ["like of one character each", (v) => v.like("___"), [10]],
  ["like of the whole text only", (v) => v.like("bc"), []],
  ["like with an escape", (v) => v.like("!%", { escape: "!" }), []],
  ["ilike", (v) => v.ilike("a%"), [10, 11]],
  ["startsWith", (v) => v.startsWith("A"), [10]],
  ["startsWith nothing matches any text", (v) => v.startsWith(""), [9, 10, 11]],
  ["endsWith", (v) => v.endsWith("cd"), [11]],
  ["contains matches a part of a text or an element", (v) => v.contains("Abc"), [10, 13]],
  ["contains a number matches an element, 1n as well", (v) => v.contains(1n), [13]],
  ["iequals", (v) => v.iequals("aBC"), [10]],
  ["istartsWith", (v) => v.istartsWith("AB"), [10, 11]],
  ["iendsWith", (v) => v.iendsWith("CD"), [11]],
  ["icontains matches a part of a text or an element", (v) => v.icontains("BC"), [10, 11]],
  ["icontains matches a whole element", (v) => v.icontains("aBC"), [10, 11, 13]],
  ["matches", (v) => v.matches(/^a.*d$/), [11]],
  ["matches with flags", (v) => v.matches(/^ABC$/gi), [10]],
];

export function conditionContract(open: OpenDatabase): void {
  const table = (): Table<Row> => {
    const rows = open().createTable<Row>("rows");
    rows.insert(values.map((v, id) => ({ id, v })));
    rows.insert({ id: absent });
    return rows;
  };
  const everyone = Array.from({ length: values.length + 1 }, (_, i) => i);

  describe("conditions", () => {
    it.each(cases)("%s, and not() the rest", (_what, make, matching) => {
      const rows = table();
      const condition = make(rows.field("v"));
      const others = everyone.filter((id) => !matching.includes(id));
      for (const index of [undefined, "hash", "sorted"] as const) {
        if (index !== undefined) rows.createIndex("v", { type: index });
        expect(ids(rows.select({ where: condition, orderBy: "id" }))).toEqual(matching);
        expect(ids(rows.select({ where: not(condition), orderBy: "id" }))).toEqual(others);
        expect(ids(rows.select({ where: condition.not().not(), orderBy: "id" }))).toEqual(matching);
        if (index !== undefined) rows.dropIndex("v");
      }
      expect(ids(rows.all().filter((row) => condition.matches(row)))).toEqual(matching);
    });

    it("survive JSON and postMessage", () => {
      const rows = table();
      for (const [what, make, matching] of cases) {
        const condition = make(rows.field("v"));
        for (const data of [JSON.parse(JSON.stringify(condition)), structuredClone(condition)] as unknown[]) {
          const again = Condition.from<Row>(data);
          expect([what, ids(rows.select({ where: again, orderBy: "id" }))]).toEqual([what, matching]);
        }
        expect(Condition.from(condition)).toBe(condition);
      }
    });

    it("ne() and notIn() are the complements of eq() and in()", () => {
      const rows = table();
      const v = rows.field("v");
      for (const value of [null, 1, Number.NaN, "Abc", []]) {
        expect(ids(rows.select({ where: v.ne(value), orderBy: "id" }))).toEqual(
          ids(rows.select({ where: not(v.eq(value)), orderBy: "id" })),
        );
        expect(rows.count(v.notIn([value, 2]))).toBe(rows.count(not(v.in([value, 2]))));
      }
      expect(rows.count(v.isNotNull())).toBe(rows.count(not(v.isNull())));
    });

    it("are combined by and(), or(), not(), or by their methods", () => {
      const users = peopleIn(open());
      const { age, dept } = users.fields;
      const select = (where: Condition<never>): number[] => ids(users.select({ where: where as never, orderBy: "id" }));
      const either = or(age.eq(30), dept.eq("PR"));
      expect(select(either as never)).toEqual([1, 4]);
      expect(select(age.eq(30).or(dept.eq("PR")) as never)).toEqual([1, 4]);
      expect(select(and(dept.eq("IT"), age.isNull()) as never)).toEqual([3, 5]);
      expect(select(dept.eq("IT").and(age.isNull(), users.fields.id.gt(3)) as never)).toEqual([5]);
      expect(select(not(either).and(dept.ne("HR")) as never)).toEqual([3, 5]);
      expect(select(and(either) as never)).toEqual([1, 4]);
      expect(select(or(and(age.eq(40), dept.eq("HR")), and(age.eq(40), dept.eq("PR"))) as never)).toEqual([2, 4]);
    });

    it("look into nested objects, and into nothing else", () => {
      const users = peopleIn(open());
      expect(ids(users.select({ where: users.fields.address.city.eq("Rome") }))).toEqual([2]);
      expect(ids(users.select({ where: users.fields.address.city.isNull(), orderBy: "id" }))).toEqual([3, 4]);
      expect(ids(users.select({ where: users.field("address", "city").startsWith("P") }))).toEqual([1]);
      expect(users.count(users.field("tags", "length").eq(2))).toBe(0);
      expect(users.count(users.field("name", "length").eq(3))).toBe(0);
    });

    it("reach fields that are named like their methods", () => {
      const rows = open().createTable("rows");
      rows.insert([{ eq: 1, in: { path: "a", lt: 3 } }, { eq: 2 }]);
      expect(rows.count(rows.field("eq").eq(1))).toBe(1);
      expect(rows.count(rows.field("in", "path").eq("a"))).toBe(1);
      expect(rows.count(rows.field("in", "lt").gte(3))).toBe(1);
      expect(rows.count({ eq: 2 })).toBe(1);
    });

    it("are frozen data", () => {
      const rows = table();
      const list = [{ a: [1] }];
      const condition = rows.field("v").in(list);
      list[0]!.a.push(2);
      expect(JSON.stringify(condition)).toBe(JSON.stringify(rows.field("v").in([{ a: [1] }])));
      expect(Object.isFrozen(condition)).toBe(true);
    });

    it("can be used on another table that has such fields", () => {
      const db = open();
      const users = peopleIn(db);
      const others = db.createTable("others");
      others.insert({ name: "Ann" });
      expect(others.count(users.fields.name.eq("Ann") as never)).toBe(1);
    });
  });
}
