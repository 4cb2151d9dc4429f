import type { Token } from "../base/token.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { TableIndex } from "../index/table-index.js";
import type { Change, TableId } from "../log/commit.js";
import type { TableContext } from "../replica/table-context.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import { absent, Overlay } from "../state/overlay.js";
import type { Image } from "../state/overlay.js";
import { TableView } from "../state/table-view.js";

/** A moment in the life of a buffered view. */
interface Mark {
  readonly steps: number;
  readonly nextKey: number;
}

/** A table with the changes that a unit of work has made to it so far, which nobody else sees. */
class BufferedView extends TableView {
  readonly #written: Overlay;
  readonly #claims = new Map<TableIndex, Map<Token, Key>>();
  /** What to do, last first, to take everything back. */
  readonly #undo: { readonly key: Key; readonly image: Image | undefined }[] = [];
  #nextKey: number;

  /** The table's key counter when the view was made. */
  readonly firstKey: number;

  constructor({ state }: TableContext) {
    const written = new Overlay();
    super(state, written);
    this.#written = written;
    this.firstKey = state.nextKey;
    this.#nextKey = state.nextKey;
  }

  // What is written here may be nested where no stored record is.
  protected override get isFlat(): boolean {
    return false;
  }

  override get nextKey(): number {
    return this.#nextKey;
  }

  override uniqueHolder(index: TableIndex, record: StoredRecord): Key | undefined {
    const token = index.uniqueToken(record);
    const key = token === undefined ? undefined : this.#claims.get(index)?.get(token);
    if (key !== undefined) {
      const image = this.#written.get(key);
      // The claim stands only while the record still has the value: it may have been changed again.
      if (image !== undefined && image !== absent && index.uniqueToken(image) === token) return key;
    }
    return super.uniqueHolder(index, record);
  }

  put(key: Key, record: StoredRecord): void {
    this.#noteUndo(key);
    this.#written.set(key, record);
    if (typeof key === "number" && Number.isSafeInteger(key) && key >= this.#nextKey) this.#nextKey = key + 1;
    this.#claimAll(key, record);
  }

  remove(key: Key): void {
    this.#noteUndo(key);
    this.#written.set(key, absent);
  }

  /** Where the view stands, to come back to. */
  mark(): Mark {
    return { steps: this.#undo.length, nextKey: this.#nextKey };
  }

  /** Takes back everything written since a mark. */
  undoTo({ steps, nextKey }: Mark): void {
    while (this.#undo.length > steps) {
      const { key, image } = this.#undo.pop()!;
      if (image === undefined) this.#written.clear(key);
      else this.#written.set(key, image);
      // What was taken back may have claimed a value that this record had given up. Last first, so the owner at the mark has the last word.
      if (image !== undefined && image !== absent) this.#claimAll(key, image);
    }
    this.#nextKey = nextKey;
  }

  #noteUndo(key: Key): void {
    this.#undo.push({ key, image: this.#written.get(key) });
  }

  #claimAll(key: Key, record: StoredRecord): void {
    for (const index of this.state.uniqueIndexes) this.#claim(index, key, record);
  }

  #claim(index: TableIndex, key: Key, record: StoredRecord): void {
    const token = index.uniqueToken(record);
    if (token === undefined) return;
    let claims = this.#claims.get(index);
    if (claims === undefined) {
      claims = new Map();
      this.#claims.set(index, claims);
    }
    claims.set(token, key);
  }
}

/** The changes of a unit of work before they are committed, over the current state. */
export class WriteBuffer {
  readonly #views = new Map<TableContext, BufferedView>();

  readonly #reads = new Set<TableId>();

  /** The tables that were looked at, as far as that was noted. */
  get reads(): ReadonlySet<TableId> {
    return this.#reads;
  }

  /** Notes that a table was looked at. */
  noteRead({ state }: TableContext): void {
    this.#reads.add(state.definition.id);
  }

  /** Whether somebody has changed a table that was looked at or written since a snapshot. */
  isOvertaken(snapshot: OpenSnapshot): boolean {
    for (const [{ state }, view] of this.#views) {
      if (state.nextKey !== view.firstKey || snapshot.overlayOf(state.definition.id).size > 0) return true;
    }
    return Array.from(this.#reads).some((id) => snapshot.overlayOf(id).size > 0);
  }

  /** The tables written so far. */
  get tables(): readonly TableContext[] {
    return [...this.#views.keys()];
  }

  /** Takes in changes of one table, which were validated against its current view; from here on plain verbs see them. */
  add(context: TableContext, changes: readonly Change[]): void {
    let view = this.#views.get(context);
    if (view === undefined) {
      view = new BufferedView(context);
      this.#views.set(context, view);
      context.current = view;
    }
    for (const change of changes) {
      if (change.type === "put") view.put(change.key, change.record);
      else if (change.type === "delete") view.remove(change.key);
    }
  }

  /** A function that takes back everything written from now on. */
  savepoint(): () => void {
    const marks = new Map(Array.from(this.#views, ([context, view]) => [context, view.mark()]));
    return () => {
      for (const [context, view] of this.#views) view.undoTo(marks.get(context) ?? { steps: 0, nextKey: context.state.nextKey });
    };
  }

  /** Ends the unit of work: plain verbs see the current state again. */
  close(): void {
    for (const context of this.#views.keys()) context.showState();
  }

  /** What the unit of work comes to: one change for each key that ends up different from the state it started from. */
  outcome(): readonly Change[] {
    const changes: Change[] = [];
    for (const [{ state }, view] of this.#views) {
      const table = state.definition.id;
      for (const [key, image] of view.overlay!.images()) {
        if (image !== absent) changes.push({ type: "put", table, key, record: image });
        else if (state.slotOf(key) !== undefined) changes.push({ type: "delete", table, key });
      }
    }
    return changes;
  }
}
