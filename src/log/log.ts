import type { Change, Commit, Seq } from "./commit.js";

/** The commit as it entered the log, or "conflict": what came before it does not let it stand, so catch up, plan again and retry. */
export type AppendResult = Commit | "conflict";

/**
 * Met by an append on its way: a commit that another writer appended after the seq that was expected. The writer applies it, and answers whether its
 * own commit still stands after that one.
 */
export type Meet = (commit: Commit) => boolean;

/**
 * The ordered commits. A medium (the tasks of a thread, shared memory, a directory, ...) implements this, and nothing above the replica knows
 * which. One rule serves all of them: a commit counts only if its writer has seen every commit before it.
 */
export interface Log {
  /** Whether there are commits after this one. */
  isPast(seq: Seq): boolean;

  /**
   * Hands over the commits after the one that was handed over last, in order; each must be applied at once.
   * @returns "gone" when the log does not reach back that far any more: rebuild from a base
   */
  read(apply: (commit: Commit) => void): "read" | "gone";

  /** Appends a commit after `expected` and those that `meet` lets pass. */
  append(expected: Seq, changes: readonly Change[], meet: Meet): AppendResult;
}
