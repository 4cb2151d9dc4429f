import { parse } from "node:url";
import { runInNewContext } from "node:vm";
import { describe, expect, it, jest } from "@jest/globals";
import {
  expressionParts,
  isError,
  isInstance,
  isIterable,
  isList,
  isPlainObject,
  isPromise,
  isSignal,
  listOf,
  urlText,
} from "../../../src/base/shape.js";

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
    const callable = Object.assign(() => 1, { then: () => 1 });
    // oxlint-disable-next-line unicorn/no-thenable -- what is recognised
    expect([Promise.resolve(), runInNewContext("Promise.resolve()"), { then: () => 1 }, callable].map(isPromise)).toEqual([
      true,
      true,
      true,
      true,
    ]);
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

/** Has the members that are asked for as getters of its class, as the objects of platforms do. */
class Pretender {
  get protocol(): string {
    throw new Error("mine");
  }

  get aborted(): boolean {
    throw new Error("mine");
  }
}

describe("what other realms and test environments make", () => {
  it("regular expressions are known by their slots, whatever they inherit", () => {
    expect(expressionParts(/a.b/giu)).toEqual({ source: "a.b", flags: "giu" });
    expect(expressionParts(runInNewContext("/a/i"))).toEqual({ source: "a", flags: "i" });
    expect(expressionParts(Object.setPrototypeOf(/a/, null))).toEqual({ source: "a", flags: "" });
    const forged: unknown[] = [
      Object.create(RegExp.prototype),
      { source: "a", flags: "", [Symbol.toStringTag]: "RegExp" },
      "/a/",
      null,
      hostile(),
    ];
    expect(forged.map(expressionParts)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it("a regular expression whose flags cannot be read is none", () => {
    const odd = Object.defineProperty(/a/, "global", {
      get: () => {
        throw new Error("mine");
      },
    });
    expect(expressionParts(odd)).toBeUndefined();
  });

  it("signals are known by what they can do", () => {
    const own = {
      aborted: false,
      throwIfAborted: () => undefined,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
    expect([new AbortController().signal, AbortSignal.abort(), own].map(isSignal)).toEqual([true, true, true]);
    const others = [
      new EventTarget(),
      Object.create(AbortSignal.prototype),
      { aborted: true },
      new AbortController(),
      null,
      new Pretender(),
      hostile(),
    ];
    expect(others.map(isSignal)).toEqual(others.map(() => false));
  });

  it("URLs are known by their parts", () => {
    class ForeignUrl {
      readonly #url: URL;
      constructor(text: string) {
        this.#url = new URL(text);
      }
      get href(): string {
        return this.#url.href;
      }
      get protocol(): string {
        return this.#url.protocol;
      }
      get pathname(): string {
        return this.#url.pathname;
      }
      get searchParams(): URLSearchParams {
        return this.#url.searchParams;
      }
    }
    expect([new URL("file:///a%20b"), new ForeignUrl("https://a/b")].map(urlText)).toEqual(["file:///a%20b", "https://a/b"]);
    const others = [
      "file:///a",
      parse("file:///a"),
      { href: "file:///a", protocol: "file:", pathname: "/a", searchParams: {} },
      null,
      new Pretender(),
      hostile(),
    ];
    expect(others.map(urlText)).toEqual(others.map(() => undefined));
  });

  it("errors are known by their slots, and by their names", () => {
    const foreign: unknown = runInNewContext("new RangeError('x')");
    expect([isError(foreign), isError(foreign, "RangeError"), isError(foreign, "TypeError", "SyntaxError")]).toEqual([true, true, false]);
    expect([isError(new TypeError("x")), isError(new DOMException("x"))]).toEqual([true, true]);
    expect([{ name: "Error", message: "x" }, "Error", null, hostile()].map((value) => isError(value))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
