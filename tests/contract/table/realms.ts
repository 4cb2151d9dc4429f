import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import { errorOf } from "./database.js";
import type { OpenDatabase } from "./database.js";

const realm = createContext({});

/** What a text makes in another realm, where each class is another one than here. */
function foreign(text: string): never {
  return runInContext(`(${text})`, realm) as never;
}

/** What test environments do to the globals: classes of their own, which the objects of Node.js are no instances of. */
function withForeignGlobals<R>(run: () => R): R {
  const names = ["URL", "AbortSignal", "RegExp", "Date", "Promise", "Map", "Set", "Error", "RangeError", "TypeError"] as const;
  const own = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)!] as const);
  for (const name of names.slice(2)) Object.defineProperty(globalThis, name, { value: foreign(name), configurable: true, writable: true });
  globalThis.URL = class extends URL {};
  globalThis.AbortSignal = class extends EventTarget {} as typeof AbortSignal;
  try {
    return run();
  } finally {
    for (const [name, descriptor] of own) Object.defineProperty(globalThis, name, descriptor);
  }
}

export function realmContract(open: OpenDatabase): void {
  describe("what another realm made", () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "dictdb-realms-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it("is stored as what it is", () => {
      const table = open().createTable("t");
      table.insert(
        foreign(`{ id: 1, at: new Date(5), raw: Uint8Array.of(1, 2), list: [1, { a: new Date(6) }], nested: { b: [null, 2n] } }`),
      );
      expect(table.get(1)).toStrictEqual({
        id: 1,
        at: new Date(5),
        raw: Uint8Array.of(1, 2),
        list: [1, { a: new Date(6) }],
        nested: { b: [null, 2n] },
      });
      expect(table.insert(foreign(`[{ id: 2 }, { id: 3 }]`))).toEqual([2, 3]);
      expect(table.update(foreign(`{ at: new Date(7) }`), foreign(`{ where: { at: new Date(5) } }`))).toBe(1);
      expect(table.update(foreign(`() => ({ list: [new Date(8)] })`), 1)).toBe(1);
      expect(table.upsert(foreign(`{ id: 1, raw: new Uint8Array(1) }`))).toEqual({ key: 1, action: "updated" });
      expect(table.get(1)).toMatchObject({ at: new Date(7), list: [new Date(8)], raw: new Uint8Array(1) });
    });

    it("is stored as what it is when it has lost its class", () => {
      const table = open().createTable("t");
      const bare = (value: object): unknown => Object.setPrototypeOf(value, null);
      table.insert({ id: 1, at: bare(new Date(5)), raw: bare(Uint8Array.of(1, 2)) });
      expect(table.get(1)).toStrictEqual({ id: 1, at: new Date(5), raw: Uint8Array.of(1, 2) });
    });

    it.each([
      ["a Map", "new Map([[1, 2]])"],
      ["a Set", "new Set([1])"],
      ["a RegExp", "/a/"],
      ["a Promise", "Promise.resolve(1)"],
      ["an Error", "new Error('x')"],
      ["a Float64Array", "new Float64Array(1)"],
    ])("is refused by its name where it cannot be stored: %s", (name, text) => {
      const table = open().createTable("t");
      expect(errorOf(() => table.insert({ a: foreign(text) }))).toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining(`received ${name} (an instance of a class cannot be stored`),
      });
    });

    it("serves as an operand", () => {
      const table = open().createTable("t");
      table.insert([
        { id: 1, s: "ab", at: new Date(1) },
        { id: 2, s: "b", at: new Date(2) },
      ]);
      const { s, at, id } = table.fields;
      expect(table.count(s.matches(foreign("/A/i")))).toBe(1);
      expect(table.count(at.lt(foreign("new Date(2)")))).toBe(1);
      expect(table.count(id.in(foreign("new Set([1, 2, 3])")))).toBe(2);
      expect(table.count(foreign("{ s: 'b' }"))).toBe(1);
      expect(table.count(foreign("(record) => record.s === 'b'"))).toBe(1);
      expect(table.select(foreign("{ orderBy: ['-id'], columns: ['id'] }"))).toEqual([{ id: 2 }, { id: 1 }]);
    });

    it("is a promise where an answer was needed at once", () => {
      const db = open();
      const table = db.createTable("t");
      table.insert({ id: 1 });
      expect(errorOf(() => db.atomic(() => foreign("Promise.resolve()")))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(errorOf(() => table.update(() => foreign("Promise.resolve()"), 1))).toMatchObject({
        message: expect.stringContaining("must be synchronous"),
      });
      expect(errorOf(() => table.count(() => foreign("Promise.resolve(true)")))).toMatchObject({
        message: expect.stringContaining("an async function cannot be a predicate"),
      });
    });

    it("is what it is although the globals are others", () => {
      const url = pathToFileURL(join(folder, "db.json"));
      const { signal } = new AbortController();
      const expression = /a/;
      const [date, bytes] = [new Date(3), Uint8Array.of(3)];
      const db = open();
      const table = db.createTable("t", { schema: { s: "string", at: "date?", raw: "bytes?" } });
      withForeignGlobals(() => {
        table.insert({ s: "ab", at: date, raw: bytes });
        expect(table.count(table.fields.s.matches(expression))).toBe(1);
        db.saveSync(url);
        expect(db.on("commit", () => undefined, { signal })).toBeInstanceOf(Function);
        expect(errorOf(() => DictDB.loadSync(pathToFileURL(join(folder, "none.json"))))).toMatchObject({ code: "ENOENT" });
      });
      const loaded = DictDB.loadSync(url);
      expect(loaded.getTable("t").get(1)).toEqual({ id: 1, s: "ab", at: new Date(3), raw: Uint8Array.of(3) });
    });

    it("is a signal although the globals are others", async () => {
      const db = open();
      const table = db.createTable("t");
      const controller = new AbortController();
      const reason = new Error("enough");
      await table.lock.write(async () => {
        const wait = withForeignGlobals(() => db.transaction((tx) => tx.getTable(table).insert({}), { signal: controller.signal }));
        controller.abort(reason);
        await expect(wait).rejects.toBe(reason);
      });
    });

    it("is no signal, URL or regular expression for being called so", () => {
      const db = open();
      const table = db.createTable("t");
      const forged = (name: string): never => ({ [Symbol.toStringTag]: name }) as never;
      expect(errorOf(() => table.fields.a.matches(forged("RegExp")))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(errorOf(() => db.saveSync(forged("URL")))).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(errorOf(() => db.on("commit", () => undefined, { signal: forged("AbortSignal") }))).toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    });
  });
}
