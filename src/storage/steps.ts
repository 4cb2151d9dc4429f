import type { BigIntStats, Stats } from "node:fs";
import { currentDisk } from "./disk.js";
import type { DiskCall } from "./disk.js";

/** Between two pieces of work that keep the processor busy: others may run here. */
export const pause: unique symbol = Symbol("pause");

/** What a file is to hold, piece by piece; `pause` between two that take some work to make. */
export type Chunks = Iterable<Uint8Array | typeof pause>;

/** Before something is tried again that somebody else has to make possible: a moment in which nothing is done. */
export const rest: unique symbol = Symbol("rest");

const restMs = 2;

/**
 * Work with files, written once for both ways to run it: it yields each file operation that it wants done, and each place where others may run.
 * `runSync` does them on the spot, `runAsync` in the thread pool, so that the event loop goes on meanwhile.
 */
export type Steps<R> = Generator<DiskCall | typeof pause | typeof rest, R, unknown>;

/** Does the work while the thread waits. */
export function runSync<R>(steps: Steps<R>): R {
  const disk = currentDisk();
  let next = steps.next();
  while (next.done !== true) {
    const step = next.value;
    let result: unknown;
    if (step === rest) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, restMs);
    else if (step !== pause) {
      try {
        result = disk.doSync(step);
      } catch (error) {
        next = steps.throw(error);
        continue;
      }
    }
    next = steps.next(result);
  }
  return next.value;
}

/** Does the work piece by piece; the event loop goes on in between. */
export async function runAsync<R>(steps: Steps<R>): Promise<R> {
  const disk = currentDisk();
  let next = steps.next();
  while (next.done !== true) {
    const step = next.value;
    let result: unknown;
    try {
      if (step === pause) await turn();
      else if (step === rest) await new Promise((resolve) => void setTimeout(resolve, restMs));
      // A rename is done at once, so that nothing comes between the question whether it is still wanted and the deed. It moves no data.
      else result = step[0] === "rename" ? disk.doSync(step) : await disk.do(step);
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(result);
  }
  return next.value;
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Opens a file; answers its descriptor. */
export function* open(path: string, flags: string | number, mode?: number): Steps<number> {
  return (yield ["open", path, flags, mode ?? 0o666]) as number;
}

export function* close(fd: number): Steps<void> {
  yield ["close", fd];
}

export function fstat(fd: number): Steps<Stats>;
export function fstat(fd: number, exact: true): Steps<BigIntStats>;
export function* fstat(fd: number, exact = false): Steps<Stats | BigIntStats> {
  return (yield ["fstat", fd, { bigint: exact }]) as Stats | BigIntStats;
}

/** What is in the place itself, without following a link; undefined where there is nothing. */
export function lstat(path: string): Steps<Stats | undefined>;
export function lstat(path: string, exact: true): Steps<BigIntStats | undefined>;
export function lstat(path: string, exact = false): Steps<Stats | BigIntStats | undefined> {
  return look(["lstat", path, { bigint: exact }]);
}

/** What a path leads to; undefined where there is nothing. */
export function stat(path: string): Steps<Stats | undefined>;
export function stat(path: string, exact: true): Steps<BigIntStats | undefined>;
export function stat(path: string, exact = false): Steps<Stats | BigIntStats | undefined> {
  return look(["stat", path, { bigint: exact }]);
}

function* look(call: DiskCall): Steps<Stats | BigIntStats | undefined> {
  try {
    return (yield call) as Stats | BigIntStats;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Tells one content of a path from the next without reading it: which file it is, how long, and when it was last written to or changed in another way.
 * It is not followed when it is a link. Two changes within one tick of the file system's clock may leave the same stamp.
 */
export function* stampOf(path: string): Steps<string> {
  return stampIn((yield ["lstat", path, { bigint: true }]) as BigIntStats);
}

export function stampIn({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, mode, size, mtimeNs, ctimeNs].join(" ");
}

/** A path to the same place without links and dots. */
export function* realpath(path: string): Steps<string> {
  return (yield ["realpath", path]) as string;
}

export function* readdir(path: string): Steps<string[]> {
  return (yield ["readdir", path]) as string[];
}

/** Removes a file; says whether it was there. */
export function* unlink(path: string): Steps<boolean> {
  try {
    yield ["unlink", path];
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Reads the next bytes of a file into a buffer; answers how many, 0 at the end. */
export function* read(fd: number, into: Uint8Array, offset: number, length: number): Steps<number> {
  return (yield ["read", fd, into, offset, length, null]) as number;
}

/** Writes all the bytes, however many times that takes. */
export function* writeAll(fd: number, bytes: Uint8Array): Steps<void> {
  for (let offset = 0; offset < bytes.length;) offset += yield* writeSome(fd, bytes, offset);
}

/** Writes bytes from an offset on; answers how many. */
export function* writeSome(fd: number, bytes: Uint8Array, offset: number): Steps<number> {
  const written = (yield ["write", fd, bytes, offset, bytes.length - offset, null]) as number;
  if (written <= 0) throw Object.assign(new Error("EIO: the file system wrote nothing and reported no error, write"), { code: "EIO" });
  return written;
}

/** The code of a file-system error, such as "ENOENT". It is looked for by its shape: an error may come from another realm. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
