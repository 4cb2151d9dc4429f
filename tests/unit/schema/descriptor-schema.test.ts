import { describe, expect, it } from "@jest/globals";
import vm from "node:vm";
import { InvalidArgumentError, SchemaValidationError, type SchemaIssue } from "../../../src/base/errors.js";
import type { StoredRecord } from "../../../src/base/value.js";
import { toSchema } from "../../../src/schema/to-schema.js";
import { thrown } from "../../support/thrown.js";

const schemaOf = (descriptors: unknown, primaryKey = "id") => toSchema(descriptors, primaryKey, "createTable()");

const refusal = (descriptors: unknown, record: unknown) =>
  thrown(SchemaValidationError, () => schemaOf(descriptors).validate(record as StoredRecord, "users", "insert()"));

const issuesOf = (descriptors: unknown, record: unknown): readonly SchemaIssue[] => refusal(descriptors, record).issues;

class Point {
  readonly x = 1;
}
const foreign = vm.runInNewContext("({ object: { a: 1 }, date: new Date(0), bytes: new Uint8Array(2), array: [1] })") as Record<
  string,
  unknown
>;

/** What each type takes, one sample of each kind of value; every other sample must be refused. */
const samples: Record<string, unknown> = {
  "a string": "x",
  "an empty string": "",
  "a whole number": 5,
  "a huge number": 1e300,
  "minus zero": -0,
  "a fraction": 1.5,
  NaN: NaN,
  Infinity,
  true: true,
  "a bigint": 5n,
  "a date": new Date(0),
  "a foreign date": foreign["date"],
  "an invalid date": new Date(NaN),
  bytes: new Uint8Array(1),
  "a buffer": Buffer.from("x"),
  "foreign bytes": foreign["bytes"],
  "other bytes": new Uint16Array(1),
  "an object": { a: 1 },
  "an object without prototype": Object.assign(Object.create(null) as object, { a: 1 }),
  "a foreign object": foreign["object"],
  "a class instance": new Point(),
  "a map": new Map(),
  "an array": [],
  null: null,
};
const numbers = ["a whole number", "a huge number", "minus zero"];
const accepted: Record<string, readonly string[]> = {
  string: ["a string", "an empty string"],
  number: [...numbers, "a fraction", "NaN", "Infinity"],
  integer: numbers,
  boolean: ["true"],
  bigint: ["a bigint"],
  date: ["a date", "a foreign date"],
  bytes: ["bytes", "a buffer", "foreign bytes"],
  object: ["an object", "an object without prototype", "a foreign object"],
  any: Object.keys(samples),
};

/** The places that a field's descriptor finds wrong; none when the very same record came back. */
function verdict(descriptor: string, value: unknown): readonly unknown[] {
  const record = { id: 1, f: value } as StoredRecord;
  try {
    return schemaOf({ f: descriptor }).validate(record, "t", "insert()") === record ? [] : ["another record"];
  } catch (error) {
    return (error as SchemaValidationError).issues.map((issue) => issue.path);
  }
}

describe.each(Object.keys(accepted))("a field of type %s", (type) => {
  it.each(Object.keys(samples))("and %s", (name) => {
    const value = samples[name];
    const fits = accepted[type]?.includes(name) === true;
    for (const descriptor of [type, `${type}?`, `${type}|null`]) {
      const valid = fits || (value === null && descriptor.endsWith("|null"));
      expect(verdict(descriptor, value)).toEqual(valid ? [] : [["f"]]);
    }
    for (const descriptor of [`${type}[]`, `${type}[]|null?`]) {
      expect(verdict(descriptor, [])).toEqual([]);
      expect(verdict(descriptor, [value])).toEqual(fits ? [] : [["f", 0]]);
      expect(verdict(descriptor, [value, value])).toEqual(
        fits
          ? []
          : [
              ["f", 0],
              ["f", 1],
            ],
      );
    }
  });

  it("when it is absent", () => {
    for (const record of [{ id: 1 }, { id: 1, f: undefined }]) {
      expect(issuesOf({ f: type }, record)).toEqual([{ message: `f must be ${type}, received undefined`, path: ["f"] }]);
      expect(issuesOf({ f: `${type}|null` }, record)).toHaveLength(1);
      expect(schemaOf({ f: `${type}?` }).validate(record, "t", "insert()")).toBe(record);
      expect(schemaOf({ f: `${type}[]|null?` }).validate(record, "t", "insert()")).toBe(record);
    }
  });
});

describe("issues of a record", () => {
  const descriptors = { name: "string", age: "integer|null", tags: "string[]", made: "date?", "first name": "string?" };
  const good = { id: 1, name: "Al", age: 3, tags: ["a"] };

  it.each<[string, object, readonly SchemaIssue[]]>([
    ["a wrong type", { age: "x" }, [{ message: 'age must be integer or null, received "x"', path: ["age"] }]],
    ["null where it is not allowed", { name: null }, [{ message: "name must be string, received null", path: ["name"] }]],
    ["null where only absence is allowed", { made: null }, [{ message: "made must be date, received null", path: ["made"] }]],
    ["an invalid date", { made: new Date(NaN) }, [{ message: "made must be date, received an invalid Date", path: ["made"] }]],
    ["a date elsewhere", { name: new Date(0) }, [{ message: "name must be string, received a Date", path: ["name"] }]],
    ["no array", { tags: "a" }, [{ message: 'tags must be string[], received "a"', path: ["tags"] }]],
    [
      "wrong elements",
      { tags: ["a", 1, "b", null] },
      [
        { message: "tags[1] must be string, received 1", path: ["tags", 1] },
        { message: "tags[3] must be string, received null", path: ["tags", 3] },
      ],
    ],
    [
      "a hole",
      // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
      { tags: ["a", , "b"] },
      [{ message: "tags[1] must be string, received undefined", path: ["tags", 1] }],
    ],
    ["an unknown field", { nick: "x" }, [{ message: 'nick is not a field of the schema, received "x"', path: ["nick"] }]],
    ["a name that is no identifier", { "first name": 1 }, [{ message: '["first name"] must be string, received 1', path: ["first name"] }]],
    ["no key", { id: undefined }, [{ message: "id must be integer, received undefined", path: ["id"] }]],
    ["a wrong key", { id: "1" }, [{ message: 'id must be integer, received "1"', path: ["id"] }]],
  ])("names %s", (_name, change, issues) => {
    expect(issuesOf(descriptors, { ...good, ...change })).toEqual(issues);
  });

  it("counts what its message does not list", () => {
    const error = refusal(descriptors, { extra: 1, other: 2, name: 5 });
    expect(error.issues.map((issue) => issue.path)).toEqual([["id"], ["name"], ["age"], ["tags"], ["extra"], ["other"]]);
    expect(error.message).toBe(
      'insert(): the record does not fit the schema of table "users": id must be integer, received undefined; name must be string, received 5; ' +
        "age must be integer or null, received undefined; and 3 more",
    );
    expect(error.details).toEqual({ table: "users", issues: error.issues });
    expect(error.code).toBe("SCHEMA_VALIDATION");
  });

  it("lists all of very many", () => {
    const error = refusal({ tags: "string[]" }, { id: 1, tags: Array.from({ length: 10_000 }, (_, i) => i) });
    expect(error.issues).toHaveLength(10_000);
    expect(error.message.length).toBeLessThan(300);
  });

  it("are not affected by an unknown field that is undefined", () => {
    const record = { ...good, nick: undefined };
    expect(schemaOf(descriptors).validate(record, "t", "insert()")).toBe(record);
  });

  it("leave the record as it was", () => {
    const record = Object.freeze({ ...good, age: "x", tags: Object.freeze([1]) });
    expect(issuesOf(descriptors, record)).toHaveLength(2);
    expect(record).toEqual({ ...good, age: "x", tags: [1] });
  });
});

describe("fields named like something inherited", () => {
  it("are absent unless the record has them itself", () => {
    expect(issuesOf({ toString: "any" }, { id: 1 })).toEqual([{ message: "toString must be any, received undefined", path: ["toString"] }]);
    expect(issuesOf({ valueOf: "any?" }, { id: 1, extra: 1 })).toEqual([
      { message: "extra is not a field of the schema, received 1", path: ["extra"] },
    ]);
    const record = { id: 1 };
    expect(schemaOf({ hasOwnProperty: "string?" }).validate(record, "t", "insert()")).toBe(record);
    const own = { id: 1, toString: "x" } as unknown as StoredRecord;
    expect(schemaOf({ toString: "string" }).validate(own, "t", "insert()")).toBe(own);
    expect(issuesOf({ name: "string?" }, own)).toHaveLength(1);
  });
});

describe("descriptors", () => {
  it("are what was given plus the key, frozen and independent of the caller's object", () => {
    const given: Record<string, string> = { name: "string", age: "integer?" };
    const schema = schemaOf(given);
    given["age"] = "string";
    given["more"] = "string";
    expect(schema.descriptors).toEqual({ id: "integer", name: "string", age: "integer?" });
    expect(Object.keys(schema.descriptors ?? {})).toEqual(["id", "name", "age"]);
    expect(Object.isFrozen(schema.descriptors)).toBe(true);
    expect(given).toEqual({ name: "string", age: "string", more: "string" });
    const record = { id: 1, name: "Al", age: 3 };
    expect(schema.validate(record, "t", "insert()")).toBe(record);
  });

  it("may describe the key alone, or nothing", () => {
    expect(schemaOf({ sku: "string" }, "sku").descriptors).toEqual({ sku: "string" });
    expect(schemaOf({}).descriptors).toEqual({ id: "integer" });
    expect(schemaOf(Object.create(null)).descriptors).toEqual({ id: "integer" });
    const record = { id: 7 };
    expect(schemaOf({}).validate(record, "t", "insert()")).toBe(record);
  });

  it("may describe a field named ~standard", () => {
    expect(schemaOf({ "~standard": "string?" }).descriptors).toHaveProperty("~standard");
  });

  it.each(["string", "number", "integer", "integer?", "any"])("take a key of %s", (descriptor) => {
    expect(schemaOf({ id: descriptor }).descriptors).toEqual({ id: descriptor });
  });

  it.each(["string|null", "integer[]", "boolean", "bigint", "date", "bytes", "object"])("refuse a key of %s", (descriptor) => {
    expect(() => schemaOf({ id: descriptor })).toThrow(
      `createTable(): schema.id must be "string", "number" or "integer", received "${descriptor}" (it is the primary key)`,
    );
  });

  it.each<[string, unknown, string]>([
    ["a string", "string", 'received "string"'],
    ["null", null, "received null"],
    ["a number", 5, "received 5"],
    ["an array", ["string"], "received an array of 1"],
    ["a map", new Map(), "received a Map"],
    ["a class instance", new Point(), "received a Point"],
    ["a function", () => ({}), "received a function"],
  ])("refuse %s", (_name, value, received) => {
    expect(() => schemaOf(value)).toThrow(InvalidArgumentError);
    expect(() => schemaOf(value)).toThrow(
      `createTable(): schema must be an object of field descriptors or a Standard Schema of version 1, ${received}`,
    );
  });

  it.each(["__proto__", "constructor", "prototype"])("refuse a field named %s", (name) => {
    const descriptors: unknown = JSON.parse(`{ "${name}": "string" }`);
    expect(() => schemaOf(descriptors)).toThrow(`createTable(): schema cannot have a field named "${name}"`);
    expect(() => schemaOf({}, name)).toThrow(InvalidArgumentError);
    expect(({} as Record<string, unknown>)["string"]).toBeUndefined();
  });

  it("refuse a field named by a symbol", () => {
    expect(() => schemaOf({ [Symbol("x")]: "string" })).toThrow(InvalidArgumentError);
  });
});

describe("hostile descriptors", () => {
  it("with getters are read once each", () => {
    let reads = 0;
    const descriptors = {
      get name() {
        return reads++ === 0 ? "string" : "__proto__";
      },
    };
    const schema = schemaOf(descriptors);
    expect(reads).toBe(1);
    expect(schema.descriptors).toEqual({ id: "integer", name: "string" });
  });

  it("whose getters throw pass that exception on", () => {
    const failure = new RangeError("mine");
    const descriptors = {
      get name(): string {
        throw failure;
      },
    };
    expect(() => schemaOf(descriptors)).toThrow(failure);
  });

  it("behind a proxy are read like others", () => {
    const liar = new Proxy({ name: "string", age: "integer" }, { get: () => "number" });
    expect(schemaOf(liar).descriptors).toEqual({ id: "integer", name: "number", age: "number" });
    const wild = new Proxy({}, { ownKeys: () => ["__proto__"] });
    expect(() => schemaOf(wild)).toThrow(InvalidArgumentError);
  });

  it("with 10,000 fields work", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `field${i}`);
    const schema = schemaOf(Object.fromEntries(names.map((name) => [name, "integer"])));
    const record: Record<string, number> = { id: 0, ...Object.fromEntries(names.map((name, i) => [name, i])) };
    expect(schema.validate(record, "t", "insert()")).toBe(record);
    const { id: _, ...withoutKey } = record;
    expect(() => schema.validate(withoutKey, "t", "insert()")).toThrow("id must be integer");
    expect(() => schema.validate({ ...record, field9999: 0.5, more: 1 }, "t", "insert()")).toThrow(
      "field9999 must be integer, received 0.5; more is not",
    );
  });
});
