import { basename, dirname, join, resolve } from "node:path";
import { close, codeOf, fstat, lstat, open, pause, unlink, writeAll } from "./steps.js";
import type { Steps } from "./steps.js";
import type { Turn } from "./path-turns.js";
import { removeLeftovers, tempName } from "./temp-file.js";

/** What a file is to hold, piece by piece; `pause` between two that take some work to make. */
export type Chunks = Iterable<Uint8Array | typeof pause>;

/** Pieces are put together until they have so many bytes: a write costs much more than copying what it writes. */
const smallestWrite = 65_536;

/** How a file is replaced. */
export interface ReplaceOptions {
  /** The turn of this save among others to the same path. */
  readonly turn?: Turn;
  /** true refuses to replace a file that exists, and does not tidy up the folder: for files that are never written twice. */
  readonly isNew?: boolean;
}

/**
 * Replaces a file by another content, or makes it, so that whatever dies when, the path names the old content or the new one, whole (law 9): the
 * content goes to a file of its own beside it, which is renamed when it is known to be on the disk, and then the folder is made durable, too.
 *
 * A link is followed: what it points to is replaced. The mode of the old file is kept.
 *
 * @returns how many bytes it holds
 */
export function* replaceFile(path: string, chunks: Chunks, { turn, isNew = false }: ReplaceOptions = {}): Steps<number> {
  const target = isNew ? resolve(path) : yield* targetOf(path);
  const folder = dirname(target);
  if (!isNew) yield* removeLeftovers(folder, basename(target));
  const former = yield* lstat(target);
  if (former !== undefined && isNew) throw existing(target);
  const temp = join(folder, tempName(basename(target)));
  const fd = yield* open(temp, "wx");
  let size: number;
  try {
    size = yield* fill(fd, chunks, former === undefined ? undefined : former.mode & 0o7777);
    if (turn !== undefined && !turn.isNewest()) {
      yield* unlink(temp);
      return size;
    }
    yield ["rename", temp, target];
    turn?.done();
  } catch (error) {
    yield* discard(temp);
    throw error;
  }
  yield* syncFolder(folder);
  return size;
}

/** Writes, checks and makes durable; the file is closed whatever happens. */
function* fill(fd: number, chunks: Chunks, mode: number | undefined): Steps<number> {
  let size = 0;
  try {
    if (mode !== undefined) yield ["fchmod", fd, mode];
    let pending: Uint8Array[] = [];
    let length = 0;
    for (const chunk of chunks) {
      if (chunk === pause) {
        yield pause;
        continue;
      }
      pending.push(chunk);
      length += chunk.length;
      size += chunk.length;
      if (length < smallestWrite) continue;
      yield* writeAll(fd, joined(pending));
      pending = [];
      length = 0;
    }
    if (length > 0) yield* writeAll(fd, joined(pending));
    const stats = yield* fstat(fd);
    if (stats.size !== size) throw shortFile(size, stats.size);
    // A failed fsync is never tried again: the system may have dropped the pages and would report success the second time.
    yield ["fsync", fd];
  } catch (error) {
    try {
      yield* close(fd);
    } catch {
      // what went wrong first is what matters
    }
    throw error;
  }
  yield* close(fd);
  return size;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function* discard(temp: string): Steps<void> {
  try {
    yield* unlink(temp);
  } catch {
    // The next save of this file finds it, when this thread is gone.
  }
}

/** Makes a rename durable. Windows has nothing of the kind. */
export function* syncFolder(folder: string): Steps<void> {
  if (process.platform === "win32") return;
  const fd = yield* open(folder, "r");
  try {
    yield ["fsync", fd];
  } finally {
    yield* close(fd);
  }
}

/** Where a path leads in the end. */
function* targetOf(path: string): Steps<string> {
  const stats = yield* lstat(path);
  if (stats === undefined || !stats.isSymbolicLink()) return resolve(path);
  try {
    return (yield ["realpath", path]) as string;
  } catch (error) {
    // A link to nothing is replaced itself.
    if (codeOf(error) === "ENOENT") return resolve(path);
    throw error;
  }
}

function shortFile(expected: number, found: number): Error {
  return Object.assign(new Error(`EIO: the file has ${found} bytes after ${expected} were written`), { code: "EIO" });
}

function existing(path: string): Error {
  return Object.assign(new Error(`EEXIST: file already exists, open '${path}'`), { code: "EEXIST", path });
}
