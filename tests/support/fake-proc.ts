import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ProcessTable } from "../../src/base/process-identity.js";
import type { ProcessIdentity } from "../../src/base/process-identity.js";
import { tempFolder } from "./temp-folder.js";

/** A machine as /proc shows it to one of its processes: for tests of who is taken for whom. */
export interface FakeProc {
  /** An empty folder for it; else one is made. */
  readonly folder?: string;
  readonly boot?: string | undefined;
  readonly pidNamespace?: string;
  /** The process that looks, in its own namespace. */
  readonly pid?: number;
  /** What /proc calls it, where /proc is that of another namespace. */
  readonly listedAs?: number;
  /** When it began. */
  readonly startTime?: number;
  /** Others: threads by `pid/thread`, with what stands before their start time. */
  readonly threads?: Readonly<Record<string, readonly [state: string, startTime: number]>>;
  /** Processes that are there, whether /proc lists them or not. */
  readonly pids?: readonly number[];
}

/** Makes the folder of a proc file system, and what reads it. */
export function fakeProc(machine: FakeProc = {}): ProcessTable {
  const { pid = 100, listedAs = pid, startTime = 7_000, pidNamespace = "pid:[1]", threads = {}, pids = [] } = machine;
  const proc = machine.folder ?? tempFolder();
  const boot = "boot" in machine ? machine.boot : "b0";
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(proc, name)), { recursive: true });
    writeFileSync(join(proc, name), text);
  };
  if (boot !== undefined) write("sys/kernel/random/boot_id", `${boot}\n`);
  for (const [name, [state, start]] of Object.entries({ [`${listedAs}/${listedAs}`]: ["R", startTime] as const, ...threads })) {
    write(`${name.replace("/", "/task/")}/stat`, statLine(state, start));
  }
  mkdirSync(join(proc, `${listedAs}/ns`), { recursive: true });
  symlinkSync(String(listedAs), join(proc, "self"));
  symlinkSync(`${listedAs}/task/${listedAs}`, join(proc, "thread-self"));
  symlinkSync(pidNamespace, join(proc, `${listedAs}/ns/pid`));
  return new ProcessTable({
    proc,
    pid,
    probe: (number) => {
      if (!pids.includes(number)) throw Object.assign(new Error("kill ESRCH"), { code: "ESRCH" });
    },
  });
}

/** The name of a process may hold anything. */
function statLine(state: string, startTime: number): string {
  return `1 (a) R (b\n) ${state} ${"1 ".repeat(18)}${startTime} 1 1\n`;
}

/** Somebody on the machine that {@link fakeProc} makes, unless it is said where. */
export function ownerOf(pid: number, startTime: number, where: Partial<ProcessIdentity> = {}): ProcessIdentity {
  return { boot: "b0", pidNamespace: "pid:[1]", pid, thread: pid, startTime, ...where };
}
