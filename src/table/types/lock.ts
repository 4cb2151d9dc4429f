import type { WaitOptions } from "../../lock/wait-options.js";

/**
 * A table's lock, taken by hand. The verbs lock by themselves; this is for keeping others out across an `await`.
 *
 * While a section runs, its own verbs on the table pass; those of other tasks and threads wait or throw. Reads never wait. Others see every
 * change at once: a section gives exclusion, a transaction also hides what is not finished.
 */
export interface TableLock {
  /** Runs a function while nobody can write to the table; several may read so at once. Writing inside throws. */
  read<R>(section: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R>;
  /** Runs a function while nobody else can write to the table or hold its lock. */
  write<R>(section: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R>;
  /** Takes the lock for reading if it is free now: the function that gives it back, else undefined. */
  tryRead(): (() => void) | undefined;
  /** Takes the lock for writing if it is free now: the function that gives it back, else undefined. */
  tryWrite(): (() => void) | undefined;
}
