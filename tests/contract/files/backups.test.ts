import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { processTable } from "../../../src/base/process-identity.js";
import type { ProcessIdentity } from "../../../src/base/process-identity.js";
import { BackupManager, DictDB } from "../../../src/index.js";
import type { Backup, BackupOptions, Table } from "../../../src/index.js";
import type { Disk } from "../../../src/storage/disk.js";
import { nodeDisk, replaceDisk } from "../../../src/storage/disk.js";
import { checkAll, contentOf } from "../../support/database-content.js";
import { deferred } from "../../support/deferred.js";
import { rejection } from "../../support/rejection.js";
import { tempFolder } from "../../support/temp-folder.js";

interface Note {
  id: number;
  text: string;
}

let folder: string;
let db: DictDB;
let notes: Table<Note>;
let putBack = (): void => undefined;

beforeEach(() => {
  folder = tempFolder();
  db = new DictDB();
  notes = db.createTable<Note>("notes");
  notes.insert([{ text: "a" }, { text: "b" }, { text: "c" }]);
});

afterEach(async () => {
  putBack();
  jest.useRealTimers();
  jest.restoreAllMocks();
  await db.close();
});

/** The names of the backups, the oldest first, as short as can be: `f` for a full one, `d` for a delta. */
function kinds(): string {
  return filesIn()
    .map((name) => (name.includes("backup") ? "f" : "d"))
    .join("");
}

function filesIn(): string[] {
  const timeOf = (name: string): string => name.replace(/^dictdb_\w+?_/, "");
  return readdirSync(folder)
    .filter((name) => /^dictdb_(backup|delta)_/.test(name))
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
}

function manager(options?: BackupOptions): BackupManager {
  return new BackupManager(db, folder, { backupIntervalMs: Infinity, ...options });
}

function deltaIn(path: string): { upserts: unknown[]; deletes: unknown[] } {
  const document = JSON.parse(readFileSync(path, "utf8")) as { tables: { notes: { upserts: unknown[]; deletes: unknown[] } } };
  const { upserts, deletes } = document.tables.notes;
  return { upserts, deletes };
}

/** The file system, but every fsync of a file fails with this error as long as one is set; or waits for a gate. */
class Gate implements Disk {
  error: Error | undefined;
  gate: Promise<unknown> | undefined;
  readonly syncs: unknown[] = [];

  doSync = (call: Parameters<Disk["doSync"]>[0]): unknown => nodeDisk.doSync(call);

  async do(call: Parameters<Disk["do"]>[0]): Promise<unknown> {
    if (call[0] === "fsync") {
      this.syncs.push(call);
      await this.gate;
      if (this.error !== undefined) throw this.error;
    }
    return nodeDisk.do(call);
  }
}

async function restored(): Promise<DictDB> {
  const result = await BackupManager.restore(folder);
  checkAll(result.db);
  return result.db;
}

describe("a backup", () => {
  it("is a full one first, then what has changed, and restores to the same", async () => {
    const backup = manager();
    const full = await backup.backupNow();
    notes.update({ text: "B" }, 2);
    notes.delete(3);
    notes.insert({ text: "d" });
    const delta = await backup.backupNow();
    expect([full.kind, delta.kind, kinds(), backup.deltasSinceFull]).toEqual(["full", "delta", "fd", 1]);
    expect([full.seq, delta.seq]).toEqual([2, db.seq]);
    expect(statSync(delta.path).size).toBe(delta.bytes);
    expect(contentOf(await restored())).toBe(contentOf(db));
  });

  it("holds exactly what changed: not what came and went, nor what is as it was", async () => {
    const backup = manager();
    await backup.backupNow();
    notes.delete(notes.insert({ text: "gone" }));
    notes.update({ text: "B" }, 2);
    const { path } = await backup.backupNow();
    expect(deltaIn(path)).toEqual({ upserts: [{ id: 2, text: "B" }], deletes: [] });
    expect(contentOf(await restored())).toBe(contentOf(db)); // the key of the record that is gone is used up
  });

  it("is the last one again where nothing has changed", async () => {
    const backup = manager();
    const first = await backup.backupNow();
    expect(await backup.backupNow()).toBe(first);
    expect(await backup.backupDelta()).toBe(first);
    expect(kinds()).toBe("f");
    expect((await backup.backupFull()).kind).toBe("full");
    expect(kinds()).toBe("ff");
  });

  it.each(["json", "msgpack"] as const)("tells of tables, indexes, columns and counters, too: %s", async (format) => {
    const backup = manager({ format });
    await backup.backupNow();
    const steps: (() => unknown)[] = [
      () => notes.createIndex("text", { type: "sorted" }),
      () =>
        db.createTable("other", { primaryKey: "k", schema: { k: "string", a: "integer?" }, versionField: undefined }).insert({ k: "x" }),
      () => notes.clear(),
      () => db.dropTable("notes"),
      () => db.createTable("notes", { primaryKey: "text" }).insert({ text: "new" }),
      () => db.getTable("other").insert({ k: "y", a: 1 }),
      () => db.atomic(() => [db.getTable("notes").delete("new"), db.getTable("other").delete("x")]),
    ];
    for (const step of steps) {
      step();
      await backup.backupNow();
      const again = await restored();
      expect(contentOf(again)).toBe(contentOf(db));
      expect(again.seq).toBe(db.seq);
    }
    expect(kinds()).toBe("fddddddd");
  });

  it("is full again after so many deltas, or always", async () => {
    const backup = manager({ maxDeltasBeforeFull: 2 });
    for (let i = 0; i < 5; i++) {
      notes.insert({ text: "x" });
      await backup.backupNow();
    }
    expect(kinds()).toBe("fddfd");
    await backup.stop();
    folder = tempFolder();
    const whole = manager({ incremental: false });
    await whole.backupNow();
    await whole.backupNow();
    expect(kinds()).toBe("ff");
  });

  it("leaves to the next one what changes while it is being written", async () => {
    const backup = manager();
    await backup.backupNow();
    const disk = new Gate();
    const gate = deferred();
    disk.gate = gate.promise;
    putBack = replaceDisk(disk);
    notes.update({ text: "before" }, 1);
    const first = backup.backupNow();
    while (disk.syncs.length === 0) await new Promise(setImmediate);
    notes.update({ text: "meanwhile" }, 1);
    notes.delete(2);
    gate.resolve();
    expect(deltaIn((await first).path)).toEqual({ upserts: [{ id: 1, text: "before" }], deletes: [] });
    const second = await backup.backupNow();
    expect(deltaIn(second.path)).toEqual({ upserts: [{ id: 1, text: "meanwhile" }], deletes: [2] });
    expect(contentOf(await restored())).toBe(contentOf(db));
  });

  it("shares one with calls that wait for it", async () => {
    const backup = manager();
    const disk = new Gate();
    const gate = deferred();
    disk.gate = gate.promise;
    putBack = replaceDisk(disk);
    const first = backup.backupNow();
    while (disk.syncs.length === 0) await new Promise(setImmediate);
    notes.insert({ text: "x" });
    const [second, third] = [backup.backupNow(), backup.backupNow()];
    gate.resolve();
    const [a, b, c] = await Promise.all([first, second, third]);
    expect([a.seq, b.seq, c === b]).toEqual([2, 3, true]);
  });
});

describe("a backup that fails", () => {
  it("is told of, counted, and made up for by the next", async () => {
    const disk = new Gate();
    putBack = replaceDisk(disk);
    const told: [unknown, number][] = [];
    const backup = manager({ onBackupFailure: (error, failures) => void told.push([error, failures]) });
    await backup.backupNow();
    const broken = Object.assign(new Error("EIO: broken"), { code: "EIO" });
    for (const [i, text] of ["x", "y"].entries()) {
      notes.update({ text }, 1);
      notes.insert({ text });
      disk.error = broken;
      expect(await rejection(backup.backupNow())).toBe(broken);
      expect(backup.consecutiveFailures).toBe(i + 1);
      disk.error = undefined;
    }
    notes.delete(4);
    expect(told).toEqual([
      [broken, 1],
      [broken, 2],
    ]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const { path } = await backup.backupNow();
    expect(deltaIn(path)).toEqual({
      upserts: [
        { id: 1, text: "y" },
        { id: 5, text: "y" },
      ],
      deletes: [],
    });
    expect(backup.consecutiveFailures).toBe(0);
    expect(contentOf(await restored())).toBe(contentOf(db));
  });

  it("is full again when the first one fails", async () => {
    const disk = new Gate();
    putBack = replaceDisk(disk);
    const backup = manager();
    disk.error = new Error("broken");
    await rejection(backup.backupNow());
    disk.error = undefined;
    expect((await backup.backupDelta()).kind).toBe("full");
  });

  it("harms nothing when onBackupFailure throws, and becomes a warning where nobody would hear of it", async () => {
    const warnings: string[] = [];
    jest.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
    const disk = new Gate();
    putBack = replaceDisk(disk);
    disk.error = new Error("broken");
    const backup = manager({
      onBackupFailure: () => {
        throw new TypeError("mine");
      },
    });
    expect(await rejection(backup.backupNow())).toBe(disk.error);
    await backup.stop();
    await manager().notifyChange();
    expect(warnings).toEqual(["onBackupFailure threw: mine", "a backup failed: broken"]);
  });
});

describe("the schedule", () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
  });

  /** Lets what is under way end. */
  async function settle(done: () => boolean): Promise<void> {
    while (!done()) await new Promise(setImmediate);
  }

  it("makes a backup at intervals where something has changed", async () => {
    const backup = manager({ backupIntervalMs: 60_000 });
    backup.start();
    backup.start();
    expect(kinds()).toBe("");
    jest.advanceTimersByTime(60_000);
    await settle(() => kinds() === "f");
    notes.insert({ text: "x" });
    jest.advanceTimersByTime(59_999);
    expect(kinds()).toBe("f");
    jest.advanceTimersByTime(1);
    await settle(() => kinds() === "fd");
    await backup.stop();
    notes.insert({ text: "y" });
    jest.advanceTimersByTime(600_000);
    await new Promise(setImmediate);
    expect(kinds()).toBe("fd");
  });

  it("puts a backup that a change asks for off, but does not drop it", async () => {
    const backup = manager({ minBackupIntervalMs: 5_000 });
    await backup.notifyChange();
    expect(kinds()).toBe("f");
    notes.insert({ text: "x" });
    const [first, second] = [backup.notifyChange(), backup.notifyChange()];
    jest.advanceTimersByTime(4_999);
    notes.insert({ text: "y" });
    await new Promise(setImmediate);
    expect(kinds()).toBe("f");
    jest.advanceTimersByTime(1);
    await Promise.all([first, second]);
    expect(kinds()).toBe("fd");
    expect(contentOf(await restored())).toBe(contentOf(db));
  });

  it("makes what was put off when it is stopped", async () => {
    const backup = manager();
    await backup.notifyChange();
    notes.insert({ text: "x" });
    void backup.notifyChange();
    await backup.stop();
    expect(kinds()).toBe("fd");
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe("the end", () => {
  it("of the database waits for the backup under way, and stops", async () => {
    const disk = new Gate();
    const gate = deferred();
    disk.gate = gate.promise;
    putBack = replaceDisk(disk);
    const content = contentOf(db);
    const backup = manager();
    const made = backup.backupNow();
    let closed = false;
    const closing = db.close().then(() => (closed = true));
    while (disk.syncs.length === 0) await new Promise(setImmediate);
    expect(closed).toBe(false);
    gate.resolve();
    await closing;
    expect(readdirSync(folder)).toEqual([(await made).path.slice(folder.length + 1)]);
    expect(contentOf(await restored())).toBe(content);
    expect(await rejection(backup.backupNow())).toMatchObject({ code: "CLOSED" });
    expect(() => backup.start()).toThrow("closed");
  });

  it("of a manager may be followed by a new beginning, with a full backup", async () => {
    const backup = manager();
    await backup.backupNow();
    await backup.stop();
    await backup.stop();
    await backup.backupNow();
    expect(kinds()).toBe("ff");
    const other = new DictDB();
    expect(() => new BackupManager(other, folder)).toThrow("must be one that no other BackupManager writes to");
    await backup[Symbol.asyncDispose]();
    await other.close();
  });
});

describe("the folder", () => {
  it("is made, and belongs to one manager", async () => {
    folder = join(folder, "a", "b");
    const backup = manager();
    expect(() => manager()).toThrow(
      `new BackupManager(): directory must be one that no other BackupManager writes to, received ${JSON.stringify(folder)} (process ${process.pid}`,
    );
    await backup.stop();
    await manager().stop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken from one that is gone, and from nobody else", async () => {
    const lock = join(folder, "dictdb.lock");
    const owner: ProcessIdentity = { ...processTable.own(), pid: 4194305, thread: 4194305, startTime: 7 };
    writeFileSync(lock, JSON.stringify(owner));
    await manager().stop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(["", "something else", '{"host":"pod-of-last-week","pid":1,"boot":"b","pidNamespace":"n","thread":1,"startTime":1}'])(
    "is waited for where nobody can tell whether its owner lives: %j",
    async (text) => {
      const lock = join(folder, "dictdb.lock");
      writeFileSync(lock, text);
      await manager().stop();
      expect(readFileSync(lock, "utf8")).toBe(text);
      jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
      const told: number[] = [];
      const backup = manager({ onBackupFailure: (_error, failures) => void told.push(failures) });
      // A sign of life, and none.
      const refused = rejection(backup.backupNow());
      await timer();
      utimesSync(lock, 5, 5);
      jest.advanceTimersByTime(10_000);
      expect(await refused).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining("dictdb.lock") });
      expect([told, backup.consecutiveFailures, kinds()]).toEqual([[1], 1, ""]);
      jest.advanceTimersByTime(30_000);
      expect([(await backup.backupNow()).kind, backup.consecutiveFailures, kinds()]).toEqual(["full", 0, "f"]);
      await backup.stop();
      expect(readdirSync(folder)).not.toContain("dictdb.lock");
    },
  );

  /** Until somebody waits. */
  async function timer(): Promise<void> {
    while (jest.getTimerCount() === 0) await new Promise(setImmediate);
  }

  it("is not written to any more when another one has taken the lock", async () => {
    const backup = manager();
    await backup.backupNow();
    unlinkSync(join(folder, "dictdb.lock"));
    await backup.backupFull();
    expect(kinds()).toBe("ff");
    writeFileSync(join(folder, "dictdb.lock"), JSON.stringify({ ...processTable.own(), id: "another" }));
    expect(await rejection(backup.backupFull())).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(kinds()).toBe("ff");
    await backup.stop();
    expect(readdirSync(folder)).toContain("dictdb.lock");
  });

  it("has names in the order of the backups, also when the clock goes backwards", async () => {
    const now = jest.spyOn(Date, "now");
    const backup = manager();
    for (const time of [2_000_000, 1_000_000, 1_000_001, 3_000_000]) {
      now.mockReturnValue(time);
      notes.insert({ text: String(time) });
      await backup.backupNow();
    }
    expect(filesIn()).toEqual([
      "dictdb_backup_2000_000000.json",
      "dictdb_delta_2000_000001.json",
      "dictdb_delta_2000_000002.json",
      "dictdb_delta_3000_000000.json",
    ]);
    expect(contentOf(await restored())).toBe(contentOf(db));
  });

  it("keeps so many files, and what they need", async () => {
    const backup = manager({ maxDeltasBeforeFull: 3, keep: 2 });
    const seen: string[] = [];
    for (let i = 0; i < 9; i++) {
      notes.insert({ text: String(i) });
      await backup.backupNow();
      seen.push(kinds());
      const { intact } = await BackupManager.verify(folder);
      expect([intact, contentOf(await restored())]).toEqual([true, contentOf(db)]);
    }
    expect(seen).toEqual(["f", "fd", "fdd", "fddd", "fdddf", "fd", "fdd", "fddd", "fdddf"]);
    writeFileSync(join(folder, "dictdb_backup_1_000000.json"), "damaged");
    writeFileSync(join(folder, "mine.txt"), "");
    await backup.backupNow();
    notes.insert({ text: "x" });
    await backup.backupNow();
    expect([kinds(), readdirSync(folder).includes("mine.txt")]).toEqual(["fd", true]);
  });
});

describe("restore", () => {
  async function chain(count: number): Promise<string[]> {
    const backup = manager();
    const states: string[] = [];
    for (let i = 0; i < count; i++) {
      notes.insert({ text: String(i) });
      await backup.backupNow();
      states.push(contentOf(db));
    }
    await backup.stop();
    return states;
  }

  it("gives the state at a moment", async () => {
    const now = jest.spyOn(Date, "now");
    const backup = manager();
    const states: string[] = [];
    for (const time of [10_000, 20_000, 30_000]) {
      now.mockReturnValue(time);
      notes.insert({ text: String(time) });
      await backup.backupNow();
      states.push(contentOf(db));
    }
    for (const [at, index] of [
      [10_000, 0],
      [19_999, 0],
      [20_000, 1],
      [1e12, 2],
    ] as const) {
      const result = await BackupManager.restore(folder, { at: new Date(at) });
      expect([contentOf(result.db), result.time.getTime()]).toEqual([states[index], (index + 1) * 10_000]);
    }
    expect(await rejection(BackupManager.restore(folder, { at: new Date(9_999) }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("restore(): at must be not before the first backup"),
    });
  });

  describe("where the clock went back", () => {
    /** Backups at clock readings; each holds one record more than the one before. */
    async function backUpAt(times: readonly number[], options?: BackupOptions): Promise<Backup[]> {
      const now = jest.spyOn(Date, "now");
      const backup = manager(options);
      const made: Backup[] = [];
      for (const time of times) {
        now.mockReturnValue(time);
        notes.insert({ text: String(time) });
        made.push(await backup.backupNow());
      }
      await backup.stop();
      return made;
    }

    it.each(["json", "msgpack"] as const)(
      "tells when backups were made, and gives what was the last one at a moment: %s",
      async (format) => {
        // Ahead from the second on, put right before the fourth, and put back again before the sixth.
        const times = [10_000, 90_000, 95_000, 20_000, 30_000, 25_000, 40_000];
        const made = await backUpAt(times, { format });
        expect(made.map(({ time }) => time.getTime())).toEqual(times);
        for (const [at, index] of [
          [10_000, 0],
          [19_999, 0],
          [20_000, 3],
          [24_999, 3],
          [25_000, 5],
          [39_999, 5],
          [40_000, 6],
          [92_000, 6],
          [1e12, 6],
        ] as const) {
          const { db: then, time, seq } = await BackupManager.restore(folder, { at: new Date(at) });
          expect([at, then.getTable("notes").size, time.getTime(), seq]).toEqual([at, 4 + index, times[index], made[index]!.seq]);
        }
        expect((await BackupManager.verify(folder)).files.map(({ time }) => time.getTime())).toEqual(times.toReversed());
        expect(await rejection(BackupManager.restore(folder, { at: new Date(9_999) }))).toMatchObject({ code: "INVALID_ARGUMENT" });
      },
    );

    it("falls back to earlier ones, whatever their clocks said, and tells what it skipped", async () => {
      const made = await backUpAt([10_000, 90_000, 20_000], { incremental: false });
      const name = (index: number): string => basename(made[index]!.path);
      writeFileSync(made[2]!.path, readFileSync(made[2]!.path).subarray(0, -20));
      const { time, skipped, files } = await BackupManager.restore(folder, { at: new Date(20_000) });
      expect([time.getTime(), files, skipped.map(({ file }) => file)]).toEqual([90_000, [name(1)], [name(2)]]);
      unlinkSync(made[0]!.path);
      unlinkSync(made[1]!.path);
      expect(await rejection(BackupManager.restore(folder, { at: new Date(20_000) }))).toMatchObject({
        code: "CORRUPT_FILE",
        details: { skipped: [{ file: name(2) }] },
      });
    });
  });

  it("never guesses: a delta whose base is missing is skipped, with all that need it", async () => {
    const states = await chain(4);
    const files = filesIn();
    unlinkSync(join(folder, files[2]!));
    const result = await BackupManager.restore(folder);
    expect(contentOf(result.db)).toBe(states[1]);
    expect(result.skipped).toEqual([{ file: files[3], reason: "the backup that it goes onto is missing" }]);
    expect(result.files).toEqual(files.slice(0, 2));
    const { intact, files: report } = await BackupManager.verify(folder);
    expect([intact, report.map(({ problem }) => problem)]).toEqual([
      false,
      ["the backup that it goes onto is missing", undefined, undefined],
    ]);
  });

  it("puts no delta onto another base than its own", async () => {
    await chain(2);
    const [, delta] = filesIn();
    const own = readFileSync(join(folder, delta!));
    folder = tempFolder();
    const [state] = await chain(1);
    writeFileSync(join(folder, "dictdb_delta_9999999999_000000.json"), own);
    const result = await BackupManager.restore(folder);
    expect([contentOf(result.db), result.skipped.length]).toEqual([state, 1]);
  });

  it("follows no link, waits for no pipe and says so", async () => {
    const [state] = await chain(1);
    const outside = join(tempFolder(), "secret.json");
    db.saveSync(outside);
    symlinkSync(outside, join(folder, "dictdb_backup_9999999998_000000.json"));
    mkdirSync(join(folder, "dictdb_backup_9999999999_000000.json"));
    const result = await BackupManager.restore(folder);
    expect(contentOf(result.db)).toBe(state);
    expect(result.skipped.map(({ reason }) => reason)).toEqual([expect.stringContaining("EISDIR"), expect.stringMatching(/ELOOP|EMLINK/)]);
  });

  it("says why when nothing can be restored", async () => {
    expect(await rejection(BackupManager.restore(folder))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(await rejection(BackupManager.restore(join(folder, "none")))).toMatchObject({ code: "ENOENT" });
    await chain(2);
    const [full, delta] = filesIn() as [string, string];
    renameSync(join(folder, full), join(folder, full.replace("backup", "delta")));
    const error = await rejection(BackupManager.restore(folder));
    expect(error).toMatchObject({
      code: "CORRUPT_FILE",
      details: { skipped: [{ file: delta }, { reason: expect.stringContaining("its name says") }] },
    });
  });

  it("takes the options of a database", async () => {
    await chain(1);
    const { db: frozen } = await BackupManager.restore(folder, { freeze: true });
    expect(Object.isFrozen(frozen.getTable("notes").get(1, { copy: false }))).toBe(true);
    for (const options of [{ at: "yesterday" }, { at: new Date(Number.NaN) }, { until: 1 }]) {
      expect(await rejection(BackupManager.restore(folder, options as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });
});

describe("its options", () => {
  it.each<[string, object]>([
    ["backupIntervalMs", { backupIntervalMs: 0 }],
    ["minBackupIntervalMs", { minBackupIntervalMs: -1 }],
    ["format", { format: "pickle" }],
    ["keep", { keep: 0 }],
    ["maxDeltasBeforeFull", { maxDeltasBeforeFull: 1.5 }],
    ["incremental", { incremental: 1 }],
    ["onBackupFailure", { onBackupFailure: true }],
    ["unknown option", { interval: 1 }],
  ])("are checked: %s", (name, options) => {
    expect(() => new BackupManager(db, folder, options as never)).toThrow(name);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are for a database and a folder", () => {
    expect(() => new BackupManager({} as never, folder)).toThrow("db must be a DictDB");
    expect(() => new BackupManager(db, 1 as never)).toThrow("directory must be a path");
  });
});
