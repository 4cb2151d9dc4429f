import { runInNewContext } from "node:vm";
import { describe, expect, it, jest } from "@jest/globals";
import { isInstance, isIterable, isList, isPlainObject, isPromise, listOf } from "../../../src/base/shape.js";

class Point {
  readonly x = 1;
}

/** A proxy that throws at every question. */
function hostile(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("isPlainObject", () => {
  it.each<[string, unknown]>([
    ["an object", {}],
    ["one without a prototype", Object.create(null)],
    ["one of another realm", runInNewContext("({ a: 1 })")],
    ["one named like what it inherits", { hasOwnProperty: 1 }],
    ["a proxy of one", new Proxy({}, {})],
  ])("is true of %s", (_what, value) => {
    expect(isPlainObject(value)).toBe(true);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", "a"],
    ["an array", []],
    ["an array of another realm", runInNewContext("[]")],
    ["a function", () => 1],
    ["a date", new Date()],
    ["a Map", new Map()],
    ["an instance of a class", new Point()],
    ["an object made from another", Object.create({})],
    ["an object made from one without a prototype", Object.create(Object.create(null))],
    ["a revoked proxy", hostile()],
  ])("is false of %s", (_what, value) => {
    expect(isPlainObject(value)).toBe(false);
  });
});

describe("isList, listOf, isIterable and isInstance", () => {
  it("know lists, in whatever realm", () => {
    expect([[], runInNewContext("[1]"), new Proxy([], {})].map(isList)).toEqual([true, true, true]);
    expect([{ length: 0 }, "abc", new Set(), Uint8Array.of(1), null, hostile()].map(isList)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("take one value for a list of itself, and holes for undefined", () => {
    const withHole = [1];
    withHole[2] = 3;
    expect(Object.keys(listOf(withHole))).toEqual(["0", "1", "2"]);
    expect([listOf("a"), listOf(undefined), listOf([])]).toEqual([["a"], [undefined], []]);
  });

  it("know what can be iterated, a bare text aside", () => {
    expect([[], new Set(), new Map(), Uint8Array.of(), [].values()].map(isIterable)).toEqual([true, true, true, true, true]);
    expect(["abc", {}, null, 5, hostile()].map(isIterable)).toEqual([false, false, false, false, false]);
  });

  it("know an instance, and none in what refuses to tell", () => {
    expect([isInstance(new Point(), Point), isInstance({}, Point), isInstance(null, Point), isInstance(hostile(), Point)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("isPromise", () => {
  it("knows promises and what await takes for one", () => {
    // oxlint-disable-next-line unicorn/no-thenable -- what is recognised
    expect([Promise.resolve(), runInNewContext("Promise.resolve()"), { then: () => 1 }].map(isPromise)).toEqual([true, true, true]);
    // oxlint-disable-next-line unicorn/no-thenable -- what is not
    expect([{ then: 1 }, () => 1, null, "then", {}, hostile()].map(isPromise)).toEqual([false, false, false, false, false, false]);
  });

  it("takes note of the failure, so that it ends no process", () => {
    const then = jest.fn();
    // oxlint-disable-next-line unicorn/no-thenable -- watched for who listens
    expect(isPromise({ then })).toBe(true);
    expect(then.mock.calls).toEqual([[undefined, expect.any(Function)]]);
  });
});
