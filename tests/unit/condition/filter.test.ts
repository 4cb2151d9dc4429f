import { describe, expect, it } from "@jest/globals";
import { and } from "../../../src/condition/condition.js";
import { Field } from "../../../src/condition/field.js";
import { everything, readFilter } from "../../../src/condition/filter.js";

const a = new Field(["a"]);

describe("readFilter", () => {
  it("takes a condition for its node", () => {
    expect(readFilter("select()", a.gt(1))).toEqual({ node: a.gt(1).node, predicate: undefined });
  });

  it("takes field values for equalities", () => {
    expect(readFilter("select()", { a: 1, "b.c": null }).node).toEqual(and(a.eq(1), new Field(["b.c"]).isNull()).node);
    expect(readFilter("select()", { a: { x: 1 } }).node).toEqual(and(a.eq({ x: 1 })).node);
    expect(readFilter("select()", Object.assign(Object.create(null), { a: 1 })).node).toEqual(and(a.eq(1)).node);
  });

  it("takes no field values for every record", () => {
    expect(readFilter("select()", {})).toBe(everything);
  });

  it("takes a function for a test, which says yes only by true", () => {
    const answers = [true, false, null, undefined];
    const { node, predicate } = readFilter("select()", ({ i }: { i: number }) => answers[i]);
    expect(node).toBeUndefined();
    expect(answers.map((_, i) => predicate!({ i }) === true)).toEqual([true, false, false, false]);
  });
});
