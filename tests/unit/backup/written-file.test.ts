import { chmodSync, readFileSync, renameSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Digest, WrittenFile } from "../../../src/backup/written-file.js";
import { nodeDisk, replaceDisk } from "../../../src/storage/disk.js";
import type { DiskCall } from "../../../src/storage/disk.js";
import { runSync } from "../../../src/storage/steps.js";
import { tempFolder } from "../../support/temp-folder.js";

let path: string;
let file: WrittenFile;
let now: number;
/** Operations on the disk; the nanoseconds of all times are made to be these, where they are set. */
let calls: string[];
let stamps: bigint | undefined;
let putBack: () => void;

beforeEach(() => {
  path = join(tempFolder(), "a");
  writeFileSync(path, "content of a file");
  const digest = new Digest();
  for (const piece of ["content ", "of a file"]) digest.add(Buffer.from(piece));
  file = new WrittenFile(path, digest);
  calls = [];
  stamps = undefined;
  now = 1_000;
  jest.spyOn(performance, "now").mockImplementation(() => now);
  const disk = (call: DiskCall): unknown => {
    calls.push(call[0]);
    const result = nodeDisk.doSync(call);
    if (call[0] === "lstat" && stamps !== undefined) Object.assign(result as object, { mtimeNs: stamps, ctimeNs: stamps });
    return result;
  };
  putBack = replaceDisk({ doSync: disk, do: async (call) => disk(call) });
});

afterEach(() => {
  putBack();
  jest.restoreAllMocks();
});

const fault = (): string | undefined => runSync(file.fault());
/** Whether a look reads the content. */
function reads(): boolean {
  calls = [];
  expect(fault()).toBeUndefined();
  return calls.includes("read");
}

describe("a written file", () => {
  it.each<[string, bigint, number]>([
    ["fine", 1_700_000_000_123_456_789n, 20],
    ["whole milliseconds, perhaps seconds", 1_700_000_000_000_000_000n, 2_500],
  ])("is read until a change would show in its times, which are %s, and after that not any more", (_times, ns, tick) => {
    stamps = ns;
    expect([reads(), reads()]).toEqual([true, true]);
    now += tick - 1;
    expect(reads()).toBe(true);
    // As a change in the same tick of the clock would: the same length and times.
    const right = readFileSync(path);
    writeFileSync(path, "CONTENT of a file");
    expect(fault()).toContain("content");
    writeFileSync(path, right);
    now += 1;
    expect([reads(), reads()]).toEqual([true, false]);
  });

  it("is read again when anything about it has changed, and is right when its content is", () => {
    fault();
    now += 5_000;
    expect([reads(), reads()]).toEqual([true, false]);
    for (const change of [
      () => utimesSync(path, 1, 1),
      () => chmodSync(path, 0o640),
      () => (renameSync(path, `${path}.b`), renameSync(`${path}.b`, path)),
      () => writeFileSync(path, "content of a file"),
    ]) {
      change();
      expect(reads()).toBe(true);
      now += 5_000;
      expect([reads(), reads()]).toEqual([true, false]);
    }
  });

  it("has a fault when it is another one, or none", () => {
    fault();
    now += 5_000;
    fault();
    truncateSync(path, 5);
    expect(fault()).toBe("its content is not what was written");
    writeFileSync(path, "content of a file");
    expect(fault()).toBeUndefined();
    unlinkSync(path);
    expect(fault()).toContain("ENOENT");
  });

  it("has a fault when it changes while it is read", () => {
    const disk = (call: DiskCall): unknown => {
      const result = nodeDisk.doSync(call);
      if (call[0] === "read") utimesSync(path, 9, 9);
      return result;
    };
    putBack();
    putBack = replaceDisk({ doSync: disk, do: async (call) => disk(call) });
    expect(fault()).toContain("changed while");
  });
});
