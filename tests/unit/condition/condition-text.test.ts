import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { Condition, and, not, or } from "../../../src/condition/condition.js";
import { Field } from "../../../src/condition/field.js";

const field = (...path: string[]): Field => new Field(path);
const age = field("age");
const name = field("name");

describe("the text of a condition", () => {
  it.each<[Condition, string]>([
    [age.eq(1), "age = 1"],
    [age.ne(-0), "age != -0"],
    [age.isNull(), "age is null"],
    [age.isNotNull(), "age is not null"],
    [age.lt(1), "age < 1"],
    [age.lte(12n), "age <= 12n"],
    [age.gt(Number.NaN), "age > NaN"],
    [age.between(1, 2), "age between 1 and 2"],
    [name.in(["a", 'b"', null]), 'name in ("a", "b\\"", null)'],
    [name.notIn([]), "name not in ()"],
    [name.like("A!%%", { escape: "!" }), 'name like "A!%%" escape "!"'],
    [name.ilike("a_"), 'name ilike "a_"'],
    [name.startsWith("a"), 'name starts "a"'],
    [name.iendsWith("a"), 'name iends "a"'],
    [name.icontains("a"), 'name icontains "a"'],
    [name.iequals("a"), 'name iequals "a"'],
    [name.contains(["x", { a: 1, "b c": true }]), 'name contains ["x", {a: 1, `b c`: true}]'],
    [name.matches(/a\/b/i), "name matches /a\\/b/i"],
    [field("born").gte(new Date(0)), 'born >= date"1970-01-01T00:00:00.000Z"'],
    [field("hash").eq(Uint8Array.of(1, 2, 255)), 'hash = bytes"AQL/"'],
    [field("address", "the city", "a`b.c").eq("x"), 'address.`the city`.`a``b.c` = "x"'],
    [and(age.gt(1), or(age.lt(0), name.eq("x"))), 'age > 1 and (age < 0 or name = "x")'],
    [or(age.gt(1), and(age.lt(0), name.eq("x"))), 'age > 1 or age < 0 and name = "x"'],
    [not(and(age.gt(1), age.lt(3))), "not (age > 1 and age < 3)"],
  ])("%s", (condition, text) => {
    expect(String(condition)).toBe(text);
    expect(inspect(condition)).toBe(`Condition { ${text} }`);
    expect(String(Condition.from(JSON.parse(JSON.stringify(condition))))).toBe(text);
  });
});
