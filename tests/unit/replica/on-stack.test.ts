import { afterEach, describe, expect, it } from "@jest/globals";
import { runInNewContext } from "node:vm";
import { isLimited, isOnStack } from "../../../src/replica/on-stack.js";

const settings = Error as unknown as { prepareStackTrace: unknown; stackTraceLimit: unknown };
const { prepareStackTrace, stackTraceLimit } = settings;

afterEach(() => {
  settings.prepareStackTrace = prepareStackTrace;
  settings.stackTraceLimit = stackTraceLimit;
});

function calls<R>(fn: () => R): R {
  return fn();
}

function deep<R>(depth: number, fn: () => R): R {
  return depth === 0 ? fn() : deep(depth - 1, fn);
}

describe.each<[string, unknown, unknown]>([
  ["as they are", prepareStackTrace, stackTraceLimit],
  ["without a tool that prepares stacks", undefined, stackTraceLimit],
  ["with a tool that wants the calls", (_: unknown, sites: unknown) => sites, stackTraceLimit],
  ["with a tool that makes one object of every stack", () => ({}), stackTraceLimit],
  [
    "with a tool that throws",
    () => {
      throw new Error("not mine");
    },
    stackTraceLimit,
  ],
  ["with stacks switched off", prepareStackTrace, 0],
  ["with a limit that is none", undefined, "many"],
])("a look at the stack, %s", (_name, prepare, limit) => {
  it("finds a function exactly while it runs, and leaves the settings alone", () => {
    settings.prepareStackTrace = prepare;
    settings.stackTraceLimit = limit;
    const other = (): boolean => isOnStack(calls);
    const found = [
      isOnStack(calls),
      calls(() => isOnStack(calls)),
      calls(() => deep(300, () => isOnStack(calls))),
      other(),
      isOnStack(calls),
    ];
    const left = [settings.prepareStackTrace, settings.stackTraceLimit];
    expect(found).toEqual([false, true, true, false, false]);
    expect(left).toEqual([prepare, limit]);
  });
});

describe("isLimited", () => {
  it("says whether code of vm is below", () => {
    expect(isLimited()).toBe(false);
    expect(runInNewContext("fn()", { fn: isLimited })).toBe(true);
    expect(isLimited()).toBe(false);
  });
});
