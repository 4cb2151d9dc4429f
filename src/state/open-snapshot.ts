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
  // Most snapshots are of a transaction that looks at one table: that one costs no map.
  #firstTable: TableId | undefined;
  #first: PreImages | undefined;
  #others: Map<TableId, PreImages> | undefined;
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
    let count = this.#first?.size ?? 0;
    for (const overlay of this.#others?.values() ?? []) count += overlay.size;
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
    if (this.#firstTable === table) return this.#first!;
    if (this.#first === undefined) {
      this.#firstTable = table;
      this.#first = new PreImages();
      return this.#first;
    }
    this.#others ??= new Map();
    let overlay = this.#others.get(table);
    if (overlay === undefined) {
      overlay = new PreImages();
      this.#others.set(table, overlay);
    }
    return overlay;
  }

  /** What it holds of each table. */
  *overlays(): Generator<readonly [TableId, PreImages]> {
    if (this.#first !== undefined) yield [this.#firstTable!, this.#first];
    if (this.#others !== undefined) yield* this.#others;
  }

  close(): void {
    this.#isOpen = false;
    this.#onClose(this);
  }
}
