import { describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "../../../src/base/errors.js";
import { checkFieldName, fieldTypes, parseDescriptor } from "../../../src/schema/descriptor.js";
import { thrown } from "../../support/thrown.js";

describe("parseDescriptor", () => {
  const suffixes = [
    ["", {}],
    ["[]", { array: true }],
    ["|null", { nullable: true }],
    ["?", { optional: true }],
    ["[]|null", { array: true, nullable: true }],
    ["[]?", { array: true, optional: true }],
    ["|null?", { nullable: true, optional: true }],
    ["[]|null?", { array: true, nullable: true, optional: true }],
  ] as const;

  it.each(fieldTypes.flatMap((type) => suffixes.map(([suffix, parts]) => [`${type}${suffix}`, type, parts] as const)))(
    "reads %s",
    (descriptor, type, parts) => {
      expect(parseDescriptor(descriptor, "f", "createTable()")).toEqual({ type, array: false, nullable: false, optional: false, ...parts });
    },
  );

  it.each([
    ["", ""],
    ["strng", ""],
    ["String", 'did you mean "string"?'],
    ["int", 'did you mean "integer"?'],
    ["bool?", 'did you mean "boolean?"?'],
    ["string?|null", 'did you mean "string|null?"?'],
    ["string | null", 'did you mean "string|null"?'],
    ["string|null[]", 'did you mean "string[]|null"?'],
    ["string[][]", 'did you mean "string[]"?'],
    ["string ", 'did you mean "string"?'],
    ["string\n", 'did you mean "string"?'],
    ["string|number", ""],
    ["null", ""],
    ["?", ""],
    ["toString", ""],
    [`${"s".repeat(100_000)}?`, ""],
    [String, 'did you mean "string"?'],
    [Uint8Array, 'did you mean "bytes"?'],
    [Date, 'did you mean "date"?'],
    [undefined, ""],
    [null, ""],
    [5, ""],
    [{ type: "string" }, ""],
    [["string"], ""],
    [Symbol("string"), ""],
  ])("refuses %p", (descriptor, hint) => {
    const error = thrown(InvalidArgumentError, () => parseDescriptor(descriptor, "age", "createTable()"));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toMatch(/^createTable\(\): schema\.age must be one of string, number, .* received /);
    expect(error.details["argument"]).toBe("schema.age");
    expect(/ \((did you mean .*)\)$/.exec(error.message)?.[1] ?? "").toBe(hint);
  });
});

it("names a field of any name shortly", () => {
  expect(() => parseDescriptor("x", "first name", "createTable()")).toThrow('createTable(): schema["first name"] must be');
  const error = thrown(InvalidArgumentError, () => parseDescriptor("x", "n".repeat(100_000), "createTable()"));
  expect(error.message.length).toBeLessThan(400);
});

describe("checkFieldName", () => {
  it.each(["__proto__", "constructor", "prototype"])("refuses %s", (name) => {
    const error = thrown(InvalidArgumentError, () => checkFieldName(name, "createTable()"));
    expect(error.message).toContain(`a field named "${name}"`);
    expect(error.details["received"]).toBe(name);
  });

  it.each(["toString", "hasOwnProperty", "__proto", "", "0", "first name", "~standard"])("accepts %p", (name) => {
    expect(() => checkFieldName(name, "createTable()")).not.toThrow();
  });
});
