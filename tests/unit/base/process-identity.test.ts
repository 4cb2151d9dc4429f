import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { ProcessTable, processTable, readIdentity } from "../../../src/base/process-identity.js";
import type { ProcessIdentity } from "../../../src/base/process-identity.js";
import { fakeProc, ownerOf } from "../../support/fake-proc.js";
import { tempFolder } from "../../support/temp-folder.js";

describe("an owner", () => {
  const processes = fakeProc({
    threads: { "200/200": ["S", 5], "200/201": ["T", 6], "300/300": ["Z", 8], "400/400": ["S", 9] },
    pids: [100, 200, 300, 400, 500],
  });

  it("is the thread that asks", () => {
    expect(processes.own()).toEqual(ownerOf(100, 7_000));
    expect(processes.isGone(processes.own())).toBe(false);
  });

  it.each<[string, ProcessIdentity, boolean | undefined]>([
    ["another process", ownerOf(200, 5), false],
    ["a thread of one, which is stopped", ownerOf(200, 6, { thread: 201 }), false],
    ["a process whose number another one has now", ownerOf(200, 4), true],
    ["a thread that has ended, of a process that has not", ownerOf(200, 5, { thread: 202 }), true],
    ["a process that has ended", ownerOf(600, 5), true],
    ["a zombie", ownerOf(300, 8), true],
    ["a process that is hidden", ownerOf(500, 5), undefined],
    ["another namespace", ownerOf(600, 5, { pidNamespace: "pid:[2]" }), undefined],
    ["the same number in another namespace", ownerOf(100, 7_000, { pidNamespace: "pid:[2]" }), undefined],
    ["another boot, or another machine", ownerOf(600, 5, { boot: "b1" }), undefined],
    [
      "a system that says nothing",
      { boot: undefined, pidNamespace: undefined, pid: 600, thread: undefined, startTime: undefined },
      undefined,
    ],
    ["one whose start nobody wrote down", ownerOf(600, 5, { startTime: undefined }), undefined],
  ])("is judged by what is sure: %s", (_who, owner, expected) => {
    expect(processes.isGone(owner)).toBe(expected);
  });

  it("is not judged where /proc says nothing, or is that of another namespace", () => {
    expect(fakeProc({ boot: undefined }).isGone(ownerOf(600, 5, { boot: undefined }))).toBeUndefined();
    const inside = fakeProc({ pid: 1, listedAs: 4_711 });
    expect(inside.own()).toEqual(ownerOf(1, 7_000, { thread: undefined, startTime: undefined }));
    expect(inside.isGone(ownerOf(600, 5))).toBeUndefined();
    // The threads of one process know each other all the same.
    expect(inside.ownThread()).toEqual({ thread: 4_711, startTime: 7_000 });
    const nowhere = new ProcessTable({ proc: tempFolder(), pid: 5, probe: () => undefined });
    expect(nowhere.own()).toEqual({ boot: undefined, pidNamespace: undefined, pid: 5, thread: undefined, startTime: undefined });
    expect(nowhere.isGone(nowhere.own())).toBeUndefined();
  });

  it("is not taken for gone when /proc was taken away", () => {
    const folder = tempFolder();
    const blind = fakeProc({ folder });
    expect(blind.isGone(ownerOf(600, 5))).toBe(true);
    rmSync(folder, { recursive: true });
    expect(blind.isGone(ownerOf(600, 5))).toBeUndefined();
  });

  it("comes back from plain data", () => {
    const own = processTable.own();
    expect(readIdentity(JSON.parse(JSON.stringify(own)) as Record<string, unknown>)).toEqual(own);
    for (const wrong of [{}, { pid: "1" }, { pid: -1 }, { pid: 1, thread: "1" }, { pid: 1, boot: 2 }]) {
      expect(readIdentity(wrong)).toBeUndefined();
    }
  });
});

const canSee = processTable.own().startTime !== undefined;

describe("a real process", () => {
  it("is there while it lives or is stopped, and gone after that", async () => {
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "inherit"] });
    await once(child, "spawn");
    const pid = child.pid!;
    const startTime = processTable.startOf(pid, pid);
    const owner: ProcessIdentity = {
      ...processTable.own(),
      pid,
      thread: pid,
      startTime: typeof startTime === "number" ? startTime : undefined,
    };
    const seen = [processTable.isGone(owner)];
    child.kill("SIGSTOP");
    seen.push(processTable.isGone(owner));
    child.kill("SIGKILL");
    await once(child, "close");
    seen.push(processTable.isGone(owner));
    expect(seen).toEqual(canSee ? [false, false, true] : [undefined, undefined, undefined]);
  });

  it("in another PID namespace cannot be judged", () => {
    const module = new URL("../../../src/base/process-identity.js", import.meta.url).href;
    const source = `import { processTable } from ${JSON.stringify(module)}; console.log(JSON.stringify(processTable.own()));`;
    const args = ["--pid", "--fork", "--mount-proc", process.execPath, "--input-type=module", "-e", source];
    const { status, stdout } = spawnSync("unshare", args, { encoding: "utf8" });
    if (status !== 0) process.stderr.write("unshare is not permitted here: PID namespaces are tested with made-up ones only\n");
    // The same numbers as its own, which nobody here has, in a namespace that is not this one.
    const own = processTable.own();
    const made: ProcessIdentity = { ...own, pidNamespace: "pid:[1]", pid: 1, thread: 1, startTime: 1 };
    const other = status === 0 ? (JSON.parse(stdout) as ProcessIdentity) : made;
    expect(other.pidNamespace).not.toBe(own.pidNamespace);
    expect(processTable.isGone(other)).toBeUndefined();
  });
});
