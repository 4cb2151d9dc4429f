import type { Token } from "../base/token.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Filter } from "../condition/filter.js";
import type { IndexDefinition, TableIndex } from "../index/table-index.js";
import type { Change } from "../log/commit.js";
import { LayeredImages } from "../state/layered-images.js";
import { absent, Overlay } from "../state/overlay.js";
import type { ChangedImages, Image } from "../state/overlay.js";
import type { TableState } from "../state/table-state.js";
import { TableView } from "../state/table-view.js";
import { FreeValues } from "./free-values.js";
import type { ReadSet } from "./read-set.js";

/** A moment in the life of a buffered view. */
export interface Mark {
  readonly steps: number;
  readonly nextKey: number;
}

/**
 * A table with the changes that a unit of work has made to it so far, which nobody else sees. Below them lies the current state, or the snapshot that
 * the unit of work reads; what is read of that is noted where somebody wants to know.
 */
export class BufferedView extends TableView {
  readonly written: Overlay;
  readonly reads: ReadSet | undefined;
  /** The values that were found free in unique indexes. */
  readonly freeValues: FreeValues | undefined;
  /** Whether somebody has looked what indexes there are. */
  #hasReadIndexes = false;
  /** Whether a key was written that may be an automatic one. */
  #hasCounted = false;
  readonly #definitions: readonly IndexDefinition[];
  readonly #firstKey: number;
  readonly #layers: LayeredImages | undefined;
  #claims: Map<TableIndex, Map<Token, Key>> | undefined;
  /** What to do, last first, to take everything back. */
  readonly #undo: { readonly key: Key; readonly image: Image | undefined }[] = [];
  #nextKey = 0;
  #reservedBelow = 0;

  /**
   * @param below the snapshot; by default the current state
   * @param reads notes what is read
   */
  constructor(state: TableState, below?: ChangedImages, reads?: ReadSet) {
    const written = new Overlay();
    const layers = below && new LayeredImages(written, below);
    super(state, layers ?? written);
    this.written = written;
    this.reads = reads;
    this.freeValues = reads && new FreeValues();
    this.#definitions = state.definitions;
    this.#firstKey = state.nextKey;
    this.#layers = layers;
  }

  // What is written here may be nested where no stored record is.
  protected override get isFlat(): boolean {
    return this.written.size === 0 && super.isFlat;
  }

  override get nextKey(): number {
    return this.#nextKey < this.#reservedBelow ? this.#nextKey : Math.max(this.#nextKey, this.state.nextKey);
  }

  /** Every integer key below this one was used, as far as the view's own records go. */
  get usedBelow(): number {
    return this.#nextKey;
  }

  /** Whether a key was written that may be an automatic one, and the next one has become another since the view was made. */
  get hasMissedKeys(): boolean {
    return this.#hasCounted && this.state.nextKey !== this.#firstKey;
  }

  /** Whether somebody has looked at the indexes, and they have become others since the view was made. */
  get hasMissedIndexes(): boolean {
    return this.#hasReadIndexes && this.state.definitions !== this.#definitions;
  }

  /** Whether the unique indexes, against which writing is checked, have become others since the view was made. */
  get hasMissedUniqueIndexes(): boolean {
    const [before, now] = [this.#definitions, this.state.definitions];
    if (before === now) return false;
    const known = new Set(before.filter(({ unique }) => unique));
    const unique = now.filter((definition) => definition.unique);
    return unique.length !== known.size || unique.some((definition) => !known.has(definition));
  }

  /** Automatic keys below this one are the view's own, whoever else inserts meanwhile; 0 when it has none. */
  get reservedBelow(): number {
    return this.#reservedBelow;
  }

  set reservedBelow(key: number) {
    this.#reservedBelow = key;
  }

  override get size(): number {
    this.reads?.noteSize();
    return super.size;
  }

  override get(key: Key): StoredRecord | undefined {
    this.reads?.noteKey(key);
    return super.get(key);
  }

  override records(): Generator<StoredRecord> {
    this.reads?.noteEverything();
    return super.records();
  }

  override noteFilter(filter: Filter): void {
    this.reads?.noteFilter(filter);
  }

  override noteIndexes(): void {
    this.#hasReadIndexes = true;
  }

  override uniqueHolder(index: TableIndex, record: StoredRecord): Key | undefined {
    const token = index.uniqueToken(record);
    const key = token === undefined ? undefined : this.#claims?.get(index)?.get(token);
    if (key !== undefined) {
      const image = this.written.get(key);
      // The claim stands only while the record still has the value: it may have been changed again.
      if (image !== undefined && image !== absent && index.uniqueToken(image) === token) return key;
    }
    const holder = super.uniqueHolder(index, record);
    if (holder !== undefined) this.reads?.noteKey(holder);
    else if (token !== undefined) this.freeValues?.note(index, record);
    return holder;
  }

  /** Takes in changes that were planned against this view. */
  take(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === "put") this.put(change.key, change.record);
      else if (change.type === "delete") this.remove(change.key);
    }
  }

  put(key: Key, record: StoredRecord): void {
    this.#noteUndo(key);
    this.written.set(key, record);
    if (typeof key === "number" && Number.isSafeInteger(key) && key >= this.#nextKey) {
      this.#nextKey = key + 1;
      if (key >= this.#firstKey) this.#hasCounted = true;
    }
    this.#claimAll(key, record);
  }

  remove(key: Key): void {
    this.#noteUndo(key);
    this.written.set(key, absent);
  }

  /** Reads another snapshot from here on. */
  rebase(below: ChangedImages): void {
    this.#layers?.rebase(below);
    // Somebody may have inserted such a key all the same, by naming it.
    this.#reservedBelow = 0;
  }

  /** Where the view stands, to come back to. */
  mark(): Mark {
    return { steps: this.#undo.length, nextKey: this.#nextKey };
  }

  /** Takes back everything written since a mark, or ever. */
  undoTo({ steps, nextKey }: Mark = { steps: 0, nextKey: 0 }): void {
    while (this.#undo.length > steps) {
      const { key, image } = this.#undo.pop()!;
      if (image === undefined) this.written.clear(key);
      else this.written.set(key, image);
      // What was taken back may have claimed a value that this record had given up. Last first, so the owner at the mark has the last word.
      if (image !== undefined && image !== absent) this.#claimAll(key, image);
    }
    this.#nextKey = nextKey;
  }

  #noteUndo(key: Key): void {
    this.#undo.push({ key, image: this.written.get(key) });
  }

  #claimAll(key: Key, record: StoredRecord): void {
    for (const index of this.state.uniqueIndexes) this.#claim(index, key, record);
  }

  #claim(index: TableIndex, key: Key, record: StoredRecord): void {
    const token = index.uniqueToken(record);
    if (token === undefined) return;
    this.#claims ??= new Map();
    let claims = this.#claims.get(index);
    if (claims === undefined) {
      claims = new Map();
      this.#claims.set(index, claims);
    }
    claims.set(token, key);
  }
}
