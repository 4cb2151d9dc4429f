import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { BackupManager, DictDB } from "../../src/index.js";
import { replaceDisk } from "../../src/storage/disk.js";
import { checkAll, contentOf } from "../support/database-content.js";
import { FailingDisk } from "../support/failing-disk.js";
import type { Failure } from "../support/failing-disk.js";
import { projectFolder } from "../support/installed-package.js";
import { tempFolder } from "../support/temp-folder.js";

let putBack = (): void => undefined;
afterEach(() => {
  putBack();
  jest.restoreAllMocks();
});

interface Outcome {
  readonly operation: string;
  readonly error: unknown;
  readonly failures: number;
  readonly restored: string;
}

describe("a backup on a disk of which one operation fails", () => {
  it.each<[Failure, "full" | "delta", "json" | "msgpack"]>([
    ["EIO", "full", "json"],
    ["EIO", "full", "msgpack"],
    ["EIO", "delta", "json"],
    ["ENOSPC", "delta", "msgpack"],
    ["short write", "delta", "json"],
  ])("is there or is not, and the next one makes up for it: %s, %s, %s", async (failure, kind, format) => {
    jest.spyOn(process, "emitWarning").mockImplementation(() => undefined); // that an old backup could not be removed
    const outcomes: Outcome[] = [];
    for (let at = 0, failed = true; failed; at++) {
      const folder = tempFolder();
      const db = new DictDB();
      const table = db.createTable<{ id: number; a: number }>("t");
      const told: unknown[] = [];
      const backup = new BackupManager(db, folder, {
        format,
        keep: 2,
        onBackupFailure: (error) => void told.push(error),
      });
      table.insert([{ a: 1 }, { a: 2 }]);
      await backup.backupNow();
      const before = contentOf(db);
      table.update({ a: 3 }, 1);
      table.delete(2);
      const disk = new FailingDisk(at, failure);
      putBack = replaceDisk(disk);
      const error: unknown = await backup[kind === "full" ? "backupFull" : "backupDelta"]().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      putBack();
      const restored = contentOf((await BackupManager.restore(folder)).db);
      outcomes.push({ operation: disk.calls[at] ?? "none", error, failures: backup.consecutiveFailures, restored });
      expect(told).toEqual(error === undefined ? [] : [error]);
      // The old state or the new one; the new one where nothing was said to be wrong.
      expect([before, contentOf(db)].slice(error === undefined ? 1 : 0)).toContain(restored);
      table.insert({ a: 4 });
      await backup.backupNow();
      const again = (await BackupManager.restore(folder)).db;
      checkAll(again);
      expect([contentOf(again), backup.consecutiveFailures]).toEqual([contentOf(db), 0]);
      expect(readdirSync(folder).filter((name) => !name.startsWith("dictdb"))).toEqual([]);
      await db.close();
      ({ failed } = disk);
    }
    const failed = outcomes.filter(({ error }) => error !== undefined);
    expect(failed.map(({ failures }) => failures)).toEqual(failed.map(() => 1));
    expect([...new Set(outcomes.map(({ operation }) => operation))]).toEqual(expect.arrayContaining(["write", "fsync", "rename", "none"]));
  });
});

/** Starts `save-once.js` by a line for the shell, in which it is `$1` and its folder `$2`; answers what it said. */
function saveOnce(folder: string, line: string): string {
  const script = join(projectFolder, "dist/tests/fault/save-once.js");
  return execFileSync("bash", ["-c", line, "bash", script, folder, process.execPath], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** Whether a line for the shell succeeds here. */
function works(line: string): boolean {
  try {
    execFileSync("bash", ["-c", line], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

// What the machine allows: these need Linux, and mounting a file system or tracing a process is not allowed everywhere.
const realDisks: readonly (readonly [string, string, string])[] = [
  ["a limit on the size of files", 'trap \'\' XFSZ; ulimit -f 64; exec "$3" "$1" "$2"', "EFBIG EFBIG EFBIG EFBIG"],
  ...(works("strace -f -e trace=none true")
    ? ([
        ["an fsync that fails", 'strace -qq -f -o /dev/null -e trace=fsync -e inject=fsync:error=EIO "$3" "$1" "$2"', "EIO EIO EIO EIO"],
        [
          "a rename that fails",
          'strace -qq -f -o /dev/null -e trace=rename,renameat,renameat2 -e inject=rename,renameat,renameat2:error=EROFS "$3" "$1" "$2"',
          "EROFS EROFS EROFS EROFS",
        ],
      ] as const)
    : []),
];

describe.each(process.platform === "linux" ? realDisks : [])("a real disk with %s", (_what, line, said) => {
  it("leaves the old files", () => {
    const folder = tempFolder();
    const names = ["a.json", "a.msgpack", "a.csv"];
    for (const name of names) writeFileSync(join(folder, name), "old");
    expect(saveOnce(folder, line)).toBe(said);
    expect(names.map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["old", "old", "old"]);
    expect(readdirSync(folder).sort()).toEqual(["a.csv", "a.json", "a.msgpack", "b"]);
    expect(readdirSync(join(folder, "b")).filter((name) => name !== "dictdb.lock")).toEqual([]);
  });
});

const canMount = process.platform === "linux" && works("unshare -m mount -t tmpfs -o size=64k none /mnt");

it.each(canMount ? ["full"] : [])("a real disk that is %s leaves the old files", () => {
  const folder = tempFolder();
  mkdirSync(join(folder, "disk"));
  const run = 'mount -t tmpfs -o size=256k none "$2" && echo old > "$2/a.json" && "$3" "$1" "$2" && cat "$2/a.json" && ls -A "$2" "$2/b"';
  const lines = saveOnce(join(folder, "disk"), `exec unshare -m bash -c '${run}' bash "$1" "$2" "$3"`).split("\n");
  expect(lines.slice(0, 2)).toEqual(["ENOSPC ENOSPC ENOSPC ENOSPC", "old"]);
  expect(lines.filter((line) => line.includes("tmp"))).toEqual(
    [`${join(folder, "disk")}:`, `${join(folder, "disk")}/b:`].filter((line) => line.includes("tmp")),
  );
});
