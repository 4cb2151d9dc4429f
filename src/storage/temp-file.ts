import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isGone, thisOwner } from "./owner.js";
import type { Owner } from "./owner.js";
import { codeOf, lstat, readdir, unlink } from "./steps.js";
import type { Steps } from "./steps.js";

/** A file of an unknown machine, or one whose owner cannot be told, is left behind when nobody wrote to it for a day. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** The longest name that a file system takes, in bytes. */
const longestName = 255;

/** `.<file>.<thread>.<since>.<host>.<random>.tmp`: whoever finds it can tell whether its writer is still there. */
const form = /^\.(.+)\.([\d-]+)\.(\d*)\.([0-9a-f]{8})\.[0-9a-f]{12}\.tmp$/s;

/** The name of a new file that will take the place of another one in the same folder. */
export function tempName(base: string): string {
  const { pid, thread, since, host } = thisOwner();
  const owner = thread === "" ? String(pid) : thread.replace("/task/", "-");
  const tail = `.${owner}.${since}.${hostMark(host)}.${randomBytes(6).toString("hex")}.tmp`;
  return `.${shortened(base, longestName - tail.length - 1)}${tail}`;
}

/**
 * Removes what writers that are gone have left behind.
 * @param base of which file; undefined for every file of the folder
 */
export function* removeLeftovers(folder: string, base?: string): Steps<void> {
  const prefix = base === undefined ? undefined : shortened(base, longestName);
  for (const name of yield* readdir(folder)) {
    const parts = form.exec(name);
    if (parts === null || (prefix !== undefined && !prefix.startsWith(parts[1]!))) continue;
    const path = join(folder, name);
    try {
      if (yield* isLeftover(path, parts)) yield* unlink(path);
    } catch (error) {
      // Somebody else's file, perhaps: not being allowed to tidy up is no reason to fail.
      if (codeOf(error) === undefined) throw error;
    }
  }
}

function* isLeftover(path: string, [, , numbers, since, mark]: RegExpExecArray): Steps<boolean> {
  const [pid, tid] = numbers!.split("-");
  const { host } = thisOwner();
  if (mark === hostMark(host)) {
    const owner: Owner = { host, pid: Number(pid), thread: tid === undefined ? "" : `${pid}/task/${tid}`, since: since! };
    return isGone(owner);
  }
  const stats = yield* lstat(path);
  return stats !== undefined && Date.now() - stats.mtimeMs > abandonedMs;
}

/** Eight hexadecimal digits for the name of a machine (FNV-1a): a file name has no room for the whole. */
function hostMark(host: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < host.length; i++) hash = Math.imul(hash ^ host.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function shortened(name: string, bytes: number): string {
  let short = name;
  while (Buffer.byteLength(short) > bytes) short = short.slice(0, -1);
  return short;
}
