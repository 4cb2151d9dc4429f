import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "@jest/globals";
import { DirectoryLock } from "../../src/backup/directory-lock.js";
import { processTable } from "../../src/base/process-identity.js";
import type { ProcessTable } from "../../src/base/process-identity.js";
import { runSync } from "../../src/storage/steps.js";
import { TempFiles } from "../../src/storage/temp-file.js";
import { fakeProc } from "../support/fake-proc.js";
import { projectFolder } from "../support/installed-package.js";
import { ManualClock } from "../support/manual-clock.js";
import { tempFolder } from "../support/temp-folder.js";

const lease = 30_000;
const unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;
const canUnshare = spawnSync(unshare[0], [...unshare.slice(1), "true"]).status === 0;
if (!canUnshare) process.stderr.write("unshare is not permitted here: PID namespaces are tested with made-up ones only\n");

/** Where the other process runs, and how this one sees the machine. */
const kinds: readonly [string, readonly string[], () => ProcessTable][] = [
  ["a made-up PID namespace", [], () => fakeProc({ pidNamespace: "pid:[1]" })],
  ...(canUnshare ? [["a real PID namespace", unshare, () => processTable] as [string, readonly string[], () => ProcessTable]] : []),
];

let end = async (): Promise<void> => undefined;
afterEach(async () => end());

/** Starts the other process; the function has it do something and answers what it says of it. */
async function peer(prefix: readonly string[], folder: string) {
  const script = join(projectFolder, "dist/tests/fault/namespace-peer.js");
  const [command, ...args] = [...prefix, process.execPath, script, folder, join(folder, "a.json")];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => (await lines.next()).value as unknown;
  end = async () => {
    child.kill("SIGKILL");
    await closed;
  };
  expect(await answer()).toBe("ready");
  return async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    return answer();
  };
}

describe.each(kinds)("a process in %s", (_which, prefix, processes) => {
  it("keeps its folder while it gives signs of life, and loses it when there are none", async () => {
    const folder = tempFolder();
    const clock = new ManualClock();
    const ask = await peer(prefix, folder);
    expect(await ask("take")).toBe("true");
    const lock = new DirectoryLock("here", folder, processes(), clock);
    const alive = "must be one that no other BackupManager writes to";
    expect(runSync(lock.tryTake())).toBe(false);
    for (let beat = 0; beat < 3; beat++) {
      utimesSync(join(folder, "dictdb.lock"), 1, 1);
      clock.advance(lease / 3);
      expect(await ask("beat")).toBe("undefined");
      expect(() => runSync(lock.tryTake())).toThrow(alive);
    }
    clock.advance(lease);
    expect(runSync(lock.tryTake())).toBe(true);
    // The other one comes to itself: it notices, and takes nothing back.
    expect(await ask("beat")).toBe("undefined");
    expect(await ask("take")).toBe("false");
    runSync(lock.release());
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps its temporary file while it writes", async () => {
    const folder = tempFolder();
    const ask = await peer(prefix, folder);
    expect(await ask("save")).toBe("waiting");
    const files = new TempFiles(processes(), new ManualClock());
    runSync(files.removeLeftovers(folder));
    runSync(files.removeLeftovers(folder, "a.json"));
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.tmp$/)]);
    expect(await ask("go on")).toBe("saved");
    expect(readdirSync(folder)).toEqual(["a.json"]);
    expect(readFileSync(join(folder, "a.json"), "utf8")).toContain("peer");
  });
});

it("a process of this namespace that is stopped keeps its folder and its temporary file, and loses both when it is killed", async () => {
  const folder = tempFolder();
  const clock = new ManualClock();
  const ask = await peer([], folder);
  expect([await ask("take"), await ask("save")]).toEqual(["true", "waiting"]);
  const { pid } = JSON.parse(readFileSync(join(folder, "dictdb.lock"), "utf8")) as { pid: number };
  process.kill(pid, "SIGSTOP");
  const files = new TempFiles(processTable, clock);
  const names = readdirSync(folder);
  for (let hour = 0; hour < 3; hour++) {
    expect(() => runSync(new DirectoryLock("here", folder, processTable, clock).tryTake())).toThrow(`process ${pid}`);
    runSync(files.removeLeftovers(folder));
    clock.advance(3_600_000);
  }
  expect(readdirSync(folder)).toEqual(names);
  await end();
  const lock = new DirectoryLock("here", folder, processTable, clock);
  expect(runSync(lock.tryTake())).toBe(true);
  runSync(lock.release());
  runSync(files.removeLeftovers(folder));
  expect(readdirSync(folder)).toEqual([]);
});
