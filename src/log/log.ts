import type { Change, Commit, Seq } from "./commit.js";

/** The commit as it entered the log, or "conflict": another commit took the place after `expected`, so catch up, validate again and retry. */
export type AppendResult = Commit | "conflict";

/**
 * The ordered commits. A medium (the tasks of a thread, shared memory, a directory, ...) implements this, and nothing above the replica knows
 * which. One rule serves all of them: a commit counts only if the seq that its writer expected was the tail when it was appended.
 */
export interface Log {
  /** The seq of the latest commit. */
  readonly tail: Seq;
  append(expected: Seq, changes: readonly Change[]): AppendResult;
}
