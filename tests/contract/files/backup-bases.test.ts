import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { BackupManager, DictDB } from "../../../src/index.js";
import type { Backup, BackupOptions, Table } from "../../../src/index.js";
import { nodeDisk, replaceDisk } from "../../../src/storage/disk.js";
import type { DiskCall } from "../../../src/storage/disk.js";
import { checkAll, contentOf } from "../../support/database-content.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

interface Note {
  id: number;
  text: string;
}

let folder: string;
let db: DictDB;
let notes: Table<Note>;
let warnings: string[];
let putBack = (): void => undefined;

beforeEach(() => {
  folder = join(tempFolder(), "backups");
  db = new DictDB();
  notes = db.createTable<Note>("notes");
  notes.insert([{ text: "a" }, { text: "b" }]);
  warnings = [];
  jest.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
});

afterEach(async () => {
  putBack();
  putBack = () => undefined;
  jest.restoreAllMocks();
  await db.close();
});

function manager(options?: BackupOptions): BackupManager {
  return new BackupManager(db, folder, { backupIntervalMs: Infinity, maxDeltasBeforeFull: Infinity, ...options });
}

/** A full backup and some deltas. */
async function chain(backup: BackupManager, deltas = 2): Promise<Backup[]> {
  const made = [await backup.backupNow()];
  for (let i = 0; i < deltas; i++) {
    notes.insert({ text: String(i) });
    made.push(await backup.backupNow());
  }
  return made;
}

async function expectRestorable(): Promise<void> {
  const { db: restored, skipped } = await BackupManager.restore(folder);
  checkAll(restored);
  expect([contentOf(restored), skipped]).toEqual([contentOf(db), []]);
}

/** Does something before each operation on the disk of this name on such a path; the operation may be made to fail. */
function onDisk(operation: string, path: (path: string) => boolean, run: (path: string) => void): void {
  const look = matching(operation, path, run);
  putBack = replaceDisk({
    doSync: (call) => (look(call), nodeDisk.doSync(call)),
    do: async (call) => (look(call), nodeDisk.do(call)),
  });
}

/** The same after the operation. */
function afterOnDisk(operation: string, path: (path: string) => boolean, run: (path: string) => void): void {
  const look = matching(operation, path, run);
  const after = <R>(call: DiskCall, answer: R): R => (look(call), answer);
  putBack = replaceDisk({
    doSync: (call) => after(call, nodeDisk.doSync(call)),
    do: async (call) => after(call, await nodeDisk.do(call)),
  });
}

function matching(operation: string, path: (path: string) => boolean, run: (path: string) => void): (call: DiskCall) => void {
  return ([name, first, second]) => {
    const about = String(name === "rename" ? second : first);
    if (name === operation && path(about)) run(about);
  };
}

function denied(path: string): never {
  throw Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: "EACCES" });
}

const spoilers: readonly [string, (path: string) => void][] = [
  ["removed", unlinkSync],
  ["cut", (path) => truncateSync(path, 10)],
  ["emptied", (path) => truncateSync(path, 0)],
  ["longer", (path) => appendFileSync(path, " ")],
  ["renamed", (path) => renameSync(path, join(folder, "kept.json"))],
  ["renamed to another backup", (path) => renameSync(path, join(folder, "dictdb_backup_1_000000.json"))],
  ["moved away, a link in its place", (path) => (renameSync(path, `${folder}.json`), symlinkSync(`${folder}.json`, path))],
  ["replaced by a folder", (path) => (unlinkSync(path), mkdirSync(path))],
  [
    "damaged in one byte, as long and as old as before",
    (path) => {
      const { atimeMs, mtimeMs } = statSync(path);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(path, bytes);
      utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
    },
  ],
  [
    "replaced by a file of another series",
    (path) => {
      const other = new DictDB();
      other.createTable("notes");
      unlinkSync(path);
      other.saveSync(path, { format: "json" });
    },
  ],
  ["not to be read any more", (path) => (chmodSync(path, 0), onDisk("open", (opened) => opened === path, denied))],
];

const places = [
  ["full backup", 0],
  ["delta in the middle", 1],
  ["last delta", 2],
] as const;

describe.each(places)("when the %s", (_which, index) => {
  it.each(spoilers)("is %s, the next backup is a full one", async (_how, spoil) => {
    const backup = manager();
    const { path } = (await chain(backup))[index]!;
    spoil(path);
    notes.insert({ text: "next" });
    const next = await backup.backupNow();
    expect([next.kind, backup.deltasSinceFull, backup.consecutiveFailures]).toEqual(["full", 0, 0]);
    expect(warnings).toEqual([expect.stringContaining(path)]);
    await expectRestorable();
    putBack();
    notes.delete(1);
    expect((await backup.backupNow()).kind).toBe("delta");
    await expectRestorable();
  });

  it.each(spoilers)("is %s and nothing has changed, the answer is a backup that is there", async (_how, spoil) => {
    const backup = manager();
    const { path } = (await chain(backup))[index]!;
    spoil(path);
    for (const ask of [() => backup.backupNow(), () => backup.backupDelta()]) {
      const { path: answer, bytes } = await ask();
      expect(statSync(answer).size).toBe(bytes);
      await expectRestorable();
    }
  });
});

describe("a backup goes on", () => {
  it.each<[string, (path: string) => void]>([
    ["touched", (path) => utimesSync(path, 5, 5)],
    ["linked to", (path) => linkSync(path, `${path}.link`)],
    ["copied and put back", (path) => (copyFileSync(path, `${folder}.copy`), renameSync(`${folder}.copy`, path))],
    ["moved away and put back", (path) => (renameSync(path, `${folder}.away`), renameSync(`${folder}.away`, path))],
  ])("when a file was %s, since its content is what it was", async (_how, disturb) => {
    const backup = manager();
    for (const { path } of await chain(backup)) disturb(path);
    notes.insert({ text: "next" });
    expect([(await backup.backupNow()).kind, warnings]).toEqual(["delta", []]);
    await expectRestorable();
  });

  it("when the whole folder was put back from a copy", async () => {
    const backup = manager();
    await chain(backup);
    cpSync(folder, `${folder}.copy`, { recursive: true });
    rmSync(folder, { recursive: true });
    notes.insert({ text: "next" });
    expect(await rejection(backup.backupNow())).toMatchObject({ code: "ENOENT" });
    renameSync(`${folder}.copy`, folder);
    expect([(await backup.backupNow()).kind, backup.consecutiveFailures]).toEqual(["delta", 0]);
    await expectRestorable();
  });
});

describe("when the folder", () => {
  it.each<[string, () => void]>([
    ["was moved away and made anew", () => (renameSync(folder, `${folder}.old`), mkdirSync(folder))],
    ["was emptied", () => readdirSync(folder).forEach((name) => unlinkSync(join(folder, name)))],
    [
      "gave way to that of another series",
      () => {
        const other = new DictDB();
        other.createTable("others").insert({ a: 1 });
        renameSync(folder, `${folder}.old`);
        mkdirSync(folder);
        for (const name of readdirSync(`${folder}.old`))
          if (name.startsWith("dictdb_")) other.saveSync(join(folder, name), { format: "json" });
      },
    ],
  ])("%s, the next backup is a full one", async (_how, change) => {
    for (const changesToo of [true, false]) {
      const backup = manager();
      await chain(backup);
      change();
      if (changesToo) notes.insert({ text: "next" });
      const { kind, path } = await backup.backupNow();
      expect([kind, readdirSync(folder).includes(basename(path))]).toEqual(["full", true]);
      await expectRestorable();
      await backup.stop();
      rmSync(`${folder}.old`, { recursive: true, force: true });
    }
  });

  it("is gone, every backup fails, is counted and told of, and nothing is said to be there", async () => {
    const told: [unknown, number][] = [];
    const backup = manager({ onBackupFailure: (error, failures) => void told.push([(error as NodeJS.ErrnoException).code, failures]) });
    await chain(backup);
    renameSync(folder, `${folder}.old`);
    expect(await rejection(backup.backupNow())).toMatchObject({ code: "ENOENT" });
    notes.insert({ text: "next" });
    expect(await rejection(backup.backupDelta())).toMatchObject({ code: "ENOENT" });
    expect(backup.consecutiveFailures).toBe(2);
    mkdirSync(folder);
    expect([(await backup.backupNow()).kind, backup.consecutiveFailures]).toEqual(["full", 0]);
    expect(told).toEqual([
      ["ENOENT", 1],
      ["ENOENT", 2],
    ]);
    await expectRestorable();
  });

  it("may not be written to any more, the backup fails and is counted", async () => {
    const backup = manager();
    await chain(backup);
    onDisk("open", (path) => path.endsWith(".tmp"), denied);
    notes.insert({ text: "next" });
    expect(await rejection(backup.backupNow())).toMatchObject({ code: "EACCES" });
    expect(backup.consecutiveFailures).toBe(1);
    putBack();
    expect([(await backup.backupNow()).kind, backup.consecutiveFailures]).toEqual(["delta", 0]);
    await expectRestorable();
  });

  it("has a newer backup of somebody else's, the next one is full, and newer still", async () => {
    const backup = manager();
    await chain(backup);
    const other = new DictDB();
    other.createTable("others");
    other.saveSync(join(folder, "dictdb_backup_9000000000_000000.json"), { format: "json" });
    expect((await backup.backupNow()).kind).toBe("full");
    await expectRestorable();
    notes.insert({ text: "next" });
    expect((await backup.backupNow()).kind).toBe("delta");
    await expectRestorable();
  });

  it("has one after which no name can come, that is said", async () => {
    const backup = manager();
    await chain(backup);
    const last = join(folder, "dictdb_backup_9999999999_999999.json");
    writeFileSync(last, "");
    expect(await rejection(backup.backupNow())).toMatchObject({ code: "CAPACITY", message: expect.stringContaining(last) });
    unlinkSync(last);
    notes.insert({ text: "next" });
    expect((await backup.backupNow()).kind).toMatch(/full|delta/);
    await expectRestorable();
  });
});

describe("while a backup is being written", () => {
  it.each(places)("the %s may be removed: a full one follows at once", async (_which, index) => {
    const backup = manager();
    const base = (await chain(backup))[index]!;
    let isFirst = true;
    onDisk(
      "rename",
      (path) => path.includes("dictdb_delta"),
      () => {
        if (isFirst) unlinkSync(base.path);
        isFirst = false;
      },
    );
    notes.insert({ text: "next" });
    expect((await backup.backupNow()).kind).toBe("full");
    await expectRestorable();
  });

  it("the new file may be removed: it is written again, and fails when that goes on", async () => {
    const backup = manager();
    await chain(backup);
    let removals = 1;
    afterOnDisk(
      "rename",
      (path) => /dictdb_\w+_\d+\.json$/.test(path),
      (path) => {
        if (removals-- > 0) unlinkSync(path);
      },
    );
    notes.insert({ text: "next" });
    const { kind, path } = await backup.backupNow();
    expect([kind, readdirSync(folder).includes(basename(path))]).toEqual(["full", true]);
    await expectRestorable();
    removals = Infinity;
    expect(await rejection(backup.backupFull())).toMatchObject({ code: "CORRUPT_FILE" });
    expect(backup.consecutiveFailures).toBe(1);
    removals = 0;
    expect((await backup.backupNow()).kind).toBe("full");
    await expectRestorable();
  });

  it("the folder may be taken by somebody else: the file is not put there", async () => {
    const backup = manager();
    await chain(backup);
    const before = readdirSync(folder).filter((name) => name !== "dictdb.lock");
    const lock = join(folder, "dictdb.lock");
    for (const ask of [() => backup.backupDelta(), () => backup.backupFull()]) {
      onDisk(
        "fsync",
        () => true,
        () => writeFileSync(lock, "another one's"),
      );
      notes.insert({ text: "next" });
      expect(await rejection(ask())).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining("dictdb.lock") });
      putBack();
      unlinkSync(lock);
      expect(readdirSync(folder)).toEqual(before);
    }
  });
});

describe("the removal of old backups", () => {
  it("does not go by what a file of the same name once said", async () => {
    const backup = manager({ keep: 2 });
    const [full] = await chain(backup, 3);
    // The full one is needed by the deltas. Another folder is put in the place of this one, in which the same names mean something else.
    const names = readdirSync(folder).filter((name) => name.startsWith("dictdb_"));
    const other = new DictDB();
    other.createTable("others");
    for (const name of names) {
      unlinkSync(join(folder, name));
      if (name.includes("backup")) other.saveSync(join(folder, name), { format: "json" });
    }
    await backup.backupFull();
    notes.insert({ text: "next" });
    await backup.backupNow();
    expect(readdirSync(folder)).not.toContain(basename(full!.path));
    await expectRestorable();
  });

  it("leaves what cannot be read for the moment: newer ones may need it", async () => {
    const backup = manager({ keep: 1 });
    const [full] = await chain(backup, 0);
    await backup.stop();
    const again = manager({ keep: 1 });
    const second = await again.backupNow();
    expect(readdirSync(folder)).not.toContain(basename(full!.path));
    notes.insert({ text: "next" });
    let denials = 0;
    onDisk(
      "open",
      (path) => path === second.path,
      (path) => {
        // The look before, and the one after, find the file; the one that is about removing does not.
        if (readdirSync(folder).filter((name) => name.startsWith("dictdb_delta")).length > 0 && ++denials > 1) denied(path);
      },
    );
    await again.backupNow();
    putBack();
    expect(readdirSync(folder)).toContain(basename(second.path));
    await expectRestorable();
  });
});
