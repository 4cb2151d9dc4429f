import { copyOut } from "../base/copy.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Filter } from "../condition/filter.js";
import type { TableIndex } from "../index/table-index.js";
import { absent } from "./overlay.js";
import type { ImageSource } from "./overlay.js";
import type { TableState } from "./table-state.js";

/**
 * One table as one reader sees it: the current state, or the current state behind an overlay. A query on it is (what the indexes find, less the
 * overlaid keys) and (the overlay's own records).
 */
export class TableView {
  readonly state: TableState;
  readonly overlay: ImageSource | undefined;

  constructor(state: TableState, overlay?: ImageSource) {
    this.state = state;
    this.overlay = overlay;
  }

  /** Told of each filter before records are looked for by it. Who must know later what was read makes a note of it. */
  noteFilter(_filter: Filter): void {
    // nobody asks what is read of the current state, or of a snapshot
  }

  /** Told when somebody looks what indexes there are. */
  noteIndexes(): void {
    // as above
  }

  get(key: Key): StoredRecord | undefined {
    const image = this.overlay?.get(key);
    if (image === undefined) return this.state.get(key);
    return image === absent ? undefined : image;
  }

  /** A deep copy of one of its records, for the caller to keep. */
  copyOf(record: StoredRecord): Record<string, unknown> {
    return this.isFlat ? { ...record } : copyOut(record);
  }

  protected get isFlat(): boolean {
    return this.state.isFlat;
  }

  get size(): number {
    const { overlay, state } = this;
    let { size } = state;
    if (overlay !== undefined) {
      for (const [key, image] of overlay.images()) size += Number(image !== absent) - Number(state.slotOf(key) !== undefined);
    }
    return size;
  }

  /** The key that an insert without one gets, as this reader sees it. */
  get nextKey(): number {
    return this.state.nextKey;
  }

  /** The key of the record that has the same values in the fields of a unique index as this one. */
  uniqueHolder(index: TableIndex, record: StoredRecord): Key | undefined {
    const slot = index.holder(record);
    if (slot === undefined) return undefined;
    const key = this.state.keyOf(this.state.records[slot]!);
    return this.overlay?.has(key) === true ? undefined : key;
  }

  /** Every record, in no order. */
  *records(): Generator<StoredRecord> {
    const { overlay, state } = this;
    for (const record of state.records) {
      if (record !== undefined && overlay?.has(state.keyOf(record)) !== true) yield record;
    }
    if (overlay !== undefined) yield* overlay.records();
  }
}
