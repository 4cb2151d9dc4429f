import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import { describe as describeValue } from "../../../src/base/describe.js";
import { InvalidArgumentError } from "../../../src/base/errors.js";
import { isUnset, unset } from "../../../src/base/unset.js";
import { thrown } from "../../support/thrown.js";

describe("unset()", () => {
  it("is one frozen value that tells what it is", () => {
    expect(unset()).toBe(unset());
    expect(Object.isFrozen(unset())).toBe(true);
    expect(inspect({ tags: unset() })).toBe("{ tags: unset() }");
    expect(describeValue(unset())).toBe("unset()");
  });

  it("is known in another realm, and as another thread gets it", () => {
    expect([unset(), structuredClone(unset()), runInNewContext(`({ "dictdb:unset": 1n })`)].map(isUnset)).toEqual([true, true, true]);
  });

  it("is nothing that JSON could say", () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const others = [
      JSON.parse('{ "dictdb:unset": 1 }'),
      { "dictdb:unset": 1n, more: 1 },
      Object.create(unset()),
      {},
      null,
      undefined,
      "unset()",
      revoked.proxy,
    ];
    expect(others.map(isUnset)).toEqual(others.map(() => false));
  });

  it("cannot be written as JSON", () => {
    const error = thrown(InvalidArgumentError, () => JSON.stringify({ tags: unset() }));
    expect(error.message).toBe("JSON.stringify(): unset() cannot be written as JSON, because it is no value");
    expect(() => JSON.stringify(structuredClone(unset()))).toThrow(TypeError);
  });
});
