import type { Key, StoredRecord } from "../base/value.js";
import type { TableIndex } from "../index/table-index.js";
import type { ChangedImages } from "../state/overlay.js";
import type { TableState } from "../state/table-state.js";

/**
 * The values that a unit of work has found free in the unique indexes of one table, when it was about to write records with them. They are part of
 * what it has read: had one been taken, its verb would have failed.
 */
export class FreeValues {
  #found: { readonly index: TableIndex; readonly record: StoredRecord }[] | undefined;

  /** The values of a record were free in an index. */
  note(index: TableIndex, record: StoredRecord): void {
    (this.#found ??= []).push({ index, record });
  }

  /**
   * The key of a record that has one of the values today, and did not have it when it was found free.
   *
   * @param changed what has changed since. Any other record that has the value was out of the way, because the unit itself had changed it.
   * @param matters whether a record that the unit was about to write is of interest
   */
  taken(changed: ChangedImages, state: TableState, matters: (record: StoredRecord) => boolean): Key | undefined {
    for (const { index, record } of this.#found ?? []) {
      const slot = index.holder(record);
      if (slot === undefined) continue;
      const key = state.keyOf(state.records[slot]!);
      if (changed.has(key) && matters(record)) return key;
    }
    return undefined;
  }
}
