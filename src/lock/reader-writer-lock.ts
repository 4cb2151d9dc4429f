import type { WaitOptions } from "./wait-options.js";

/** Any number of readers hold a lock together; a writer holds it alone. */
export type LockMode = "read" | "write";

/** Gives a lock back. Only the first call counts. */
export type Release = () => void;

/**
 * A reader-writer lock for the tasks of one thread, phase-fair:
 *
 * - a reader that arrives while a writer holds the lock or waits for it queues;
 * - a writer that arrives while anybody holds the lock queues behind the writers before it;
 * - a writer that leaves admits every reader waiting at that moment, and only if there is none the next writer;
 * - the last reader to leave admits the next writer;
 * - the try forms obey the same rules and never overtake.
 *
 * A call takes its place in the queue before it returns. Nothing is re-entrant: a holder that asks again queues like anybody else.
 */
export interface ReaderWriterLock {
  /** The mode in which tasks of this thread hold the lock at this moment, from the grant on; undefined when none does. */
  readonly heldMode: LockMode | undefined;
  /** How many tasks of this thread hold the lock for reading. */
  readonly readers: number;
  /** How many tasks of this thread are queued. */
  readonly waiting: number;
  read<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R>;
  write<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R>;
  acquireRead(options?: WaitOptions): Promise<Release>;
  acquireWrite(options?: WaitOptions): Promise<Release>;
  tryRead(): Release | undefined;
  tryWrite(): Release | undefined;
}
