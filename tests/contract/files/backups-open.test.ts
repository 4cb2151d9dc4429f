import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { BackupManager } from "../../../src/index.js";
import type { OpenBackupsOptions, OpenedBackups } from "../../../src/index.js";
import { nodeDisk, replaceDisk } from "../../../src/storage/disk.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

let folder: string;
const opened: OpenedBackups[] = [];
let putBack = (): void => undefined;

beforeEach(() => {
  folder = join(tempFolder(), "backups");
});

afterEach(async () => {
  putBack();
  for (const { db } of opened.splice(0)) await db.close();
});

async function open(options?: OpenBackupsOptions): Promise<OpenedBackups> {
  const one = await BackupManager.open(folder, options);
  opened.push(one);
  return one;
}

const backupsIn = (): string[] => readdirSync(folder).filter((name) => name.startsWith("dictdb_"));

describe("BackupManager.open", () => {
  it("begins with nothing, and the next time with what was backed up", async () => {
    const first = await open();
    expect(first.restored).toBeUndefined();
    first.db.createTable("notes", { ifNotExists: true }).insert([{ text: "a" }, { text: "b" }]);
    await first.manager.backupNow();
    await first.db.close();

    const second = await open({ freeze: true });
    expect(second.restored).toEqual({ seq: first.db.seq, files: backupsIn(), skipped: [] });
    const notes = second.db.createTable("notes", { ifNotExists: true });
    expect(notes.insert({ text: "c" })).toBe(3);
    expect(Object.isFrozen(notes.get(1, { copy: false }))).toBe(true);
    await second.manager.backupNow();
    await second.db.close();
    expect((await open()).db.getTable("notes").size).toBe(3);
  });

  it("backs up by itself from then on", async () => {
    const { db, manager } = await open({ backupIntervalMs: 1 });
    db.createTable("notes");
    while (backupsIn().length === 0) await manager.notifyChange();
    expect(manager.consecutiveFailures).toBe(0);
  });

  it("is an error where there are backups and none can be used, and touches nothing", async () => {
    const { db, manager } = await open();
    db.createTable("notes");
    const { path } = await manager.backupNow();
    await db.close();
    writeFileSync(path, readFileSync(path).subarray(0, 20));
    expect(await rejection(BackupManager.open(folder))).toMatchObject({ code: "CORRUPT_FILE" });
    expect(readdirSync(folder)).toEqual(backupsIn());
  });

  it("passes over newer backups that cannot be used, and tells which", async () => {
    const { db, manager } = await open({ incremental: false });
    const notes = db.createTable("notes");
    await manager.backupNow();
    notes.insert({ text: "lost" });
    const { path } = await manager.backupNow();
    await db.close();
    writeFileSync(path, "");
    const again = await open();
    expect(again.db.getTable("notes").size).toBe(0);
    expect(again.restored?.skipped.map(({ file }) => join(folder, file))).toEqual([path]);
  });

  it("refuses to begin with nothing if it is told to", async () => {
    expect(await rejection(BackupManager.open(folder, { createIfMissing: false }))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(await rejection(BackupManager.open(folder, { nonsense: 1 } as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("refuses a folder that another manager has", async () => {
    const { db, manager } = await open();
    db.createTable("notes");
    await manager.backupNow();
    expect(await rejection(BackupManager.open(folder))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(db.getTable("notes").size).toBe(0);
  });

  it("reads again what somebody has backed up while it read", async () => {
    const { db, manager } = await open({ incremental: false });
    const notes = db.createTable("notes");
    await manager.backupNow();
    // The first manager makes one more backup and ends after the second has looked for the newest one.
    let looks = 0;
    const someoneElse = async (): Promise<void> => {
      notes.insert({ text: "newer" });
      await manager.backupNow();
      await db.close();
    };
    putBack = replaceDisk({
      doSync: (call) => nodeDisk.doSync(call),
      async do(call) {
        const answer = await nodeDisk.do(call);
        if (call[0] === "readdir" && looks++ === 0) await someoneElse();
        return answer;
      },
    });
    const second = await open();
    expect(second.db.getTable("notes").size).toBe(1);
    expect(looks).toBeGreaterThan(3);
  });
});
