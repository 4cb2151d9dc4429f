import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "@jest/globals";
import * as errors from "../../../src/base/errors.js";
import type { ErrorCode } from "../../../src/base/errors.js";
import { sampleErrors } from "../../support/sample-errors.js";

const { CorruptFileError, DictDBError, DuplicateKeyError, InvalidArgumentError, InvariantError, SchemaValidationError, isDictDBError } =
  errors;

class QuotaExceeded extends DictDBError {
  constructor() {
    super("CAPACITY", "too many");
  }
}

describe("DictDBError", () => {
  it.each(sampleErrors())("%s: code, name and class", (code, error) => {
    expect(error.code).toBe(code);
    expect(error.message).toBe("message");
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(DictDBError);
    const words = code.split("_").map((word) => word.slice(0, 1) + word.slice(1).toLowerCase());
    expect(["DictDBError", `${words.join("")}Error`]).toContain(error.constructor.name);
    expect(error.name).toBe(error.constructor.name);
  });

  it("has a sample for every class that the module exports", () => {
    const classes = Object.values<unknown>(errors).filter((value) => value === DictDBError || isSubclass(value));
    const sampled = new Set(sampleErrors().map(([, error]) => error.constructor));
    expect(classes.filter((value) => !sampled.has(value as never))).toEqual([]);
    expect(classes).toHaveLength(16);
  });

  it("keeps details, cause and issues", () => {
    const cause = new RangeError("inner");
    expect(new InvariantError("outer", { a: 1 }, { cause })).toMatchObject({ details: { a: 1 }, cause });
    expect(new CorruptFileError("outer", { path: "x" }, { cause })).toMatchObject({ details: { path: "x" }, cause });
    const issues = [{ message: "must be a string", path: ["tags", 0] }];
    expect(new SchemaValidationError("outer", issues, { table: "t" })).toMatchObject({ issues, details: { table: "t", issues } });
    expect(new DuplicateKeyError("outer").details).toEqual({});
    expect("cause" in new DuplicateKeyError("outer")).toBe(false);
  });

  it("prints its class, code and message once, and the place that made it first", () => {
    const error = new DuplicateKeyError("key 1 exists", { key: 1 });
    const [header, place] = error.stack?.split("\n") ?? [];
    expect(header).toBe("DuplicateKeyError [DUPLICATE_KEY]: key 1 exists");
    expect(place).toContain("errors.test");
    expect(String(error)).toBe("DuplicateKeyError: key 1 exists");
    expect(inspect(error).match(/key 1 exists/g)).toHaveLength(1);
    expect(Object.keys(error).toSorted()).toEqual(["code", "details"]);
  });

  it("serves as the base of an application's own classes, named or not", () => {
    const named = new QuotaExceeded();
    expect(named).toBeInstanceOf(DictDBError);
    expect(named.name).toBe("QuotaExceeded");
    expect(isDictDBError(structuredClone(named), "CAPACITY")).toBe(true);
    const anonymous = new (class extends DictDBError {})("CLOSED", "message");
    expect(anonymous.name).toBe("DictDBError");
    expect(isDictDBError(structuredClone(anonymous), "CLOSED")).toBe(true);
  });
});

describe("isDictDBError", () => {
  it.each(sampleErrors())("%s: recognised here and as a structured clone", (code, error) => {
    for (const seen of [error, structuredClone(error)]) {
      expect(isDictDBError(seen)).toBe(true);
      expect(isDictDBError(seen, code)).toBe(true);
      expect(isDictDBError(seen, code === "CLOSED" ? "DEADLOCK" : "CLOSED")).toBe(false);
    }
  });

  it("recognises what a worker thread posts, and what it dies of", async () => {
    const worker = new Worker(new URL("../../support/error-sender.js", import.meta.url));
    const heard = (event: string): Promise<unknown> => new Promise((resolve) => worker.once(event, resolve));
    const [posted, death] = await Promise.all([heard("message"), heard("error"), heard("exit")]);
    const { ours, foreign } = posted as { ours: [ErrorCode, unknown][]; foreign: Error };
    expect(ours).toHaveLength(sampleErrors().length);
    for (const [code, error] of ours) expect([code, isDictDBError(error), isDictDBError(error, code)]).toEqual([code, true, true]);
    expect(isDictDBError(death, "CLOSED")).toBe(true);
    // Node writes its own codes into the first line of a stack too, though not under this test runner, hence here.
    expect(foreign.stack).toMatch(/^TypeError \[ERR_INVALID_ARG_TYPE\]/);
    expect(isDictDBError(foreign)).toBe(false);
  });

  it("recognises an error of another copy of the package", () => {
    const other = runInNewContext(
      `class DictDBError extends Error {}
       const error = new DictDBError("message");
       error.stack = error.stack.replace(/^[^:]*/, "LockTimeoutError [LOCK_TIMEOUT]");
       error`,
    ) as unknown;
    expect(other).not.toBeInstanceOf(DictDBError);
    expect(isDictDBError(other, "LOCK_TIMEOUT")).toBe(true);
  });

  it("does not take another error for one of ours", () => {
    expect(isDictDBError(new Error("CLOSED"))).toBe(false);
    expect(isDictDBError(new Error("message [CLOSED]"))).toBe(false);
    expect(isDictDBError({ code: "CLOSED", message: "message" })).toBe(false);
    expect(isDictDBError(Object.assign(new Error("message"), { stack: "TypeError [ERR_CLOSED]: message" }))).toBe(false);
  });

  it("answers for anything that can be thrown", () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const trap = Object.defineProperty({}, "stack", {
      get() {
        throw new Error("foreign code");
      },
    });
    for (const thrown of [undefined, null, 0, "CLOSED", Symbol("x"), () => 1, { stack: 5 }, revoked.proxy, trap]) {
      expect(isDictDBError(thrown)).toBe(false);
      expect(isDictDBError(thrown, "CLOSED")).toBe(false);
    }
  });

  it("narrows the type to the class with the code", () => {
    const error: unknown = new InvalidArgumentError("message");
    const code: ErrorCode | undefined = isDictDBError(error) ? error.code : undefined;
    expect(code).toBe("INVALID_ARGUMENT");
  });
});

function isSubclass(value: unknown): boolean {
  return typeof value === "function" && value.prototype instanceof DictDBError;
}
