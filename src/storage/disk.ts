import * as fs from "node:fs";

/** The file operations that everything here is made of, by their names in `node:fs`. */
export type DiskOperation =
  | "open"
  | "read"
  | "write"
  | "fstat"
  | "fchmod"
  | "fsync"
  | "futimes"
  | "close"
  | "rename"
  | "link"
  | "unlink"
  | "lstat"
  | "realpath"
  | "readdir"
  | "mkdir";

/** One operation to be done, with its arguments as `node:fs` takes them. */
export type DiskCall = readonly [operation: DiskOperation, ...args: readonly unknown[]];

/**
 * The thin layer between this library and the file system: every operation on a file passes through here, and nowhere else. Tests put one in its place
 * that fails.
 */
export interface Disk {
  /** Does an operation and answers its first result; the thread waits. */
  doSync(call: DiskCall): unknown;
  /** The same in the thread pool. */
  do(call: DiskCall): Promise<unknown>;
}

type AnyFunction = (...args: readonly unknown[]) => unknown;

/** The file system of the machine. */
export const nodeDisk: Disk = {
  doSync([operation, ...args]) {
    return (fs[`${operation}Sync`] as AnyFunction)(...args);
  },
  do([operation, ...args]) {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, result: unknown): void => (error === null ? resolve(result) : reject(error));
      (fs[operation] as AnyFunction)(...args, done);
    });
  },
};

let current = nodeDisk;

/** The disk that is in use. */
export function currentDisk(): Disk {
  return current;
}

/**
 * Puts another disk in the place of the one in use; for tests.
 * @returns a function that puts the former one back
 */
export function replaceDisk(disk: Disk): () => void {
  const former = current;
  current = disk;
  return () => {
    current = former;
  };
}
