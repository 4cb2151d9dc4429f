import type { Key } from "../base/value.js";
import type { Seq, TableId } from "../log/commit.js";
import { absent } from "./overlay.js";
import type { Image } from "./overlay.js";
import { PreImages } from "./pre-images.js";
import type { TableState } from "./table-state.js";

/**
 * A read-only view of all tables at one seq, kept up by `applyCommit`, which saves here the first pre-image of whatever it changes. So opening it
 * is O(1), and it costs memory only for what changes while it is open.
 */
export class OpenSnapshot {
  readonly seq: Seq;
  readonly #overlays = new Map<TableId, PreImages>();
  #catalog: Map<string, TableState | typeof absent> | undefined;
  readonly #onClose: (snapshot: OpenSnapshot) => void;
  #isOpen = true;

  constructor(seq: Seq, onClose: (snapshot: OpenSnapshot) => void) {
    this.seq = seq;
    this.#onClose = onClose;
  }

  /** Whether it still shows its moment. Once it is closed, nothing is saved for it any more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many pre-images it holds. */
  get images(): number {
    let count = 0;
    for (const overlay of this.#overlays.values()) count += overlay.size;
    return count;
  }

  savePreImage(table: TableId, key: Key, image: Image, seq: Seq): void {
    this.overlayOf(table).keepFirst(key, image, seq);
  }

  /** Remembers what a table name stood for before it was created or dropped. */
  saveCatalog(name: string, table: TableState | typeof absent): void {
    this.#catalog ??= new Map();
    if (!this.#catalog.has(name)) this.#catalog.set(name, table);
  }

  /** What a name stood for, given what it stands for now. */
  tableNamed(name: string, current: TableState | undefined): TableState | undefined {
    const saved = this.#catalog?.get(name);
    if (saved === undefined) return current;
    return saved === absent ? undefined : saved;
  }

  overlayOf(table: TableId): PreImages {
    let overlay = this.#overlays.get(table);
    if (overlay === undefined) {
      overlay = new PreImages();
      this.#overlays.set(table, overlay);
    }
    return overlay;
  }

  /** What it holds of each table. */
  overlays(): Iterable<readonly [TableId, PreImages]> {
    return this.#overlays;
  }

  close(): void {
    this.#isOpen = false;
    this.#onClose(this);
  }
}
