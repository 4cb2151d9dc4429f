import { chmodSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { replaceFile } from "../../../src/storage/atomic-file.js";
import { replaceDisk } from "../../../src/storage/disk.js";
import { pause, runAsync, runSync } from "../../../src/storage/steps.js";
import type { Steps } from "../../../src/storage/steps.js";
import { FailingDisk } from "../../support/failing-disk.js";
import type { Failure } from "../../support/failing-disk.js";
import { tempFolder } from "../../support/temp-folder.js";

const chunks = () => [Buffer.from("new "), pause, Buffer.from("content")] as const;
const modes: readonly [string, <R>(steps: Steps<R>) => Promise<R>][] = [
  ["runSync", async (steps) => runSync(steps)],
  ["runAsync", runAsync],
];
let putBack = (): void => undefined;

afterEach(() => putBack());

describe.each(modes)("replaceFile by %s", (_name, run) => {
  it("makes a file, or replaces one and keeps its mode", async () => {
    const file = join(tempFolder(), "a.json");
    expect(await run(replaceFile(file, chunks()))).toBe(11);
    expect(readFileSync(file, "utf8")).toBe("new content");
    chmodSync(file, 0o640);
    await run(replaceFile(file, [Buffer.from("newer")]));
    expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["newer", 0o640]);
  });

  it("replaces what a link points to, not the link", async () => {
    const folder = tempFolder();
    const target = join(folder, "target");
    const link = join(folder, "link");
    writeFileSync(target, "old");
    symlinkSync("target", link);
    await run(replaceFile(link, chunks()));
    expect([readFileSync(target, "utf8"), readlinkSync(link)]).toEqual(["new content", "target"]);
  });

  it("makes durable first the file, then its name", async () => {
    const folder = tempFolder();
    const disk = new FailingDisk(-1, "EIO");
    putBack = replaceDisk(disk);
    await run(replaceFile(join(folder, "a"), chunks()));
    const looks = new Set<string>(["lstat", "realpath", "readdir"]);
    expect(disk.calls.filter((call) => !looks.has(call))).toEqual("open write fstat fsync close open rename fsync close".split(" "));
  });

  it.each<Failure>(["EIO", "ENOSPC", "EFBIG", "short write", "no write"])(
    "leaves the old file or the new one whatever fails: %s",
    async (failure) => {
      const outcomes = new Set<string>();
      for (let at = 0; ; at++) {
        const folder = tempFolder();
        const file = join(folder, "a");
        writeFileSync(file, "old");
        const disk = new FailingDisk(at, failure);
        putBack = replaceDisk(disk);
        const error: unknown = await run(replaceFile(file, chunks())).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        putBack();
        if (!disk.failed) break;
        const operation = disk.calls[at]!;
        const content = readFileSync(file, "utf8");
        // Nobody is told that all is well while the file is the old one; a write that did half of it is gone on with.
        const renamed = disk.calls.slice(0, at).includes("rename");
        // What a folder that cannot be synced says is told elsewhere.
        const ofFolder = disk.calls.slice(0, at).includes("close");
        const unsynced = ofFolder && (operation === "close" || (operation !== "rename" && !["EIO", "ENOSPC"].includes(failure)));
        const expected = error === undefined ? failure === "short write" || operation === "fchmod" || unsynced : true;
        expect([operation, content, expected]).toEqual([operation, error === undefined || renamed ? "new content" : "old", true]);
        expect(readdirSync(folder)).toEqual(["a"]);
        outcomes.add(operation);
      }
      expect([...outcomes].sort()).toEqual("close fchmod fstat fsync lstat open readdir realpath rename write".split(" "));
    },
  );

  it("closes the file and removes it when its content cannot be made", async () => {
    const folder = tempFolder();
    const disk = new FailingDisk(-1, "EIO");
    putBack = replaceDisk(disk);
    function* broken(): Generator<Uint8Array> {
      yield Buffer.from("a");
      throw new TypeError("mine");
    }
    await expect(run(replaceFile(join(folder, "a"), broken()))).rejects.toThrow(new TypeError("mine"));
    expect(disk.calls.filter((call) => call === "open" || call === "close")).toEqual(["open", "close"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses to replace a file that is to be new", async () => {
    const file = join(tempFolder(), "a");
    writeFileSync(file, "old");
    await expect(run(replaceFile(file, chunks(), { isNew: true }))).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(file, "utf8")).toBe("old");
  });

  it("passes on what the file system says of a folder that is not there", async () => {
    await expect(run(replaceFile(join(tempFolder(), "none", "a"), chunks()))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

it("a name that is as long as can be is saved to", () => {
  const folder = tempFolder();
  const long = `${"é".repeat(127)}a`;
  runSync(replaceFile(join(folder, long), chunks()));
  expect(readdirSync(folder)).toEqual([long]);
});
