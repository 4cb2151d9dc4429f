import type { Path } from "../base/path.js";
import type { Token } from "../base/token.js";
import type { StoredRecord } from "../base/value.js";

/** The position of a record in its table: a small integer that stays with the record from its insert to its delete. */
export type Slot = number;

/** What an index is, as the catalog and the log know it. */
export interface IndexDefinition {
  readonly fields: readonly Path[];
  readonly type: "hash" | "sorted";
  /** No two records may have equal values, null and absent aside. */
  readonly unique: boolean;
  /** One entry for each element of an array, instead of one for the whole. */
  readonly multi: boolean;
}

/** The records of a table as its indexes see them. */
export interface Rows {
  readonly records: readonly (StoredRecord | undefined)[];
  readonly primaryKey: string;
  /** Whether slots stand in the order of their keys, so that keys need not be looked at to compare slots. */
  readonly inKeyOrder: boolean;
}

/**
 * An index over the records of one table. It stores slots, never records.
 *
 * Its methods are called by `applyCommit` alone and may not fail. A record stands in its slot whenever a method is called for it: `add` comes
 * after the record was put there, `remove` before it is taken away, and `replace` is called with both while either may stand there.
 */
export interface TableIndex {
  readonly definition: IndexDefinition;
  /** How many entries there are: one a record, or one an element in a multi index. */
  readonly entries: number;
  add(record: StoredRecord, slot: Slot): void;
  /** Adds many at once. */
  addAll(slots: readonly Slot[]): void;
  remove(record: StoredRecord, slot: Slot): void;
  /** Moves one record's entry; does nothing where the indexed fields are equal. */
  replace(before: StoredRecord, after: StoredRecord, slot: Slot): void;
  /** A slot whose record has the same values as this one, undefined where there is none or a value is null, which clashes with nothing. */
  holder(record: StoredRecord): Slot | undefined;
  /** What stands for the indexed values of a record, undefined where one is null. */
  uniqueToken(record: StoredRecord): Token | undefined;
  /**
   * Throws InvariantError unless the entries are exactly those of the given records.
   * @param live every slot that holds a record
   */
  check(live: readonly Slot[], table: string): void;
}
