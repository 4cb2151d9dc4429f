import * as fs from "node:fs";

/** The file operations that everything here is made of, by their names in `node:fs`. */
export type DiskOperation =
  | "open"
  | "read"
  | "write"
  | "fstat"
  | "fchmod"
  | "ftruncate"
  | "fsync"
  | "futimes"
  | "close"
  | "rename"
  | "link"
  | "unlink"
  | "lstat"
  | "stat"
  | "readlink"
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

/** The disk behind the functions of `node:fs`, which are looked up for each call, so that whoever watches them sees it. */
export function diskOf(files: typeof fs): Disk {
  // The plain realpath takes `link/..` for the folder that the link is in.
  const syncFunction = (operation: DiskOperation) => (operation === "realpath" ? files.realpathSync.native : files[`${operation}Sync`]);
  const asyncFunction = (operation: DiskOperation) => (operation === "realpath" ? files.realpath.native : files[operation]);
  return {
    doSync([operation, ...args]) {
      return (syncFunction(operation) as AnyFunction)(...args);
    },
    do([operation, ...args]) {
      return new Promise((resolve, reject) => {
        // Some runtimes hand over undefined where Node.js hands over null.
        const done = (error: Error | null | undefined, result: unknown): void =>
          error === null || error === undefined ? resolve(result) : reject(error);
        (asyncFunction(operation) as AnyFunction)(...args, done);
      });
    },
  };
}

/** The file system of the machine. */
export const nodeDisk = diskOf(fs);

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
