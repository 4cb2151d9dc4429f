import { basename, dirname, join } from "node:path";
import { FolderSync } from "./folder-sync.js";
import type { TellUnsynced } from "./folder-sync.js";
import { copyInto, isClosedFolder, isMounted, withHint, writeInto } from "./in-place.js";
import type { Publication } from "./publication.js";
import { close, fstat, lstat, open, pause, unlink, writeAll } from "./steps.js";
import type { Chunks, Steps } from "./steps.js";
import { writeStream } from "./stream-file.js";
import { findTarget } from "./target.js";
import { removeLeftovers, tempName } from "./temp-file.js";

/** Pieces are put together until they have so many bytes: a write costs much more than copying what it writes. */
const smallestWrite = 65_536;

/** How a file is replaced. */
export interface ReplaceOptions {
  /** The way of what a database saves or exports to its place among others. */
  readonly publication?: Publication | undefined;
  /** true refuses to replace a file that exists, and does not tidy up the folder: for files that are never written twice. */
  readonly isNew?: boolean;
  /** Whether the file is still wanted; asked right before it gets its name. */
  readonly isWanted?: () => boolean;
  /** Whether a file that cannot be replaced may be written to. */
  readonly inPlace?: boolean | undefined;
  /** Told of a folder that cannot be synced. */
  readonly tell?: TellUnsynced | undefined;
}

/**
 * Replaces a file by another content, or makes it, so that whatever dies when, the path names the old content or the new one, whole (law 9): the
 * content goes to a file of its own beside it, which is renamed when it is known to be on the disk, and then the folder is made durable, too.
 *
 * A link is followed: what it points to is replaced, or made. The mode of the old file is kept. A pipe or a device is written into.
 *
 * @param path absolute; the publication has found where it leads, if there is one
 * @returns how many bytes it holds
 */
export function* replaceFile(path: string, chunks: Chunks, options: ReplaceOptions = {}): Steps<number> {
  const { publication, isNew = false, inPlace = false } = options;
  if (isNew) return yield* replaceRegular(path, chunks, options);
  const target = publication?.target ?? (yield* findTarget(path));
  if (target.kind === "stream") return yield* writeStream(target, chunks);
  try {
    return yield* replaceRegular(target.path, chunks, options);
  } catch (error) {
    if (!inPlace && isMounted(error)) throw withHint(error, target.path);
    throw error;
  }
}

function* replaceRegular(target: string, chunks: Chunks, options: ReplaceOptions): Steps<number> {
  const { publication, isNew = false, isWanted, inPlace = false, tell = publication?.tell } = options;
  const folder = dirname(target);
  if (!isNew) yield* tidyUp(folder, basename(target));
  const former = yield* lstat(target);
  if (former !== undefined && isNew) throw existing(target);
  const temp = join(folder, tempName(basename(target)));
  let fd: number;
  try {
    fd = yield* open(temp, "wx");
  } catch (error) {
    if (former === undefined || isNew || !isClosedFolder(error)) throw error;
    if (!inPlace) throw withHint(error, target);
    return yield* writeDirectly(target, chunks, publication);
  }
  const sync = new FolderSync(folder, tell);
  let size: number;
  try {
    size = yield* fill(fd, chunks, former === undefined ? undefined : former.mode & 0o7777);
    yield* sync.open();
    const put = (): Steps<void> => move(temp, target, inPlace);
    if (isWanted?.() === false || publication?.place(temp, put) === false) {
      yield* unlink(temp);
      yield* sync.close();
      return size;
    }
    if (publication === undefined) yield* put();
  } catch (error) {
    yield* sync.close();
    yield* discard(temp);
    throw error;
  }
  yield* sync.sync();
  return size;
}

/** Gives a file its name; or writes its content where the name cannot be taken, if that is allowed. */
function* move(temp: string, target: string, inPlace: boolean): Steps<void> {
  try {
    yield ["rename", temp, target];
  } catch (error) {
    if (!inPlace || !isMounted(error)) throw error;
    yield* copyInto(temp, target);
  }
}

/** Writes into a file whose folder takes no other. The content is made before, so that what fails while it is made does no harm. */
function* writeDirectly(target: string, chunks: Chunks, publication: Publication | undefined): Steps<number> {
  const pieces: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (chunk === pause) yield pause;
    else pieces.push(chunk);
  }
  const put = (): Steps<void> => writeInto(pieces, target);
  if (publication === undefined) yield* put();
  else publication.place(undefined, put);
  return pieces.reduce((size, { length }) => size + length, 0);
}

/** Removes what dead writers of the file have left. Not being allowed to look for it is no reason to fail. */
function* tidyUp(folder: string, base: string): Steps<void> {
  try {
    yield* removeLeftovers(folder, base);
  } catch (error) {
    if (!isClosedFolder(error)) throw error;
  }
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

function shortFile(expected: number, found: number): Error {
  return Object.assign(new Error(`EIO: the file has ${found} bytes after ${expected} were written`), { code: "EIO" });
}

function existing(path: string): Error {
  return Object.assign(new Error(`EEXIST: file already exists, open '${path}'`), { code: "EEXIST", path });
}
