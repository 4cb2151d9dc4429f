import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { runSync } from "../../../src/storage/steps.js";
import { TempFiles } from "../../../src/storage/temp-file.js";
import { fakeProc } from "../../support/fake-proc.js";
import type { FakeProc } from "../../support/fake-proc.js";
import { ManualClock } from "../../support/manual-clock.js";
import { tempFolder } from "../../support/temp-folder.js";

const day = 24 * 60 * 60 * 1000;

/** The name that a process of some machine gives. */
function nameOf(machine: FakeProc, file = "a"): string {
  return new TempFiles(fakeProc(machine), new ManualClock()).name(file);
}

function setUp() {
  const clock = new ManualClock();
  const folder = tempFolder();
  const files = new TempFiles(fakeProc({ threads: { "200/200": ["T", 5] }, pids: [100, 200] }), clock);
  const remove = (base?: string): string[] => {
    runSync(files.removeLeftovers(folder, base));
    return readdirSync(folder).sort();
  };
  return { clock, folder, files, remove };
}

describe("temporary files", () => {
  const dead = { pid: 300, startTime: 5 };
  const living = { pid: 200, startTime: 5 };
  const strange: readonly [string, FakeProc][] = [
    ["another PID namespace", { ...dead, pidNamespace: "pid:[2]" }],
    ["another machine, or another boot", { ...dead, boot: "b1" }],
    ["a system without /proc", { ...dead, boot: undefined }],
    ["a namespace with the /proc of another one", { ...dead, listedAs: 4_711 }],
  ];

  it("are removed with the file's next save when their writer is gone, and only then", () => {
    const { folder, files, remove } = setUp();
    const reused = nameOf({ ...living, startTime: 4 });
    const kept = [nameOf(dead, "b"), nameOf(living), files.name("a"), ".a.tmp", "a.tmp", "a"];
    for (const name of [nameOf(dead), reused, ...kept]) writeFileSync(join(folder, name), "");
    expect(remove("a")).toEqual([...kept].sort());
    expect(remove()).toEqual(kept.slice(1).sort());
  });

  it.each(strange)("of %s stay while they change, whatever clocks say, and go when they have not for some time", (_where, machine) => {
    const { clock, folder, remove } = setUp();
    const name = nameOf(machine);
    const path = join(folder, name);
    writeFileSync(path, "");
    utimesSync(path, 1, 1);
    expect(remove("a")).toEqual([name]);
    for (const size of [1, 2, 3]) {
      clock.advance(day);
      writeFileSync(path, "x".repeat(size));
      expect(remove("a")).toEqual([name]);
    }
    clock.advance(599_999);
    expect(remove("a")).toEqual([name]);
    clock.advance(1);
    expect(remove("a")).toEqual([]);
  });

  it("that were gone in between are looked at anew", () => {
    const { clock, folder, remove } = setUp();
    const name = nameOf(strange[0]![1]);
    writeFileSync(join(folder, name), "");
    remove();
    clock.advance(day);
    expect(remove()).toEqual([]);
    writeFileSync(join(folder, name), "");
    expect(remove()).toEqual([name]);
  });

  it("have names that fit, however long that of the file is", () => {
    const { folder, files, remove } = setUp();
    const long = `${"é".repeat(127)}a`;
    expect(Buffer.byteLength(files.name(long))).toBeLessThanOrEqual(255);
    writeFileSync(join(folder, nameOf(dead, long)), "");
    expect(remove(long)).toEqual([]);
  });

  it("that cannot be removed keep nothing from being done", () => {
    const { folder, remove } = setUp();
    const name = nameOf(dead);
    mkdirSync(join(folder, name));
    expect(remove("a")).toEqual([name]);
  });
});
