import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { refuse } from "../base/arguments.js";
import { systemClock } from "../base/clock.js";
import type { Clock } from "../base/clock.js";
import { processTable, readIdentity } from "../base/process-identity.js";
import type { ProcessIdentity, ProcessTable } from "../base/process-identity.js";
import { isPlainObject } from "../base/shape.js";
import { close, codeOf, fstat, lstat, open, read, runAsync, runSync, unlink, writeAll } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { tempName } from "../storage/temp-file.js";

const lockName = "dictdb.lock";

/** An owner of whom the system does not tell is gone when its file was not touched for so long, by the clock of who looks. */
const leaseMs = 30_000;

/** How often an owner touches its file. */
const beatMs = leaseMs / 3;

/** A lock is a line of some hundred bytes; of anything longer the beginning will do. */
const longestText = 8192;

/** A lock file as it was found. */
interface Found {
  /** undefined where it may not be read. */
  readonly text: string | undefined;
  /** Changes whenever the file is touched. */
  readonly stamp: string;
}

/** What is known of the owner of a lock who can be judged by nothing else than its life signs. */
interface Sight {
  readonly stamp: string;
  /** Since when nothing has changed. */
  readonly since: number;
  /** Whether there was a life sign since the first look. */
  readonly isAlive: boolean;
}

/** The locks that this thread holds, and what it sees of others: of these it knows without asking. */
const heldHere = new Map<string, ProcessTable>();

/**
 * Keeps everybody else from backing up into a folder: a file in it that says who does.
 *
 * The file appears with its content, in one step. Whether its owner lives, the system says; where it cannot (the owner is in another PID namespace, on
 * another machine, of another boot, or there is no /proc), the owner's life signs do: it touches the file all the while, and is gone when whoever wants
 * the folder has seen no touch for some time. A living owner that could give no sign for so long, since its process was stopped, may lose the folder;
 * therefore it looks again before each file that it puts there.
 */
export class DirectoryLock {
  readonly #path: string;
  readonly #where: string;
  readonly #folder: string;
  readonly #text: string;
  readonly #processes: ProcessTable;
  readonly #clock: Clock;
  #isHeld = false;
  #sight: Sight | undefined;
  #beats: NodeJS.Timeout | undefined;

  constructor(where: string, folder: string, processes: ProcessTable = processTable, clock: Clock = systemClock) {
    this.#where = where;
    this.#folder = folder;
    this.#path = join(folder, lockName);
    this.#processes = processes;
    this.#clock = clock;
    this.#text = `${JSON.stringify({ ...processes.own(), host: hostname(), id: randomUUID() })}\n`;
  }

  /** Takes the lock, and waits where it must be seen first whether its owner gives signs of life. */
  async take(): Promise<void> {
    while (!(await runAsync(this.tryTake()))) {
      await new Promise<void>((resolve) => void this.#clock.setTimer(beatMs / 4, resolve));
    }
  }

  /**
   * Takes the lock, also from an owner that is gone. Does nothing where it is held.
   * @returns whether it is held; false where it cannot be told yet whether its owner lives
   * @throws InvalidArgumentError when somebody else has it
   */
  *tryTake(): Steps<boolean> {
    if (this.#isHeld) {
      if ((yield* this.#look(this.#path))?.text === this.#text) return true;
      // Whoever could not tell that this thread lives may have taken it away; or the whole folder is gone.
      this.#letGo();
    }
    while (!(yield* this.#create())) {
      const found = yield* this.#look(this.#path);
      if (found === undefined) continue;
      // A network may report what it has done as failed.
      if (found.text === this.#text) break;
      const isGone = this.#isOwnerGone(found);
      if (isGone === undefined) return false;
      if (!isGone) this.#refuse(found.text);
      yield* this.#removeStale(found);
    }
    this.#hold();
    return true;
  }

  /**
   * Does nothing unless somebody else has taken the lock.
   * @throws InvalidArgumentError when that has happened
   */
  assertHeld(): void {
    const found = runSync(this.#look(this.#path));
    if (found === undefined || found.text === this.#text) return;
    this.#letGo();
    this.#refuse(found.text);
  }

  /** Touches the file: a sign of life. What keeps it from that once need not do so the next time. */
  *beat(): Steps<void> {
    try {
      const fd = yield* open(this.#path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
      try {
        if ((yield* textOf(fd)) === this.#text) yield* touch(fd, this.#text);
      } finally {
        yield* close(fd);
      }
    } catch {
      // Somebody may have removed the file, or the disk is away for a moment.
    }
  }

  *release(): Steps<void> {
    if (!this.#isHeld) return;
    this.#letGo();
    if ((yield* this.#look(this.#path))?.text === this.#text) yield* unlink(this.#path);
  }

  #hold(): void {
    this.#isHeld = true;
    this.#sight = undefined;
    heldHere.set(this.#text, this.#processes);
    clearInterval(this.#beats);
    this.#beats = setInterval(() => void runAsync(this.beat()), beatMs);
    this.#beats.unref();
  }

  #letGo(): void {
    this.#isHeld = false;
    heldHere.delete(this.#text);
    clearInterval(this.#beats);
  }

  /** Puts a lock of this owner in the place, unless there is one. A file of another name is filled first, so nobody finds one that is half written. */
  *#create(): Steps<boolean> {
    const temp = join(this.#folder, tempName(lockName));
    try {
      yield* this.#write(temp);
      yield ["link", temp, this.#path];
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      if (codeOf(error) === undefined) throw error;
    } finally {
      yield* discard(temp);
    }
    // Not every file system has links. What made the writing fail will do so again, and is told then.
    try {
      yield* this.#write(this.#path);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  *#write(path: string): Steps<void> {
    const fd = yield* open(path, "wx");
    try {
      try {
        yield* writeAll(fd, Buffer.from(this.#text));
      } finally {
        yield* close(fd);
      }
    } catch (error) {
      yield* discard(path);
      throw error;
    }
  }

  /** What is in a place; undefined where there is nothing. */
  *#look(path: string): Steps<Found | undefined> {
    let text: string | undefined;
    let stats;
    try {
      const fd = yield* open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
      try {
        stats = yield* fstat(fd, true);
        if (stats.isFile()) text = yield* textOf(fd);
      } finally {
        yield* close(fd);
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT") return undefined;
      // Some of these come from links, sockets and folders; the others from files that one may not read, but look at.
      if (!["EACCES", "EPERM", "ELOOP", "EMLINK", "ENXIO", "EISDIR"].includes(code ?? "")) throw error;
      stats = yield* lstat(path, true);
      if (stats === undefined) return undefined;
    }
    if (!stats.isFile()) this.#refuse(undefined);
    return { text, stamp: `${stats.mtimeNs} ${text ?? stats.ino}` };
  }

  /** Whether the owner of a lock is gone; undefined where that is not known yet. */
  #isOwnerGone(found: Found): boolean | undefined {
    if (heldHere.get(found.text ?? "") === this.#processes) return false;
    const owner = ownerIn(found.text)?.identity;
    return (owner && this.#processes.isGone(owner)) ?? this.#isSilent(found);
  }

  #isSilent({ stamp }: Found): boolean | undefined {
    const now = this.#clock.now();
    const last = this.#sight;
    if (last?.stamp !== stamp) {
      this.#sight = { stamp, since: now, isAlive: last !== undefined };
      return last === undefined ? undefined : false;
    }
    if (now - last.since >= leaseMs) return true;
    return last.isAlive ? false : undefined;
  }

  /** Removes a lock whose owner is gone. Moved aside it can be looked at in peace: another one may have come in its place since, or a sign of life. */
  *#removeStale(found: Found): Steps<void> {
    const aside = join(this.#folder, tempName(lockName));
    try {
      yield ["rename", this.#path, aside];
    } catch (error) {
      if (codeOf(error) === "ENOENT") return;
      throw error;
    }
    if ((yield* this.#look(aside))?.stamp === found.stamp) {
      yield* unlink(aside);
      return;
    }
    try {
      // Unlike a rename, this takes nothing from whoever came meanwhile.
      yield ["link", aside, this.#path];
    } catch (error) {
      if (codeOf(error) !== "EEXIST") yield ["rename", aside, this.#path];
    }
    yield* discard(aside);
  }

  #refuse(text: string | undefined): never {
    const owner = ownerIn(text);
    const holder = owner === undefined ? "whoever made" : `process ${owner.identity.pid} on ${owner.host} does, says`;
    const hint = `${holder} ${JSON.stringify(this.#path)}${owner === undefined ? " does" : ""}; where that is surely not so, delete the file`;
    return refuse(this.#where, "directory", "one that no other BackupManager writes to", this.#folder, hint);
  }
}

function* textOf(fd: number): Steps<string> {
  const bytes = Buffer.alloc(longestText);
  let length = 0;
  for (;;) {
    const count = yield* read(fd, bytes, length, bytes.length - length);
    length += count;
    if (count === 0 || length === bytes.length) return bytes.toString("utf8", 0, length);
  }
}

/** The time that is written need not be right, only another one than before. */
function* touch(fd: number, text: string): Steps<void> {
  const seconds = Date.now() / 1000;
  try {
    yield ["futimes", fd, seconds, seconds];
  } catch {
    // Not every file system lets times be set: then by writing what it holds.
    const bytes = Buffer.from(text);
    yield ["write", fd, bytes, 0, bytes.length, 0];
  }
}

function* discard(path: string): Steps<void> {
  try {
    yield* unlink(path);
  } catch {
    // Whoever comes when this thread is gone removes it.
  }
}

/** The owner that a lock file names. */
function ownerIn(text: string | undefined): { readonly identity: ProcessIdentity; readonly host: string } | undefined {
  try {
    const data: unknown = JSON.parse(text ?? "");
    if (!isPlainObject(data)) return undefined;
    const identity = readIdentity(data);
    return identity && { identity, host: String(data.host) };
  } catch {
    return undefined;
  }
}
