import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB, sum } from "../../../src/index.js";
import { checkAll, contentOf } from "../../support/database-content.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";
import { TestThread } from "../../support/test-thread.js";
import type * as tasks from "./backup-tasks.js";

const module = new URL("./backup-tasks.js", import.meta.url);
const total = 5_000;
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

function shared() {
  db = new DictDB();
  db.createTable<{ id: number; n: number }>("left").insert(Array.from({ length: 50 }, () => ({ n: total / 50 })));
  db.createTable<{ id: number; n: number }>("right");
  return db.share({ logLimitBytes: 65_536 });
}

function totalOf(one: DictDB): number {
  checkAll(one);
  return ["left", "right"].reduce((all, name) => all + Number(one.getTable(name).aggregate({ n: sum("n") }).n ?? 0), 0);
}

describe("a database that threads share", () => {
  it("is backed up and saved from any thread while others write, and each file is of one moment", async () => {
    const handle = shared();
    const [writer, saver] = [start(), start()];
    const [own, other, file] = [tempFolder(), tempFolder(), join(tempFolder(), "a.json")];
    const backup = new BackupManager(db, own, { backupIntervalMs: Infinity, maxDeltasBeforeFull: 100, keep: 100 });
    await backup.backupNow();
    const work = Promise.all([
      writer.run(handle, "transfer", 1_500),
      saver.run(handle, "backUp", other, 10),
      saver.run(handle, "save", file),
    ]);
    const states: number[] = [];
    for (let i = 0; i < 20; i++) {
      await backup.backupNow();
      states.push(totalOf((await BackupManager.restore(own)).db));
    }
    await work;
    expect(new Set(states)).toEqual(new Set([total]));
    expect(totalOf(await DictDB.load(file))).toBe(total);
    expect(totalOf((await BackupManager.restore(other)).db)).toBe(total);

    await backup.backupNow();
    const { db: restored, skipped, seq } = await BackupManager.restore(own);
    expect([contentOf(restored), skipped, seq]).toEqual([contentOf(db), [], db.seq]);
    expect((await BackupManager.verify(own)).files.filter(({ kind }) => kind === "delta").length).toBeGreaterThan(0);
  }, 60_000);

  it("has one manager for a folder, whatever thread that is in", async () => {
    const handle = shared();
    const folder = tempFolder();
    const backup = new BackupManager(db, folder);
    const thread = start();
    expect(await rejection(thread.run(handle, "backUp", folder, 0))).toMatchObject({ code: "INVALID_ARGUMENT" });
    await backup.stop();
    expect(await thread.run(handle, "backUp", folder, 1)).toEqual(["full", "full"]); // nothing has changed: the last one again
  });
});
