import type { Seq } from "../log/commit.js";
import { absent } from "./overlay.js";
import type { ChangedImages } from "./overlay.js";
import { SnapshotImages } from "./snapshot-images.js";
import type { TableState } from "./table-state.js";
import type { Version, Versions } from "./versions.js";

/** What was changed between two moments, as it was before, by table. */
export type FrozenImages = ReadonlyMap<TableState, ChangedImages>;

/**
 * A read-only view of all tables at one seq. Opening it is O(1), and it costs memory only for what changes while it is open. It knows tables by what
 * they are, not by a name or number that another one could get.
 */
export class OpenSnapshot {
  readonly #versions: Versions;
  readonly #version: Version;
  // Most snapshots are of a transaction that looks at one table: that one costs no map.
  #firstTable: TableState | undefined;
  #first: SnapshotImages | undefined;
  #others: Map<TableState, SnapshotImages> | undefined;
  readonly #onClose: (snapshot: OpenSnapshot) => void;
  #isOpen = true;
  #isForgotten = false;

  constructor(versions: Versions, seq: Seq, onClose: (snapshot: OpenSnapshot) => void) {
    this.#versions = versions;
    this.#version = versions.open(seq);
    this.#onClose = onClose;
  }

  get seq(): Seq {
    return this.#version.seq;
  }

  /** Whether it still shows its moment. Once it is closed, nothing is saved for it any more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What a name stood for, given what it stands for now. */
  tableNamed(name: string, current: TableState | undefined): TableState | undefined {
    let table: TableState | typeof absent | undefined;
    for (let version = this.#versions.youngest; version !== undefined; version = version.older) {
      table = version.names.get(name) ?? table;
      if (version === this.#version) break;
    }
    if (table === undefined) return current;
    return table === absent ? undefined : table;
  }

  /** What stands in front of a table's current records. */
  overlayOf(table: TableState): ChangedImages {
    return this.#imagesOf(table);
  }

  /** Closes it, and gives what was changed since its moment. O(changes that only younger snapshots have looked at). */
  freeze(): FrozenImages {
    const frozen = new Map<TableState, SnapshotImages>();
    for (let version = this.#versions.youngest; version !== undefined; version = version.older) {
      for (const table of version.tables.keys()) frozen.set(table, this.#imagesOf(table));
      if (version === this.#version) break;
    }
    for (const images of frozen.values()) images.freeze();
    this.#first = undefined;
    this.#others = undefined;
    this.close();
    return frozen;
  }

  /** Closes it. Whoever still holds it holds no records. Where the stack ends in here, the next call goes on. */
  close(): void {
    if (this.#isOpen) {
      this.#versions.close(this.#version);
      this.#isOpen = false;
    }
    if (this.#isForgotten) return;
    this.#onClose(this);
    this.#first?.letGo();
    if (this.#others !== undefined) for (const images of this.#others.values()) images.letGo();
    this.#isForgotten = true;
  }

  #imagesOf(table: TableState): SnapshotImages {
    if (this.#firstTable === table) return this.#first!;
    if (this.#first === undefined) {
      this.#first = new SnapshotImages(this.#versions, this.#version, table);
      this.#firstTable = table;
      return this.#first;
    }
    this.#others ??= new Map();
    let images = this.#others.get(table);
    if (images === undefined) {
      images = new SnapshotImages(this.#versions, this.#version, table);
      this.#others.set(table, images);
    }
    return images;
  }
}
