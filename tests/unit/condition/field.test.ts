import { describe, expect, it } from "@jest/globals";
import { Condition } from "../../../src/condition/condition.js";
import { Field, fieldAt, fieldsOf } from "../../../src/condition/field.js";
import { Order } from "../../../src/condition/order.js";
import { isPlainObject } from "../../../src/base/shape.js";

type Loose = { readonly [name: string]: Loose } & ((...args: readonly unknown[]) => unknown);

/** The fields of a table that allows every name but "forbidden". */
function fields(): { readonly all: Loose; readonly asked: string[] } {
  const asked: string[] = [];
  const all = fieldsOf((name) => {
    asked.push(name);
    if (name === "forbidden") throw new RangeError("no such field");
  });
  return { all: all as Loose, asked };
}

describe("the fields of a table", () => {
  it("are fields, each made once", () => {
    const { all, asked } = fields();
    expect(all.age).toBeInstanceOf(Field);
    expect(all.age).toBe(all.age);
    expect(all.age!.path).toEqual(["age"]);
    expect(asked).toEqual(["age"]);
  });

  it("have any name at all, since they have no members of their own", () => {
    const { all } = fields();
    for (const name of ["eq", "path", "asc", "toString", "hasOwnProperty", "then", "length", "name", "", "a b", "0"]) {
      expect((all[name] as unknown as Field).path).toEqual([name]);
    }
  });

  it("are refused by their table, or for names that reach a prototype", () => {
    const { all } = fields();
    expect(() => all.forbidden).toThrow(RangeError);
    for (const name of ["__proto__", "constructor", "prototype"]) expect(() => all[name]).toThrow("must be another one than __proto__");
  });

  it("cannot be set, and pass neither for a plain object nor for a promise", async () => {
    const { all } = fields();
    expect(() => ((all as Record<string, unknown>).age = 1)).toThrow(TypeError);
    expect(isPlainObject(all)).toBe(false);
    expect(Object.keys(all)).toEqual([]);
    expect((all as unknown as Record<symbol, unknown>)[Symbol.iterator]).toBeUndefined();
    expect(await (all as unknown)).toBe(all);
  });
});

describe("a field", () => {
  it("leads to the fields nested in it, however deep", () => {
    const { all } = fields();
    const city = all.address!.home!.city!;
    expect(city.path).toEqual(["address", "home", "city"]);
    expect(city).toBeInstanceOf(Field);
    expect(all.address!.home).toBe(all.address!.home);
    expect(() => all.address!.constructor).toThrow("must be another one than __proto__");
  });

  it("has verbs, which hide nested fields of the same name", () => {
    const { all } = fields();
    const condition = all.address!.eq!(1) as Condition;
    expect(condition).toBeInstanceOf(Condition);
    expect(condition.node).toEqual({ op: "eq", path: ["address"], value: 1 });
    expect(all.address!.city!.in!([1])).toMatchObject({ node: { op: "in", path: ["address", "city"] } });
  });

  it("has verbs that work on their own", () => {
    const { eq, desc, between } = fields().all.age!;
    expect((eq!(1) as Condition).node).toEqual({ op: "eq", path: ["age"], value: 1 });
    expect((between!(1, 2) as Condition).node).toMatchObject({ op: "between", path: ["age"] });
    expect(desc!()).toEqual(new Order(["age"], true));
  });

  it("gives frozen sort keys", () => {
    const field = new Field(["a", "b"]);
    expect([field.asc(), field.desc()]).toEqual([new Order(["a", "b"], false), new Order(["a", "b"], true)]);
    expect(Object.isFrozen(field.asc())).toBe(true);
  });

  it("cannot be set", () => {
    const field = fieldAt(["a"]) as unknown as Record<string, unknown>;
    expect(() => (field.path = ["b"])).toThrow(TypeError);
    expect(() => (field.city = 1)).toThrow(TypeError);
    expect(field.path).toEqual(["a"]);
  });
});
