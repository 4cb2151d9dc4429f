import { constants } from "node:fs";
import { explained } from "./file-errors.js";
import { close, codeOf, open, read, unlink, writeAll } from "./steps.js";
import type { Steps } from "./steps.js";

/** What a system says to a rename onto a file that is mounted by itself. */
const mounted = new Set(["EBUSY", "EXDEV"]);

/** What it says to a new file in a folder where there may be none. */
const closed = new Set(["EROFS", "EACCES", "EPERM"]);

const copySize = 1_048_576;

/** Whether a file cannot be replaced, though perhaps written to. */
export function isMounted(error: unknown): boolean {
  return mounted.has(codeOf(error) ?? "");
}

/** Whether a folder takes no new file, though one that it has can perhaps be written to. */
export function isClosedFolder(error: unknown): boolean {
  return closed.has(codeOf(error) ?? "");
}

/** Says how a file can be written all the same. */
export function withHint(error: unknown, path: string): Error {
  return explained(
    error,
    path,
    "the file can only be replaced where its folder takes a new file and it is not mounted by itself: mount the folder, or write into the file with inPlace: true, which is not safe from crashes",
  );
}

/** Writes the content of one file over that of another, and removes the first. */
export function* copyInto(source: string, target: string): Steps<void> {
  const from = yield* open(source, "r");
  try {
    yield* overwrite(target, function* (fd) {
      const buffer = Buffer.allocUnsafe(copySize);
      let size = 0;
      for (;;) {
        const count = yield* read(from, buffer, 0, copySize);
        if (count === 0) return size;
        yield* writeAll(fd, buffer.subarray(0, count));
        size += count;
      }
    });
  } finally {
    yield* close(from);
  }
  yield* unlink(source);
}

/** Writes pieces over the content of a file. */
export function* writeInto(pieces: readonly Uint8Array[], target: string): Steps<void> {
  yield* overwrite(target, function* (fd) {
    for (const piece of pieces) yield* writeAll(fd, piece);
    return pieces.reduce((size, { length }) => size + length, 0);
  });
}

/** @param write answers how long the file is to be */
function* overwrite(target: string, write: (fd: number) => Steps<number>): Steps<void> {
  const fd = yield* open(target, constants.O_WRONLY);
  try {
    yield ["ftruncate", fd, yield* write(fd)];
    yield ["fsync", fd];
  } finally {
    yield* close(fd);
  }
}
