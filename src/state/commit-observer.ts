import type { Key, StoredRecord } from "../base/value.js";
import type { TableState } from "./table-state.js";

/** Told of what a commit does. Telling it twice, as happens where a commit was cut off and is applied again, must be the same as telling it once. */
export interface CommitObserver {
  /**
   * Told of a record before it changes, with its images before and after; undefined where there is or will be none.
   * @param index which of the commit's changes it is
   */
  note(index: number, table: TableState, key: Key, before: StoredRecord | undefined, after: StoredRecord | undefined): void;
  /** Told when all changes were applied. */
  end(): void;
}
