import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { refuse } from "../base/arguments.js";
import { isPlainObject } from "../base/shape.js";
import { isGone, thisOwner } from "../storage/owner.js";
import type { Owner } from "../storage/owner.js";
import { close, codeOf, lstat, open, unlink, writeAll } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { tempName } from "../storage/temp-file.js";
import { readFile } from "../storage/open-file.js";

const lockName = "dictdb.lock";

/** Nobody takes this long to write a lock. */
const writingMs = 10_000;

/** Keeps everybody else from backing up into a folder: a file in it that says who does. */
export class DirectoryLock {
  readonly #path: string;
  readonly #where: string;
  readonly #folder: string;
  readonly #text: string;
  #isHeld = false;

  constructor(where: string, folder: string) {
    this.#where = where;
    this.#folder = folder;
    this.#path = join(folder, lockName);
    this.#text = `${JSON.stringify({ ...thisOwner(), id: randomUUID() })}\n`;
  }

  /**
   * Takes the lock, also from an owner that is gone. Does nothing where it is held.
   * @throws InvalidArgumentError when somebody else has it
   */
  *take(): Steps<void> {
    if (this.#isHeld && (yield* this.#read()) === this.#text) return;
    // Whoever could not tell that this thread lives may have taken it away; or the whole folder is gone.
    this.#isHeld = false;
    while (!(yield* this.#create())) {
      const found = yield* this.#read();
      if (found === undefined) continue;
      const owner = ownerIn(found);
      if (owner !== undefined && !isGone(owner)) this.#refuse(`process ${owner.pid} on ${owner.host}`);
      if (owner === undefined && !(yield* this.#isAbandoned(found))) this.#refuse(`whoever wrote ${JSON.stringify(this.#path)}`);
      yield* this.#removeStale(found);
    }
    this.#isHeld = true;
  }

  *release(): Steps<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    if ((yield* this.#read()) === this.#text) yield* unlink(this.#path);
  }

  *#create(): Steps<boolean> {
    try {
      const fd = yield* open(this.#path, "wx");
      try {
        yield* writeAll(fd, Buffer.from(this.#text));
      } finally {
        yield* close(fd);
      }
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  *#read(): Steps<string | undefined> {
    try {
      return yield* readFile(this.#path, false, function* (file) {
        return (yield* file.next()).toString("utf8");
      });
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Whether a lock that names no owner was left by somebody who died while writing it, and is not just being written. */
  *#isAbandoned(found: string): Steps<boolean> {
    if (found !== "" && !JSON.stringify(thisOwner()).startsWith(found.slice(0, 8))) return false;
    const stats = yield* lstat(this.#path);
    return stats !== undefined && Date.now() - stats.mtimeMs > writingMs;
  }

  /** Removes a lock whose owner is gone. Moved aside it can be looked at in peace: another one may have come in its place since. */
  *#removeStale(found: string): Steps<void> {
    const aside = join(this.#folder, tempName(lockName));
    try {
      yield ["rename", this.#path, aside];
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      throw error;
    }
    const moved = yield* readFile(aside, false, function* (file) {
      return (yield* file.next()).toString("utf8");
    });
    if (moved === found) yield* unlink(aside);
    else yield ["rename", aside, this.#path];
  }

  #refuse(holder: string): never {
    return refuse(this.#where, "directory", "one that no other BackupManager writes to", this.#folder, `${holder} does`);
  }
}

/** The owner that a lock file names. */
function ownerIn(text: string): Owner | undefined {
  try {
    const data: unknown = JSON.parse(text);
    if (!isPlainObject(data)) return undefined;
    const { host, pid, thread, since } = data;
    if (typeof host !== "string" || typeof pid !== "number" || typeof thread !== "string" || typeof since !== "string") return undefined;
    return { host, pid, thread, since };
  } catch {
    return undefined;
  }
}
