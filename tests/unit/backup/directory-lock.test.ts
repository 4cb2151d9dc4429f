import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { DirectoryLock } from "../../../src/backup/directory-lock.js";
import type { ProcessTable } from "../../../src/base/process-identity.js";
import { nodeDisk, replaceDisk } from "../../../src/storage/disk.js";
import type { DiskCall } from "../../../src/storage/disk.js";
import { runSync } from "../../../src/storage/steps.js";
import { fakeProc, ownerOf } from "../../support/fake-proc.js";
import { FailingDisk } from "../../support/failing-disk.js";
import { ManualClock } from "../../support/manual-clock.js";
import { tempFolder } from "../../support/temp-folder.js";
import { rejection } from "../../support/rejection.js";

const lease = 30_000;
const alive = "must be one that no other BackupManager writes to";
let folder: string;
let path: string;
let clock: ManualClock;
const locks: DirectoryLock[] = [];
let putBack = (): void => undefined;

beforeEach(() => {
  folder = tempFolder();
  path = join(folder, "dictdb.lock");
  clock = new ManualClock();
});

afterEach(() => {
  putBack();
  putBack = () => undefined;
  for (const lock of locks.splice(0)) runSync(lock.release());
});

/** A lock as a process of some machine sees it; of this one unless it is said which. */
function lockOf(processes?: ProcessTable): DirectoryLock {
  const lock = new DirectoryLock("where()", folder, processes, clock);
  locks.push(lock);
  return lock;
}

async function untilWaiting(): Promise<void> {
  for (let turns = 0; clock.waiting === 0; turns++) {
    if (turns > 100_000) throw new Error("nobody waits");
    await new Promise(setImmediate);
  }
}

const take = (lock: DirectoryLock): boolean => runSync(lock.tryTake());
const elsewhere = (): ProcessTable => fakeProc({ pidNamespace: "pid:[2]", pid: 1 });
/** A sign of life, as the owner of a file gives it. */
const touch = (seconds: number): void => utimesSync(path, seconds, seconds);

describe("the lock of a folder", () => {
  it("says who has it, and is gone when that one gives it back", () => {
    const lock = lockOf();
    expect([take(lock), take(lock)]).toEqual([true, true]);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
    expect(readdirSync(folder)).toEqual(["dictdb.lock"]);
    runSync(lock.release());
    runSync(lock.release());
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is refused while its owner lives, naming the file and how to free it", () => {
    take(lockOf());
    expect(() => take(lockOf())).toThrow(
      `where(): directory ${alive}, received ${JSON.stringify(folder)} (process ${process.pid} on ${hostname()} does, says ${JSON.stringify(path)}; where that is surely not so, delete the file)`,
    );
    unlinkSync(path);
    expect(take(lockOf())).toBe(true);
  });

  it("is taken at once from one who is gone, as the system says", () => {
    const here = fakeProc({ threads: { "200/200": ["T", 5] }, pids: [100, 200] });
    for (const gone of [ownerOf(300, 5), ownerOf(200, 4)]) {
      writeFileSync(path, JSON.stringify(gone));
      expect(take(lockOf(here))).toBe(true);
    }
  });

  it("is not taken from one who is stopped, however long", () => {
    const here = fakeProc({ threads: { "200/200": ["T", 5] }, pids: [100, 200] });
    writeFileSync(path, JSON.stringify(ownerOf(200, 5)));
    touch(1);
    for (let day = 0; day < 3; day++) {
      expect(() => take(lockOf(here))).toThrow("(process 200 on");
      clock.advance(24 * 3_600_000);
    }
  });

  it("is whole whenever it can be seen", () => {
    const seen: string[] = [];
    const look = (call: DiskCall): unknown => {
      const result = nodeDisk.doSync(call);
      if (readdirSync(folder).includes("dictdb.lock")) seen.push(readFileSync(path, "utf8"));
      return result;
    };
    putBack = replaceDisk({ doSync: look, do: async (call) => look(call) });
    take(lockOf());
    expect(seen.length).toBeGreaterThan(0);
    for (const text of seen) expect(JSON.parse(text)).toMatchObject({ pid: process.pid });
  });

  it.each(["ENOSPC", "EIO", "short write"] as const)("leaves nothing behind when the disk fails, or is there: %s", (failure) => {
    const outcomes = new Set<unknown>();
    for (let at = 0; ; at++) {
      const disk = new FailingDisk(at, failure);
      putBack = replaceDisk(disk);
      let error: unknown;
      const lock = lockOf();
      try {
        take(lock);
      } catch (thrown) {
        error = thrown;
      }
      putBack();
      outcomes.add((error as { code?: unknown } | undefined)?.code ?? "taken");
      // A second try works, and a second owner is refused.
      expect(take(lock)).toBe(true);
      expect(() => take(lockOf())).toThrow(alive);
      runSync(lock.release());
      expect(readdirSync(folder).filter((name) => name === "dictdb.lock")).toEqual([]);
      if (!disk.failed) break;
    }
    expect(outcomes).toContain("taken");
  });

  it("works where there are no links", () => {
    const noLinks = (call: DiskCall): unknown => {
      if (call[0] === "link") throw Object.assign(new Error("EPERM: link"), { code: "EPERM" });
      return nodeDisk.doSync(call);
    };
    putBack = replaceDisk({ doSync: noLinks, do: async (call) => noLinks(call) });
    take(lockOf());
    expect(() => take(lockOf())).toThrow(alive);
    expect(readdirSync(folder)).toEqual(["dictdb.lock"]);
  });
});

/** Owners of whom the system does not tell: what their lock says, and who looks. */
const strange: readonly [string, () => string, () => ProcessTable][] = [
  ["another PID namespace", () => JSON.stringify(ownerOf(1, 5, { pidNamespace: "pid:[9]" })), fakeProc],
  ["another machine, or another boot", () => JSON.stringify(ownerOf(300, 5, { boot: "b9" })), fakeProc],
  ["a system without /proc", () => JSON.stringify({ pid: 300, host: "mac" }), fakeProc],
  ["this machine, where there is no /proc", () => JSON.stringify(ownerOf(300, 5)), () => fakeProc({ boot: undefined })],
  ["an earlier version", () => JSON.stringify({ host: "pod", pid: 1, thread: "1/task/1", since: "4711", id: "x" }), fakeProc],
  ["nobody, since the file is empty", () => "", fakeProc],
  ["nobody, since the file is something else", () => "\0 no JSON", fakeProc],
];

describe.each(strange)("a lock of %s", (_who, text, processes) => {
  it("is free when nobody has touched it for the time of a lease, by the clock of who looks", () => {
    writeFileSync(path, text());
    touch(1); // that it is old says nothing: clocks differ
    const lock = lockOf(processes());
    expect(take(lock)).toBe(false);
    clock.advance(lease - 1);
    expect(take(lock)).toBe(false);
    clock.advance(1);
    expect(take(lock)).toBe(true);
    expect(readdirSync(folder)).toEqual(["dictdb.lock"]);
  });

  it("is refused after a sign of life, and free when signs have ceased", () => {
    writeFileSync(path, text());
    touch(2);
    const lock = lockOf(processes());
    expect(take(lock)).toBe(false);
    for (let beat = 0; beat < 5; beat++) {
      clock.advance(10 * lease);
      touch(100 - beat); // whatever time it is there
      expect(() => take(lock)).toThrow(JSON.stringify(path));
    }
    clock.advance(lease - 1);
    expect(() => take(lock)).toThrow(alive);
    clock.advance(1);
    expect(take(lock)).toBe(true);
  });
});

describe("life signs", () => {
  it("are seen by one who waits, who then gives up, or takes the folder when there are none", async () => {
    const owner = lockOf(elsewhere());
    take(owner);
    const refused = rejection(lockOf(fakeProc()).take());
    await untilWaiting();
    touch(1);
    runSync(owner.beat());
    clock.advance(2_500);
    expect(await refused).toMatchObject({ code: "INVALID_ARGUMENT" });

    const second = lockOf(fakeProc());
    const taken = second.take();
    for (let passed = 0; passed < lease; passed += 2_500) {
      await untilWaiting();
      clock.advance(2_500);
    }
    await taken;
    expect([clock.waiting, take(second)]).toEqual([0, true]);
  });

  it("are given to no other one's file", () => {
    const owner = lockOf();
    take(owner);
    writeFileSync(path, "another one's");
    touch(5);
    runSync(owner.beat());
    rmSync(path);
    runSync(owner.beat());
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are given by writing where times cannot be set", () => {
    const owner = lockOf(elsewhere());
    take(owner);
    touch(5);
    const text = readFileSync(path, "utf8");
    const noTimes = (call: DiskCall): unknown => {
      if (call[0] === "futimes") throw Object.assign(new Error("EPERM: futimes"), { code: "EPERM" });
      return nodeDisk.doSync(call);
    };
    const looker = lockOf(fakeProc());
    expect(take(looker)).toBe(false);
    putBack = replaceDisk({ doSync: noTimes, do: async (call) => noTimes(call) });
    runSync(owner.beat());
    expect(() => take(looker)).toThrow(alive);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("that come while the lock is being taken away leave it in place", () => {
    const owner = lockOf(elsewhere());
    take(owner);
    touch(1);
    const looker = lockOf(fakeProc());
    take(looker);
    clock.advance(lease);
    const late = (call: DiskCall): unknown => {
      if (call[0] === "rename" && call[1] === path) runSync(owner.beat());
      return nodeDisk.doSync(call);
    };
    putBack = replaceDisk({ doSync: late, do: async (call) => late(call) });
    expect(() => take(looker)).toThrow(alive);
    expect(take(owner)).toBe(true);
    expect(readdirSync(folder)).toEqual(["dictdb.lock"]);
  });
});

describe("an owner whose lock was taken away", () => {
  it("notices, and does not take it back from a living one", () => {
    const stopped = lockOf(elsewhere());
    take(stopped);
    const other = lockOf(fakeProc());
    take(other);
    clock.advance(lease);
    expect(take(other)).toBe(true);
    expect(() => stopped.assertHeld()).toThrow(alive);
    expect(take(stopped)).toBe(false);
    touch(1);
    expect(() => take(stopped)).toThrow(alive);
    runSync(stopped.release());
    expect(() => other.assertHeld()).not.toThrow();
  });

  it("takes it again where nobody has it", () => {
    const lock = lockOf();
    take(lock);
    renameSync(folder, `${folder}.old`);
    mkdirSync(folder);
    expect(() => lock.assertHeld()).not.toThrow();
    expect(take(lock)).toBe(true);
    expect(readdirSync(folder)).toEqual(["dictdb.lock"]);
    rmSync(`${folder}.old`, { recursive: true });
  });
});

it.each<[string, () => void]>([
  ["a folder", () => mkdirSync(path)],
  ["a link to nothing", () => symlinkSync("nowhere", path)],
  ["a link to a file", () => symlinkSync("/dev/null", path)],
])("what is no file in the place of a lock is refused by its name: %s", (_what, make) => {
  make();
  expect(() => take(lockOf())).toThrow(`(whoever made ${JSON.stringify(path)} does; where that is surely not so, delete the file)`);
});
