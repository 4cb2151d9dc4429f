import type { Change, TableId } from "../log/commit.js";
import type { TableContext } from "../replica/table-context.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import { BufferedView } from "./buffered-view.js";
import { outcomeOf } from "./outcome.js";

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
      view = new BufferedView(context.state);
      this.#views.set(context, view);
      context.showUnit(view);
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
      for (const [context, view] of this.#views) view.undoTo(marks.get(context));
    };
  }

  /** Ends the unit of work: plain verbs see the current state again. */
  close(): void {
    for (const context of this.#views.keys()) context.showState();
  }

  /** What the unit of work comes to: one change for each key that ends up different from the state it started from. */
  outcome(): readonly Change[] {
    return outcomeOf(this.#views.values());
  }
}
