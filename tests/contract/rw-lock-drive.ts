import type { LockMode, ReaderWriterLock, Release } from "../../src/lock/reader-writer-lock.js";
import type { WaitOptions } from "../../src/lock/wait-options.js";

export type MakeLock = (options?: { timeoutMs?: number }) => ReaderWriterLock;

export const modes: readonly LockMode[] = ["read", "write"];
export const unlimited = { timeoutMs: Infinity };

export function acquire(lock: ReaderWriterLock, mode: LockMode, options: WaitOptions = unlimited): Promise<Release> {
  return mode === "read" ? lock.acquireRead(options) : lock.acquireWrite(options);
}

export function run<R>(lock: ReaderWriterLock, mode: LockMode, fn: () => R | PromiseLike<R>, options: WaitOptions = unlimited): Promise<R> {
  return mode === "read" ? lock.read(fn, options) : lock.write(fn, options);
}

function tryAcquire(lock: ReaderWriterLock, mode: LockMode): Release | undefined {
  return mode === "read" ? lock.tryRead() : lock.tryWrite();
}

/** Takes a lock that must be free for it. */
export function take(lock: ReaderWriterLock, mode: LockMode): Release {
  const release = tryAcquire(lock, mode);
  if (release === undefined) throw new Error(`the lock is not free for ${mode}`);
  return release;
}

export function figures(lock: ReaderWriterLock): unknown {
  return { heldMode: lock.heldMode, readers: lock.readers, waiting: lock.waiting };
}

/** The figures of a lock that nobody holds or waits for. */
export const free = { heldMode: undefined, readers: 0, waiting: 0 };

/** Queues sections that note their name when they run; `done` settles when all have. */
export function queue(lock: ReaderWriterLock, names: readonly string[], options?: WaitOptions): { log: string[]; done: Promise<unknown> } {
  const log: string[] = [];
  const sections = names.map((section) => run(lock, section.startsWith("r") ? "read" : "write", () => log.push(section), options));
  return { log, done: Promise.all(sections) };
}
