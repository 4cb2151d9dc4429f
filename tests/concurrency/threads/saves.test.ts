import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import { tempFolder } from "../../support/temp-folder.js";
import { TestThread } from "../../support/test-thread.js";
import type * as tasks from "./save-tasks.js";

const module = new URL("./save-tasks.js", import.meta.url);
let threads: TestThread<typeof tasks>[] = [];
let db: DictDB;

afterEach(async () => {
  await Promise.all(threads.map((thread) => thread.end()));
  threads = [];
  await db.close();
});

function start(): TestThread<typeof tasks> {
  const thread = new TestThread<typeof tasks>(module);
  threads.push(thread);
  return thread;
}

function shared(count: number) {
  db = new DictDB();
  db.createTable("t").insert(Array.from({ length: count }, (_, i) => ({ n: i, text: "x".repeat(50) })));
  return db.share();
}

/** A folder by two names. */
function twoNames(): [string, string] {
  const root = tempFolder();
  mkdirSync(join(root, "real"));
  symlinkSync("real", join(root, "link"));
  return [join(root, "real"), join(root, "link")];
}

describe("threads that save one database to one path", () => {
  it.each(["save", "saveSync"] as const)("leave the newest state there, whoever is done first: %s", async (verb) => {
    const handle = shared(20_000);
    const thread = start();
    await thread.run(handle, "trySave", join(tempFolder(), "other.json")); // it has attached
    for (const format of ["json", "msgpack"] as const) {
      const [real, link] = twoNames();
      db.getTable("t").insert(Array.from({ length: 20_000 }, (_, i) => ({ n: i })));
      const older = db.save(join(real, `a.${format}`));
      const newer = await thread.run(handle, "clearAndWrite", verb, join(link, `a.${format}`));
      await older;
      const loaded = DictDB.loadSync(join(real, `a.${format}`));
      expect([loaded.getTable("t").size, db.seq >= newer, readdirSync(real)]).toEqual([0, true, [`a.${format}`]]);
    }
  });

  it("leave the newest export there", async () => {
    const handle = shared(20_000);
    const thread = start();
    await thread.run(handle, "trySave", join(tempFolder(), "other.json"));
    const [real, link] = twoNames();
    const older = db.getTable("t").exportCsv(join(link, "a.csv"));
    await thread.run(handle, "clearAndWrite", "exportCsv", join(real, "a.csv"));
    await older;
    expect(readFileSync(join(real, "a.csv"), "utf8")).toBe("id,n,text\r\n");
  });

  it("lose nothing where all of them write and save", async () => {
    const handle = shared(0);
    const file = join(tempFolder(), "a.json");
    await Promise.all([start(), start(), start()].map((thread) => thread.run(handle, "addAndSave", file, 30)));
    expect(DictDB.loadSync(file).getTable("t").size).toBe(90);
    expect(readdirSync(join(file, ".."))).toEqual(["a.json"]);
  });

  it("know what the others have saved, and learn of changes by somebody else", async () => {
    const handle = shared(1);
    const file = join(tempFolder(), "a.json");
    const thread = start();
    const outcomes = [await thread.run(handle, "trySave", file)];
    await db.save(file);
    outcomes.push(await thread.run(handle, "trySave", file));
    writeFileSync(file, "other");
    outcomes.push(await thread.run(handle, "trySave", file), await start().run(handle, "trySave", file));
    expect(outcomes).toEqual(["saved", "saved", "FILE_CHANGED", "FILE_CHANGED"]);
    await expect(db.save(file)).rejects.toMatchObject({ code: "FILE_CHANGED" });
    await db.save(file, { overwrite: true });
    expect(await thread.run(handle, "trySave", file)).toBe("saved");
  });

  it("go on where one of them was closed or has died while it saved", async () => {
    const handle = shared(20_000);
    const file = join(tempFolder(), "a.json");
    const dying = start();
    await dying.run(handle, "trySave", file);
    const cut = dying.run(handle, "trySave", file).catch(() => undefined);
    threads = [];
    await dying.kill();
    await cut;
    const other = start();
    expect(await other.run(handle, "trySave", file)).toBe("saved");
    const last = db.save(file);
    await db.close();
    await last;
    expect(await other.run(handle, "trySave", file)).toBe("saved");
  });
});
