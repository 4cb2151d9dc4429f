import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { z } from "zod";
import { InvalidArgumentError, SchemaValidationError } from "../../../src/base/errors.js";
import { toSchema } from "../../../src/schema/to-schema.js";
import { thrown } from "../../support/thrown.js";

const schemaOf = (schema: unknown, primaryKey = "id") => toSchema(schema, primaryKey, "createTable()");

/** A hand-written Standard Schema. */
const standard = (validate: (value: unknown) => unknown, vendor: unknown = "acme") => ({ "~standard": { version: 1, vendor, validate } });

const zodUser = z.object({
  id: z.number(),
  name: z.string(),
  address: z.object({ city: z.string() }).optional(),
  role: z.string().default("user"),
});
const valibotUser = v.object({
  id: v.number(),
  name: v.string(),
  address: v.optional(v.object({ city: v.string() })),
  role: v.optional(v.string(), "user"),
});

describe.each([
  ["zod", zodUser],
  ["valibot", valibotUser],
])("a %s schema", (vendor, user) => {
  const schema = schemaOf(user);

  it("is code: nobody can know its fields", () => {
    expect(schema.descriptors).toBeUndefined();
  });

  it("adds its defaults to a new object", () => {
    const record = Object.freeze({ id: 1, name: "Al" });
    expect(schema.validate(record, "users", "insert()")).toEqual({ id: 1, name: "Al", role: "user" });
    expect(record).toEqual({ id: 1, name: "Al" });
  });

  it("lists everything that is wrong, in its own words and with the way there", () => {
    const error = thrown(SchemaValidationError, () => schema.validate({ id: "x", name: 1, address: { city: 2 } }, "users", "insert()"));
    expect(error.issues.map((issue) => issue.path)).toEqual([["id"], ["name"], ["address", "city"]]);
    for (const issue of error.issues) expect(issue.message).toMatch(/^Invalid (input|type): /);
    expect(error.message).toMatch(
      /^insert\(\): the record does not fit the schema of table "users": id: Invalid .*; name: Invalid .*; address\.city: Invalid [^;]*$/,
    );
    expect(error.details["table"]).toBe("users");
  });

  it("gets back a key that it strips", () => {
    const keyless = vendor === "zod" ? z.object({ name: z.string() }) : v.object({ name: v.string() });
    expect(schemaOf(keyless, "sku").validate({ sku: "a1", name: "Al" }, "t", "insert()")).toEqual({ name: "Al", sku: "a1" });
  });

  it("that is asynchronous is refused", () => {
    const later =
      vendor === "zod"
        ? z.object({ id: z.number().refine(async (id) => id > 0) })
        : v.objectAsync({
            id: v.pipeAsync(
              v.number(),
              v.checkAsync(async (id) => id > 0),
            ),
          });
    const error = thrown(InvalidArgumentError, () => schemaOf(later).validate({ id: 1 }, "users", "insert()"));
    expect(error.message).toMatch(new RegExp(`^table "users": its ${vendor} schema must return a result at once, .* received a Promise$`));
    expect(error.details).toMatchObject({ argument: "schema", vendor, table: "users" });
  });
});

describe("a hand-written Standard Schema", () => {
  it("may be a function with the member", () => {
    const schema = schemaOf(
      Object.assign(
        () => undefined,
        standard((value) => ({ value })),
      ),
    );
    expect(schema.validate({ id: 1 }, "t", "insert()")).toEqual({ id: 1 });
  });

  it("is called as a method of its part", () => {
    const schema = schemaOf({
      "~standard": {
        version: 1,
        vendor: "acme",
        role: "admin",
        validate(this: { role: string }, value: object) {
          return { value: { ...value, role: this.role } };
        },
      },
    });
    expect(schema.validate({ id: 1 }, "t", "insert()")).toEqual({ id: 1, role: "admin" });
  });

  it("returns its output as it is, though it may be the copy that it was given", () => {
    const output = { id: 1, nested: { a: 1 } };
    expect(schemaOf(standard(() => ({ value: output }))).validate({ id: 1 }, "t", "insert()")).toBe(output);
  });

  it("cannot reach the record through what it is given", () => {
    const record = { id: 1, at: new Date(0), raw: new Uint8Array(1), tags: ["a"], nested: { list: [{ deep: 1 }] } };
    let seen: unknown;
    const schema = schemaOf(
      standard((value) => {
        seen = structuredClone(value);
        const mine = value as { at: Date; raw: Uint8Array; tags: string[]; nested: { list: { deep: number }[] } };
        mine.at.setTime(5);
        mine.raw[0] = 5;
        mine.tags.push("b");
        for (const item of mine.nested.list) item.deep = 5;
        return { value: mine };
      }),
    );
    const output = schema.validate(record, "t", "insert()");
    expect(seen).toEqual({ id: 1, at: new Date(0), raw: new Uint8Array(1), tags: ["a"], nested: { list: [{ deep: 1 }] } });
    expect(record).toEqual({
      id: 1,
      at: new Date(0),
      raw: new Uint8Array(1),
      tags: ["a"],
      nested: { list: [{ deep: 1 }] },
    });
    expect(output).toMatchObject({ tags: ["a", "b"], nested: { list: [{ deep: 5 }] } });
  });

  it("gets a key back without its own output being touched", () => {
    const output = Object.freeze({ name: "Al" });
    const result = schemaOf(standard(() => ({ value: output }))).validate({ id: 7, name: "x" }, "t", "insert()");
    expect(result).toEqual({ id: 7, name: "Al" });
    expect(output).toEqual({ name: "Al" });
  });

  it("may convert a key; judging that is the caller's business", () => {
    expect(schemaOf(standard(() => ({ value: { id: "5" } }))).validate({ id: 5 }, "t", "insert()")).toEqual({ id: "5" });
  });

  it("passes its own exceptions on", () => {
    const mine = new RangeError("mine");
    const schema = schemaOf(
      standard(() => {
        throw mine;
      }),
    );
    expect(thrown(RangeError, () => schema.validate({ id: 1 }, "t", "insert()"))).toBe(mine);
  });

  it.each<[string, unknown, readonly unknown[]]>([
    ["no path", [{ message: "no" }], [{ message: "no", path: [] }]],
    ["keys in objects", [{ message: "no", path: [{ key: "a" }, { key: 0 }] }], [{ message: "no", path: ["a", 0] }]],
    ["symbols", [{ message: "no", path: [Symbol("s"), { key: Symbol("t") }] }], [{ message: "no", path: ["Symbol(s)", "Symbol(t)"] }]],
    ["path parts that are nothing of the kind", [{ message: "no", path: [null, {}] }], [{ message: "no", path: ["null", "an object"] }]],
    [
      "issues that are nothing of the kind",
      [null, "bad"],
      [
        { message: "null", path: [] },
        { message: '"bad"', path: [] },
      ],
    ],
    ["an empty list", [], [{ message: "the acme schema refused the record without saying why", path: [] }]],
    ["no list", "bad", [{ message: "the acme schema refused the record without saying why", path: [] }]],
  ])("may report %s", (_name, issues, expected) => {
    const error = thrown(SchemaValidationError, () => schemaOf(standard(() => ({ issues }))).validate({ id: 1 }, "t", "insert()"));
    expect(error.issues).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ["nothing", undefined, "a result object from validate(), received undefined"],
    ["a boolean", true, "a result object from validate(), received true"],
    ["a result without value", {}, "a plain object as the validated record, received undefined"],
    ["null as value", { value: null }, "a plain object as the validated record, received null"],
    ["an array as value", { value: [1] }, "a plain object as the validated record, received an array of 1"],
    ["a map as value", { value: new Map() }, "a plain object as the validated record, received a Map"],
    ["an instance of a class", { value: new URL("data:,") }, "a plain object as the validated record, received a URL"],
  ])("that returns %s is at fault", (_name, result, text) => {
    const error = thrown(InvalidArgumentError, () => schemaOf(standard(() => result)).validate({ id: 1 }, "users", "insert()"));
    expect(error.message).toBe(`table "users": its acme schema must return ${text}`);
  });

  it("that returns a promise which rejects does not end the process", async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listener);
    try {
      const schema = schemaOf(standard(() => Promise.reject(new Error("late"))));
      expect(() => schema.validate({ id: 1 }, "t", "insert()")).toThrow(InvalidArgumentError);
      // Unhandled rejections are reported when the microtasks have run, before the next immediate.
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", listener);
    }
  });

  it("need not name its vendor", () => {
    expect(() => schemaOf(standard(() => undefined, 5)).validate({ id: 1 }, "t", "insert()")).toThrow("its standard schema must return");
  });

  it.each<[string, unknown, string]>([
    ["another version", { version: 2, vendor: "acme", validate: () => ({}) }, 'the version of schema["~standard"] must be 1, received 2'],
    ["no version", { vendor: "acme", validate: () => ({}) }, "must be 1, received undefined"],
    ["no validate()", { version: 1, vendor: "acme" }, 'schema["~standard"].validate must be a function, received undefined'],
  ])("with %s is refused", (_name, part, text) => {
    expect(() => schemaOf({ "~standard": part })).toThrow(InvalidArgumentError);
    expect(() => schemaOf({ "~standard": part })).toThrow(text);
  });
});
