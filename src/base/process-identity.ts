import { readFileSync, readlinkSync } from "node:fs";

/**
 * Who owns something that outlives its owner, such as a file: a thread of a process, named so that no other one ever has the same name. Plain data, to
 * be written down and read by others.
 *
 * Numbers of processes and threads mean something only where they were given (one boot of one kernel, one PID namespace), and are used again there:
 * with the start time they are not. What the system does not tell is undefined; then nobody can be judged by it.
 */
export interface ProcessIdentity {
  /** The boot of the kernel, which no other boot of any machine shares. */
  readonly boot: string | undefined;
  /** The namespaces in which `pid`, `thread` and `startTime` are what they are. */
  readonly pidNamespace: string | undefined;
  readonly pid: number;
  /** The kernel's number of the thread; that of the main thread is `pid`. */
  readonly thread: number | undefined;
  /** When the thread started, in clock ticks since the kernel did. */
  readonly startTime: number | undefined;
}

/** What the kernel says of a thread: when it started, that there is none of this number, or nothing (undefined). */
export type ThreadStart = number | "gone" | undefined;

/** Where a {@link ProcessTable} looks. */
export interface ProcessSources {
  /** The folder of the proc file system. */
  readonly proc: string;
  /** The number of this process in its own namespace. */
  readonly pid: number;
  /** Throws ESRCH where no process has this number. */
  readonly probe: (pid: number) => void;
}

/** The processes and threads of this machine, as far as Linux tells of them. */
export class ProcessTable {
  readonly #sources: ProcessSources;
  #own: ProcessIdentity | undefined;

  constructor(sources: ProcessSources) {
    this.#sources = sources;
  }

  /** The thread that asks. Looked up once. */
  own(): ProcessIdentity {
    return (this.#own ??= this.#describeSelf());
  }

  /** What /proc calls the thread that asks, whatever the namespace of that is: good for the threads of this process among themselves. */
  ownThread(): Pick<ProcessIdentity, "thread" | "startTime"> {
    const { thread } = this.#task();
    const startTime = thread === undefined ? undefined : this.startOf("self", thread);
    return typeof startTime === "number" ? { thread, startTime } : { thread: undefined, startTime: undefined };
  }

  /**
   * Whether an owner is no more; undefined where the system cannot tell: it is of another namespace or another boot (of this machine, perhaps, or of one
   * that shares a folder with it), or there is no /proc here.
   *
   * Only what is sure is said. An owner that is stopped is there.
   */
  isGone(owner: ProcessIdentity): boolean | undefined {
    const own = this.own();
    if (own.boot === undefined || owner.boot !== own.boot) return undefined;
    if (own.pidNamespace === undefined || owner.pidNamespace !== own.pidNamespace) return undefined;
    if (owner.thread === undefined || owner.startTime === undefined || own.startTime === undefined) return undefined;
    const found = this.#statOf(owner.pid, owner.thread);
    if (found === "not listed") return this.#isAbsenceSure(owner.pid) ? true : undefined;
    if (found === "zombie") return true;
    return found === undefined ? undefined : found !== owner.startTime;
  }

  /** When a thread started. A zombie is gone: it only waits for somebody to ask how it ended. */
  startOf(pid: number | "self", thread: number): ThreadStart {
    const found = this.#statOf(pid, thread);
    return found === "zombie" || found === "not listed" ? "gone" : found;
  }

  #statOf(pid: number | "self", thread: number): number | "zombie" | "not listed" | undefined {
    let stat: string;
    try {
      stat = readFileSync(`${this.#sources.proc}/${pid}/task/${thread}/stat`, "latin1");
    } catch (error) {
      // ESRCH comes when the thread ends between the opening and the reading.
      const { code } = error as NodeJS.ErrnoException;
      return code === "ENOENT" || code === "ESRCH" ? "not listed" : undefined;
    }
    // The name stands in parentheses and may hold anything, so the fields are counted from its end: state is the 3rd, the start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const state = fields[0];
    if (state === "Z" || state === "X") return "zombie";
    const ticks = Number(fields[19]);
    return Number.isSafeInteger(ticks) && ticks >= 0 ? ticks : undefined;
  }

  /** That a process is not listed proves nothing where others are hidden, or /proc was taken away: then the number must be free, too. */
  #isAbsenceSure(pid: number): boolean {
    const { thread, startTime } = this.own();
    if (thread === undefined || this.startOf("self", thread) !== startTime) return false;
    if (this.#statOf(pid, pid) !== "not listed") return true;
    try {
      this.#sources.probe(pid);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ESRCH";
    }
  }

  #describeSelf(): ProcessIdentity {
    const { pid } = this.#sources;
    const namespace = this.#link("self/ns/pid");
    return {
      boot: this.#text("sys/kernel/random/boot_id"),
      // Start times are counted by the time namespace. Kernels before 5.6 have none.
      pidNamespace: namespace === undefined ? undefined : [namespace, this.#link("self/ns/time")].filter(Boolean).join(" "),
      pid,
      // A /proc of another namespace counts processes otherwise than this one's own number, and what it says of others is of no use here.
      ...(this.#task().pid === pid ? this.ownThread() : { thread: undefined, startTime: undefined }),
    };
  }

  #task(): { readonly pid: number | undefined; readonly thread: number | undefined } {
    const numbers = /^(\d+)\/task\/(\d+)$/.exec(this.#link("thread-self") ?? "");
    return numbers === null ? { pid: undefined, thread: undefined } : { pid: Number(numbers[1]), thread: Number(numbers[2]) };
  }

  #link(name: string): string | undefined {
    try {
      return readlinkSync(`${this.#sources.proc}/${name}`);
    } catch {
      return undefined;
    }
  }

  #text(name: string): string | undefined {
    try {
      return readFileSync(`${this.#sources.proc}/${name}`, "latin1").trim() || undefined;
    } catch {
      return undefined;
    }
  }
}

/** The processes of this machine. */
export const processTable = new ProcessTable({ proc: "/proc", pid: process.pid, probe: (pid) => void process.kill(pid, 0) });

/** Reads what was written down of an owner; undefined where it is none. What is not there is not known. */
export function readIdentity(data: Readonly<Record<string, unknown>>): ProcessIdentity | undefined {
  const { boot, pidNamespace, pid, thread, startTime } = data;
  if (!isNumber(pid) || !isOptional(thread, isNumber) || !isOptional(startTime, isNumber)) return undefined;
  if (!isOptional(boot, isText) || !isOptional(pidNamespace, isText)) return undefined;
  return { boot, pidNamespace, pid, thread, startTime };
}

function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
