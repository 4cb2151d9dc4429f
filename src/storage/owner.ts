import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Who a file belongs to that may be left behind: a thread, and when it began, since numbers of threads and processes are used again. Where the
 * system does not tell of threads (it is not Linux), the process stands for them.
 */
export interface Owner {
  /** Where the numbers mean something. */
  readonly host: string;
  readonly pid: number;
  /** `pid/task/tid` of the thread; empty where it is not known. */
  readonly thread: string;
  /** When the thread began, in ticks since the machine did; empty where it is not known. */
  readonly since: string;
}

let own: Owner | undefined;

/** The thread that asks. */
export function thisOwner(): Owner {
  return (own ??= describeThisThread());
}

function describeThisThread(): Owner {
  const { pid } = process;
  const host = hostname();
  try {
    const thread = readlinkSync("/proc/thread-self");
    const since = startOf(thread);
    if (since !== undefined) return { host, pid, thread, since };
  } catch {
    // no Linux: the number of the process must do
  }
  return { host, pid, thread: "", since: "" };
}

/** Whether an owner of this machine surely is no more. Of other machines, nothing is sure. */
export function isGone({ host, pid, thread, since }: Owner): boolean {
  if (host !== thisOwner().host) return false;
  if (thread !== "" && thisOwner().thread !== "") return startOf(thread) !== since;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Field 22 of a thread's stat file. What stands in brackets before it is its name, which may hold anything. */
function startOf(thread: string): string | undefined {
  try {
    const text = readFileSync(`/proc/${thread}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
