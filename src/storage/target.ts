import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { nothingThere } from "../log/file-table.js";
import type { Digest } from "../log/file-table.js";
import { systemError } from "./file-errors.js";
import { lstat, readdir, realpath, stat } from "./steps.js";
import type { Steps } from "./steps.js";

/** Where a path leads in the end. */
export interface Target {
  /** Without links, but for what takes everything as it comes. */
  readonly path: string;
  /** A regular file is replaced, or made; a pipe or a device is written into. */
  readonly kind: "file" | "stream";
  /** The descriptor of this process that the path is a name for, as `/dev/stdout` is for 1. */
  readonly fd?: number;
}

/** How many links may lead to one another, as in Linux. */
const mostLinks = 40;

/**
 * Follows a path to its end, as opening it would: through links, also to a file that is still to be made.
 * @throws the file system's own errors; EISDIR or ENOTDIR for a folder, and for a path with a slash at its end
 */
export function* findTarget(path: string): Steps<Target> {
  let way = path;
  for (let links = 0; links < mostLinks; links++) {
    if (isOfFolder(way)) throw yield* folderError(way);
    // Before anything is put together: `folder/..` is not where `folder` stands when that is a link.
    const folder = yield* realpath(dirname(way));
    const place = join(folder, basename(way));
    const fd = ownDescriptor(place);
    if (fd !== undefined) return { path: place, kind: "stream", fd };
    const own = yield* lstat(place);
    if (own?.isSymbolicLink() !== true) return { path: place, kind: own === undefined ? "file" : kindOf(place, own) };
    // What the links say to what other processes have open is no path.
    const behind = place.startsWith("/proc/") ? yield* stat(place) : undefined;
    if (behind?.isFile() === false) return { path: place, kind: kindOf(place, behind) };
    const text = (yield ["readlink", place]) as string;
    way = isAbsolute(text) ? text : `${folder}${sep}${text}`;
  }
  throw systemError("ELOOP", "too many symbolic links encountered, open", path);
}

/** Whether only a folder can be at a path: `a/`, `a/.`, `a/..`. */
function isOfFolder(path: string): boolean {
  return path.endsWith("/") || path.endsWith(sep) || [".", ".."].includes(basename(path));
}

/** As `open` words it, which would make no file there. */
function* folderError(path: string): Steps<Error> {
  const stats = yield* stat(path.replace(/[\\/]+$/, "") || path);
  if (stats !== undefined && !stats.isDirectory()) return systemError("ENOTDIR", "not a directory, open", path);
  return systemError("EISDIR", "illegal operation on a directory, open", path);
}

function kindOf(path: string, stats: Stats): Target["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) throw systemError("EISDIR", "illegal operation on a directory, open", path);
  if (stats.isFIFO() || stats.isCharacterDevice()) return "stream";
  throw systemError(
    "ENOTSUP",
    `expected a file, a pipe or a character device, found a ${stats.isSocket() ? "socket" : "disk"}, open`,
    path,
  );
}

/** Linux names the descriptors of each process. Opening such a name would begin a file from its start again, and fails for a socket. */
function ownDescriptor(path: string): number | undefined {
  const parts = /^\/proc\/(\d+)\/(?:task\/\d+\/)?fd\/(\d+)$/.exec(path);
  return parts !== null && Number(parts[1]) === process.pid ? Number(parts[2]) : undefined;
}

/**
 * The names that a file goes by, whatever path leads to it: where its folder is, and which folder that is. The second is the same through a mount, the
 * first when another folder has been put there since.
 *
 * @param path one that {@link findTarget} has found
 */
export function* namesOf(path: string): Steps<Digest[]> {
  const folder = dirname(path);
  const name = yield* listedName(folder, basename(path));
  const stats = yield* stat(folder, true);
  const names = [`${folder}/${name}`];
  if (stats !== undefined) names.push(`${stats.dev}:${stats.ino}/${name}`);
  return names.map(digestOf);
}

/** The name of a file as it is told from others: without case and form of letters where the file system does not look at these. */
function* listedName(folder: string, name: string): Steps<string> {
  const own = yield* lstat(join(folder, name), true);
  if (own === undefined) return name;
  const forms = new Set([name.toUpperCase(), name.toLowerCase(), name.normalize("NFC"), name.normalize("NFD")]);
  forms.delete(name);
  for (const form of forms) {
    const other = yield* lstat(join(folder, form), true);
    if (other === undefined || other.ino !== own.ino || other.dev !== own.dev) continue;
    // One file by two names, or two links to it.
    const names = yield* readdir(folder);
    if (!names.includes(name) || !names.includes(form)) return `${foldedName(name)}/`;
  }
  return name;
}

function foldedName(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

/** What tells a file at a path from one that was put there later, or written to; `nothingThere` where there is none. */
export function* stampAt(path: string): Steps<Digest> {
  const stats = yield* lstat(path, true);
  return stats === undefined ? nothingThere : stampOf(stats);
}

/** {@link stampAt} of what the file system says of a file. */
export function stampOf({ ino, size, mtimeNs }: { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint }): Digest {
  return digestOf(`${ino}:${size}:${mtimeNs}`);
}

function digestOf(text: string): Digest {
  const bytes = createHash("sha256").update(text).digest();
  return Int32Array.from({ length: 4 }, (_, index) => bytes.readInt32LE(4 * index));
}
