import { createHash, randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { systemClock } from "../base/clock.js";
import type { Clock } from "../base/clock.js";
import { processTable } from "../base/process-identity.js";
import type { ProcessIdentity, ProcessTable } from "../base/process-identity.js";
import { codeOf, readdir, stampOf, unlink } from "./steps.js";
import type { Steps } from "./steps.js";

/**
 * A file whose owner cannot be judged is left behind when nobody has written to it for so long, by the clock of who looks. Whoever writes one writes all
 * the time, but may be stopped meanwhile, and a slow disk may take its time to make it durable.
 */
const abandonedMs = 10 * 60 * 1000;

/** The longest name that a file system takes, in bytes. */
const longestName = 255;

/** `.<file>.<thread>.<start>.<system>.<random>.tmp`: whoever finds it can tell whether its writer is still there. */
const form = /^\.(.+)\.([\d-]+)\.(\d*)\.([0-9a-f]+)\.[0-9a-f]{12}\.tmp$/s;

/** A file that was seen, as it was, and when that was seen first. */
interface Sight {
  readonly stamp: string;
  readonly since: number;
}

/** The temporary files of one thread's writes, and those that others have left behind. */
export class TempFiles {
  readonly #processes: ProcessTable;
  readonly #clock: Clock;
  /** Files of owners who cannot be judged, by their paths. */
  readonly #seen = new Map<string, Sight>();

  constructor(processes: ProcessTable, clock: Clock) {
    this.#processes = processes;
    this.#clock = clock;
  }

  /** The name of a new file that will take the place of another one in the same folder. */
  name(base: string): string {
    const own = this.#processes.own();
    const owner = own.thread === undefined ? String(own.pid) : `${own.pid}-${own.thread}`;
    const tail = `.${owner}.${own.startTime ?? ""}.${markOf(own)}.${randomBytes(6).toString("hex")}.tmp`;
    return `.${shortened(base, longestName - tail.length - 1)}${tail}`;
  }

  /**
   * Removes what writers that are gone have left behind.
   * @param base of which file; undefined for every file of the folder
   */
  *removeLeftovers(folder: string, base?: string): Steps<void> {
    const prefix = base === undefined ? undefined : shortened(base, longestName);
    const names = yield* readdir(folder);
    this.#forgetOthers(folder, names);
    for (const name of names) {
      const parts = form.exec(name);
      if (parts === null || (prefix !== undefined && !prefix.startsWith(parts[1]!))) continue;
      const path = join(folder, name);
      try {
        if (yield* this.#isLeftover(path, parts)) yield* unlink(path);
      } catch (error) {
        // Somebody else's file, perhaps: not being allowed to tidy up is no reason to fail.
        if (codeOf(error) === undefined) throw error;
      }
    }
  }

  /** What has left a folder is of no interest any more. */
  #forgetOthers(folder: string, names: readonly string[]): void {
    for (const path of this.#seen.keys()) if (dirname(path) === folder && !names.includes(basename(path))) this.#seen.delete(path);
  }

  *#isLeftover(path: string, [, , numbers, start, mark]: RegExpExecArray): Steps<boolean> {
    const own = this.#processes.own();
    const [pid, thread] = numbers!.split("-").map(Number);
    if (mark === markOf(own) && thread !== undefined && start !== "") {
      const isGone = this.#processes.isGone({ ...own, pid: pid!, thread, startTime: Number(start) });
      if (isGone !== undefined) return isGone;
    }
    return yield* this.#isAbandoned(path);
  }

  /** Whether a file has stayed as it is for long. No two clocks are compared, for one of them may be wrong, or have been put right. */
  *#isAbandoned(path: string): Steps<boolean> {
    const stamp = yield* stampOf(path);
    const now = this.#clock.now();
    const seen = this.#seen.get(path);
    if (seen?.stamp !== stamp) {
      this.#seen.set(path, { stamp, since: now });
      return false;
    }
    if (now - seen.since < abandonedMs) return false;
    this.#seen.delete(path);
    return true;
  }
}

const tempFiles = new TempFiles(processTable, systemClock);

/** See {@link TempFiles.name}. */
export function tempName(base: string): string {
  return tempFiles.name(base);
}

/** See {@link TempFiles.removeLeftovers}. */
export function removeLeftovers(folder: string, base?: string): Steps<void> {
  return tempFiles.removeLeftovers(folder, base);
}

/** Sixteen hexadecimal digits for where the numbers of an owner mean something: a file name has no room for the whole. */
function markOf({ boot, pidNamespace }: ProcessIdentity): string {
  return createHash("sha256")
    .update(JSON.stringify([boot, pidNamespace]))
    .digest("hex")
    .slice(0, 16);
}

function shortened(name: string, bytes: number): string {
  let short = name;
  while (Buffer.byteLength(short) > bytes) short = short.slice(0, -1);
  return short;
}
