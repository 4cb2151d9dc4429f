import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import {
  checkOptions,
  isAbortSignal,
  isBoolean,
  isCount,
  isDuration,
  isFunction,
  isName,
  isOneOf,
  isPositiveCount,
  refuse,
} from "../../../src/base/arguments.js";
import type { OptionCheck } from "../../../src/base/arguments.js";
import { InvalidArgumentError } from "../../../src/base/errors.js";

const checks = { limit: isCount, copy: isBoolean };

/** What `run` throws, which must be an InvalidArgumentError. */
function refusal(run: () => void): InvalidArgumentError {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("refuse", () => {
  it("names the method, the argument, what it takes and what came", () => {
    const error = refusal(() => refuse("select()", "limit", "a whole number of at least 0", -1));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toBe("select(): limit must be a whole number of at least 0, received -1");
    expect(error.details).toEqual({ argument: "limit", expected: "a whole number of at least 0", received: "-1" });
  });

  it("adds a hint in brackets", () => {
    const error = refusal(() => refuse("select()", "where", "a condition", {}, "try fields.age.gte"));
    expect(error.message).toBe("select(): where must be a condition, received an object (try fields.age.gte)");
  });
});

describe("checkOptions", () => {
  it.each<[string, unknown]>([
    ["no options at all", undefined],
    ["none set", {}],
    ["one left undefined", { limit: undefined }],
    ["good values", { limit: 3, copy: false }],
    ["an object without prototype", Object.assign(Object.create(null), { limit: 3 })],
    ["an object of another realm", runInNewContext("({ limit: 3 })")],
  ])("accepts %s", (_what, options) => {
    expect(() => checkOptions("select()", options, checks)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [null, "null"],
    [5, "5"],
    ["limit", '"limit"'],
    [true, "true"],
    [[], "an empty array"],
    [() => ({}), "a function"],
    [new Map([["limit", 3]]), "a Map"],
    [new Date(0), "a Date"],
    [Object.create({ limit: -1 }), "an object"],
  ])("refuses %p for options", (options, received) => {
    const error = refusal(() => checkOptions("select()", options, checks));
    expect(error.message).toBe(`select(): options must be a plain object, received ${received}`);
  });

  it("refuses a name that it does not know, and lists the ones it does", () => {
    const error = refusal(() => checkOptions("select()", { limt: 3 }, checks));
    expect(error.message).toBe('select(): unknown option "limt" (it takes limit, copy; did you mean "limit"?)');
    expect(error.details).toEqual({ argument: "limt", expected: "limit, copy", received: '"limt"' });
    expect(refusal(() => checkOptions("close()", { now: true }, {})).message).toBe('close(): unknown option "now" (it takes no options)');
  });

  it.each(["toString", "constructor", "__proto__"])("does not take the inherited name %s for a known option", (name) => {
    const options: unknown = JSON.parse(`{"${name}": 1}`);
    expect(refusal(() => checkOptions("select()", options, checks)).message).toContain(`unknown option "${name}"`);
  });

  it("refuses a value with the words of its check", () => {
    const error = refusal(() => checkOptions("select()", { copy: false, limit: "3" }, checks));
    expect(error.message).toBe('select(): limit must be a whole number of at least 0, received "3"');
    expect(error.details).toEqual({ argument: "limit", expected: "a whole number of at least 0", received: '"3"' });
  });

  it("refuses null, which is not the same as leaving an option out", () => {
    expect(refusal(() => checkOptions("select()", { copy: null }, checks)).message).toBe(
      "select(): copy must be true or false, received null",
    );
  });
});

describe("option checks", () => {
  it.each<[string, OptionCheck, unknown[], unknown[], string]>([
    ["isBoolean", isBoolean, [true, false], [0, 1, "true", null], "true or false"],
    ["isCount", isCount, [0, 1, 2 ** 53 - 1], [-1, 1.5, Number.NaN, Infinity, 2 ** 53, "1", 1n], "a whole number of at least 0"],
    ["isPositiveCount", isPositiveCount, [1, 2 ** 53 - 1], [0, -1, 1.5, Number.NaN, Infinity, "1", 1n], "a whole number of at least 1"],
    ["isDuration", isDuration, [0, 0.5, 1000, Infinity], [-1, Number.NaN, "1", 1n, new Date()], "a number of milliseconds of at least 0"],
    ["isFunction", isFunction, [() => 1, Map], [{}, "f", null], "a function"],
    ["isAbortSignal", isAbortSignal, [new AbortController().signal], [new AbortController(), {}, null], "an AbortSignal"],
    ["isName", isName, ["a", " "], ["", 1, null, ["a"]], "a string that is not empty"],
    ["isOneOf", isOneOf("json", "msgpack"), ["json", "msgpack"], ["xml", "", 1, null, ["json"]], '"json" or "msgpack"'],
  ])("%s", (_name, check, good, bad, expected) => {
    for (const value of good) expect([value, check(value)]).toEqual([value, undefined]);
    for (const value of bad) expect([value, check(value)]).toEqual([value, expected]);
  });
});
