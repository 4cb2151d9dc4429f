import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { DictDB, sum } from "../../../src/index.js";
import { FailingDisk } from "../../support/failing-disk.js";
import type { Progress } from "../../../src/index.js";
import { replaceDisk } from "../../../src/storage/disk.js";
import { checkAll, contentOf } from "../../support/database-content.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

const folder = tempFolder();
const file = join(folder, "a.json");
let putBack = (): void => undefined;

afterEach(() => putBack());

function filled(count: number): DictDB {
  const db = new DictDB();
  const accounts = db.createTable<{ id: number; balance: number }>("accounts");
  accounts.insert(Array.from({ length: count }, () => ({ balance: 100 })));
  return db;
}

describe("save", () => {
  it.each(["json", "msgpack"] as const)("takes the state of the call, whatever is written meanwhile: %s", async (format) => {
    const count = 20_000;
    const db = filled(count);
    const other = db.createTable<{ id: number; balance: number }>("other");
    const accounts = db.getTable<{ id: number; balance: number }>("accounts");
    other.insert(Array.from({ length: count }, () => ({ balance: 0 })));
    // Out of order, so that it has to be sorted, too.
    accounts.delete(7);
    accounts.insert({ id: 7, balance: 100 });
    let transfers = 0;
    const before = contentOf(db);
    const state = { saving: true };
    const saved = db.save(file, { format }).finally(() => (state.saving = false));
    while (state.saving) {
      db.atomic(() => {
        const id = (transfers++ % count) + 1;
        accounts.update((one) => ({ balance: one.balance - 1 }), id);
        other.update((one) => ({ balance: one.balance + 1 }), id);
        if (transfers % 3 === 0) other.insert({ balance: 0 });
      });
      await new Promise(setImmediate);
    }
    await saved;
    expect(transfers).toBeGreaterThan(3);
    const loaded = await DictDB.load(file);
    expect(contentOf(loaded)).toBe(before);
    expect(loaded.getTable("accounts").aggregate({ total: sum("balance") }).total).toBe(100 * count);
    checkAll(loaded);
  });

  it("tells how far it has come, and ends when that is refused", async () => {
    const db = filled(20_000);
    const seen: Progress[] = [];
    await db.save(file, { onProgress: (progress) => void seen.push(progress) });
    expect([seen[0], seen.at(-1)]).toEqual([
      { done: 0, total: 20_000 },
      { done: 20_000, total: 20_000 },
    ]);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
    const before = readFileSync(file);
    const enough = new Error("enough");
    db.getTable("accounts").clear();
    const onProgress = (): never => {
      throw enough;
    };
    expect(await rejection(db.save(file, { onProgress }))).toBe(enough);
    expect(() => db.saveSync(file, { onProgress })).toThrow(enough);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["a.json"]);
  });

  it("lets the last of several calls to one path have the last word", async () => {
    const db = filled(1);
    const accounts = db.getTable<{ id: number; balance: number }>("accounts");
    const saves = [1, 2, 3].map((balance) => {
      accounts.update({ balance }, 1);
      return db.save(file);
    });
    accounts.update({ balance: 4 }, 1);
    db.saveSync(file);
    await Promise.all(saves);
    expect((await DictDB.load(file)).getTable("accounts").get(1)).toEqual({ id: 1, balance: 4 });
    expect(readdirSync(folder)).toEqual(["a.json"]);
  });

  it("is waited for when the database is closed", async () => {
    const db = filled(20_000);
    const content = contentOf(db);
    void db.save(join(folder, "closing.json"));
    expect(existsSync(join(folder, "closing.json"))).toBe(false);
    await db.close();
    expect(contentOf(DictDB.loadSync(join(folder, "closing.json")))).toBe(content);
    expect(await rejection(db.save(file))).toMatchObject({ code: "CLOSED" });
    expect(() => db.saveSync(file)).toThrow("closed");
    expect(await rejection(db.importCsv(file, "t"))).toMatchObject({ code: "CLOSED" });
  });

  it("takes its format from the name, and loading from the bytes", async () => {
    const db = filled(3);
    for (const name of ["b.msgpack", "b.MPK", "b.json", "b"]) db.saveSync(pathToFileURL(join(folder, name)));
    db.saveSync(join(folder, "c.json"), { format: "msgpack" });
    const first = (name: string): string => readFileSync(join(folder, name)).toString("latin1", 1, 5);
    expect(["b.msgpack", "b.MPK", "b.json", "b", "c.json"].map(first)).toEqual(["Dict", "Dict", '\n"di', '\n"di', "Dict"]);
    for (const name of ["b.msgpack", "b", "c.json"])
      expect(contentOf(await DictDB.load(pathToFileURL(join(folder, name))))).toBe(contentOf(db));
  });

  it("passes on what the file system says", async () => {
    const db = filled(1);
    expect(await rejection(db.save(join(folder, "none", "a.json")))).toMatchObject({ code: "ENOENT" });
    expect(() => db.saveSync(folder)).toThrow(/EISDIR|EEXIST|ENOTEMPTY/);
    const disk = new FailingDisk(5, "ENOSPC");
    putBack = replaceDisk(disk);
    expect(await rejection(db.save(file))).toMatchObject({ code: "ENOSPC" });
  });

  it.each<[string, unknown, unknown]>([
    ["a path", 1, undefined],
    ["an empty path", "", undefined],
    ["a path with a zero", "a\0b", undefined],
    ["a URL of the web", new URL("http://localhost/a"), undefined],
    ["a format", file, { format: "pickle" }],
    ["progress", file, { onProgress: 1 }],
    ["an option", file, { pretty: true }],
  ])("checks its arguments: %s", async (_what, path, options) => {
    const db = filled(1);
    expect(await rejection(db.save(path as never, options as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(() => db.saveSync(path as never, options as never)).toThrow(/saveSync\(\): /);
    expect(await rejection(DictDB.load(path as never, options as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("load", () => {
  it("comes by one commit, and takes the options of a database", async () => {
    filled(2).saveSync(file);
    const db = await DictDB.load(file, { lockTimeoutMs: 1, freeze: true });
    expect([db.seq, db.stats().commits]).toEqual([1, 1]);
    expect(Object.isFrozen(db.getTable("accounts").get(1, { copy: false }))).toBe(true);
    new DictDB().saveSync(file);
    expect(DictDB.loadSync(file).seq).toBe(0);
    expect(await rejection(DictDB.load(file, { format: "json" } as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("does not hand out a key again that was used before the save", () => {
    const db = filled(3);
    db.getTable("accounts").clear();
    db.saveSync(file);
    expect(DictDB.loadSync(file).getTable("accounts").insert({ balance: 1 })).toBe(4);
  });

  it("says that a table needs a schema that is code", () => {
    const db = new DictDB();
    const schema = z.object({ id: z.number(), n: z.number().default(1) });
    db.createTable("t", { schema }).insert({ id: 1 });
    db.saveSync(file);
    const loaded = DictDB.loadSync(file);
    expect(() => loaded.getTable("t").insert({ id: 2 })).toThrow('the schema of table "t" is code');
    expect(loaded.getTable("t").get(1)).toEqual({ id: 1, n: 1 });
    loaded.getTable("t", { schema }).insert({ id: 2 });
    expect(loaded.getTable("t").get(2)).toEqual({ id: 2, n: 1 });
  });

  it("loads what was edited by hand when told so", async () => {
    filled(1).saveSync(file);
    writeFileSync(file, readFileSync(file, "utf8").replace('"balance":100', '"balance": 5'));
    expect(await rejection(DictDB.load(file))).toMatchObject({
      code: "CORRUPT_FILE",
      message: `load(): the checksum of ${JSON.stringify(file)} is wrong: it was damaged, or edited by hand (then load it with ignoreChecksum: true)`,
    });
    expect((await DictDB.load(file, { ignoreChecksum: true })).getTable("accounts").get(1)).toEqual({ id: 1, balance: 5 });
    writeFileSync(file, readFileSync(file, "utf8").replace(/,\s*"checksum".*/, ""));
    expect((await DictDB.load(file)).getTable("accounts").get(1)).toEqual({ id: 1, balance: 5 });
  });

  it("goes through a file that does not fit into one piece, with records longer than a piece", async () => {
    const db = new DictDB();
    const long = db.createTable<{ id: number; text: string }>("long");
    long.insert([10, 300_000, 5, 700_000, 1].map((length, i) => ({ text: 'é\\"x'.repeat(length) + String(i) })));
    for (const format of ["json", "msgpack"] as const) {
      await db.save(file, { format });
      expect(contentOf(await DictDB.load(file))).toBe(contentOf(db));
    }
  });
});
