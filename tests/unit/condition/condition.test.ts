import { describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "../../../src/base/errors.js";
import { and, Condition, not, or } from "../../../src/condition/condition.js";
import { Field } from "../../../src/condition/field.js";
import { extentOf, maxNesting, maxTests, pathsOf } from "../../../src/condition/node.js";
import type { ConditionNode } from "../../../src/condition/node.js";
import { thrown } from "../../support/thrown.js";

const a = new Field(Object.freeze(["a"]));
const b = new Field(Object.freeze(["b", "c"]));

/** Every verb, and the node that it makes. */
const verbs: readonly (readonly [string, Condition, ConditionNode])[] = [
  ["eq", a.eq(1), { op: "eq", path: ["a"], value: 1 }],
  ["ne", a.ne("x"), { op: "ne", path: ["a"], value: "x" }],
  ["lt", a.lt(1n), { op: "lt", path: ["a"], value: 1n }],
  ["lte", a.lte(true), { op: "lte", path: ["a"], value: true }],
  ["gt", a.gt(new Date(5)), { op: "gt", path: ["a"], value: new Date(5) }],
  ["gte", b.gte(Uint8Array.of(1)), { op: "gte", path: ["b", "c"], value: Uint8Array.of(1) }],
  ["between", a.between(1, 2), { op: "between", path: ["a"], low: 1, high: 2 }],
  ["in", a.in([1, null]), { op: "in", path: ["a"], values: [1, null] }],
  ["notIn", a.notIn(new Set([Number.NaN])), { op: "notIn", path: ["a"], values: [Number.NaN] }],
  ["isNull", a.isNull(), { op: "eq", path: ["a"], value: null }],
  ["isNotNull", a.isNotNull(), { op: "ne", path: ["a"], value: null }],
  ["like", a.like("x%"), { op: "like", path: ["a"], pattern: "x%", escape: undefined, ignoreCase: false }],
  ["ilike", a.ilike("x!%", { escape: "!" }), { op: "like", path: ["a"], pattern: "x!%", escape: "!", ignoreCase: true }],
  ["startsWith", a.startsWith("x"), { op: "startsWith", path: ["a"], value: "x", ignoreCase: false }],
  ["endsWith", a.endsWith("x"), { op: "endsWith", path: ["a"], value: "x", ignoreCase: false }],
  ["contains", a.contains({ $date: "x" }), { op: "contains", path: ["a"], value: { $date: "x" }, ignoreCase: false }],
  ["iequals", a.iequals("X"), { op: "equals", path: ["a"], value: "X", ignoreCase: true }],
  ["istartsWith", a.istartsWith("X"), { op: "startsWith", path: ["a"], value: "X", ignoreCase: true }],
  ["iendsWith", a.iendsWith("X"), { op: "endsWith", path: ["a"], value: "X", ignoreCase: true }],
  ["icontains", a.icontains("X"), { op: "contains", path: ["a"], value: "X", ignoreCase: true }],
  ["matches", a.matches(/x/gi), { op: "matches", path: ["a"], source: "x", flags: "i" }],
  ["and", and(a.eq(1), b.eq(2)), { op: "and", conditions: [a.eq(1).node, b.eq(2).node] }],
  ["or", or(a.eq(1), and(a.eq(2))), { op: "or", conditions: [a.eq(1).node, { op: "and", conditions: [a.eq(2).node] }] }],
  ["not", not(a.eq(-0)), { op: "not", condition: { op: "eq", path: ["a"], value: -0 } }],
];

describe("a condition", () => {
  it.each(verbs)("made by %s is this node", (_verb, condition, node) => {
    expect(condition).toBeInstanceOf(Condition);
    expect(condition.node).toStrictEqual(node);
  });

  it.each(verbs)("made by %s is frozen all the way down", (_verb, condition) => {
    expectFrozen(condition);
  });

  it.each(verbs)("made by %s comes back from JSON", (_verb, condition) => {
    const text = JSON.stringify(condition);
    const again = Condition.from(JSON.parse(text));
    expect(again.node).toEqual(condition.node);
    expect(JSON.stringify(again)).toBe(text);
    expectFrozen(again);
  });

  it.each(verbs)("made by %s comes back from structuredClone", (_verb, condition) => {
    const again = Condition.from(structuredClone(condition));
    expect(again.node).toStrictEqual(condition.node);
    expectFrozen(again);
  });

  it("is given back as it is by from()", () => {
    expect(Condition.from(verbs[0]![1])).toBe(verbs[0]![1]);
  });

  it("keeps in JSON what JSON has no word for", () => {
    const values = [
      Number.NaN,
      Infinity,
      -Infinity,
      -0,
      2n ** 80n,
      new Date(-5),
      Uint8Array.of(0, 255),
      { $bigint: "1" },
      { $a: { $b: 1 } },
    ];
    for (const value of values)
      expect((Condition.from(JSON.parse(JSON.stringify(a.eq(value)))).node as { value: unknown }).value).toStrictEqual(value);
  });

  it("takes no more from data than it needs, and copies it", () => {
    const data = { node: { op: "in", path: ["a"], values: [[1]], extra: () => 1 }, more: 1 };
    const condition = Condition.from(data);
    data.node.values[0]!.push(2);
    data.node.path.push("b");
    expect(condition.node).toStrictEqual({ op: "in", path: ["a"], values: [[1]] });
  });

  it("is not changed by what its operands become", () => {
    const list = [[1]];
    const date = new Date(1);
    const [listed, dated] = [a.in(list), a.eq(date)];
    list[0]!.push(2);
    list.push([3]);
    date.setTime(2);
    expect(listed.node).toEqual({ op: "in", path: ["a"], values: [[1]] });
    expect(dated.node).toEqual({ op: "eq", path: ["a"], value: new Date(1) });
  });

  it("tests one record", () => {
    const condition = and(a.gt(1), not(b.eq("x")));
    expect([{ a: 2 }, { a: 2, b: { c: "x" } }, { a: 1 }, {}].map((record) => condition.matches(record))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("conditions of conditions", () => {
  it("stay flat where and() meets and(), or or() meets or()", () => {
    const chain = a
      .eq(1)
      .and(a.eq(2))
      .and(a.eq(3), and(a.eq(4), a.eq(5)));
    expect(chain.node).toMatchObject({ op: "and", conditions: [1, 2, 3, 4, 5].map((value) => ({ value })) });
    expect(or(a.eq(1), or(a.eq(2), and(a.eq(3)))).node).toMatchObject({
      op: "or",
      conditions: [{ value: 1 }, { value: 2 }, { op: "and" }],
    });
    expect(extentOf(chain.node)).toEqual({ depth: 2, tests: 5 });
  });

  it("know how deep they are and how many tests they make", () => {
    const shared = or(a.eq(1), not(b.eq(2)));
    expect(extentOf(shared.node)).toEqual({ depth: 3, tests: 2 });
    expect(extentOf(and(shared, shared.not()).node)).toEqual({ depth: 5, tests: 4 });
    expect(extentOf(Condition.from(JSON.parse(JSON.stringify(and(shared, shared)))).node)).toEqual({ depth: 4, tests: 4 });
  });

  it("can be as deep as the limit says, and no deeper", () => {
    let deep = a.eq(1);
    for (let depth = 1; depth < maxNesting; depth++) deep = deep.not();
    expect(thrown(InvalidArgumentError, () => deep.not()).details).toMatchObject({ received: String(maxNesting + 1) });
  });

  it("survive JSON at the greatest depth", () => {
    let deep = a.eq(1);
    while (extentOf(deep.node).depth < maxNesting) deep = extentOf(deep.node).depth % 2 === 0 ? deep.not() : deep.and(b.eq(2));
    const again = Condition.from(JSON.parse(JSON.stringify(deep)));
    expect(again.node).toEqual(deep.node);
    expect(again.matches({ a: 1, b: { c: 2 } })).toBe(deep.matches({ a: 1, b: { c: 2 } }));
  });

  it("can make as many tests as the limit says, and no more", () => {
    const all = or(...Array.from({ length: maxTests }, () => a.eq(1)));
    expect(extentOf(all.node).tests).toBe(maxTests);
    expect(thrown(InvalidArgumentError, () => all.or(b.eq(1))).details).toMatchObject({ received: String(maxTests + 1) });
    expect(thrown(InvalidArgumentError, () => and(all, b.eq(1))).code).toBe("INVALID_ARGUMENT");
  });

  it("tell which fields they look at", () => {
    expect([...pathsOf(or(a.eq(1), not(and(b.eq(2), a.isNull()))).node)]).toEqual([["a"], ["b", "c"], ["a"]]);
  });
});

/** Bytes cannot be frozen. */
function expectFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  expect(Object.isFrozen(value)).toBe(true);
  for (const member of Object.values(value)) expectFrozen(member);
}
