import { UniqueConstraintError } from "../base/errors.js";
import type { Key } from "../base/value.js";
import type { Filter } from "../condition/filter.js";
import type { Change, Seq, TableId } from "../log/commit.js";
import { checkCapacity } from "../replica/capacity.js";
import type { Replica } from "../replica/replica.js";
import type { TableContext } from "../replica/table-context.js";
import { validateUnique } from "../replica/validate-unique.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import { BufferedView } from "./buffered-view.js";
import type { Isolation } from "./isolation.js";
import { outcomeOf } from "./outcome.js";
import { ReadSet } from "./read-set.js";

/** Why a draft cannot be committed: what it rests on has changed. */
export interface Conflict {
  readonly table: string | undefined;
  /** The record that was changed; undefined where the table itself is gone, or what was read is not known any more. */
  readonly key: Key | undefined;
  /** By which commit. */
  readonly seq: Seq | undefined;
  /** By what the record had been looked for; undefined where it was read by its key, or written. */
  readonly filter: Filter | undefined;
}

/** What was read is not known any more. */
export const lost: Conflict = { table: undefined, key: undefined, seq: undefined, filter: undefined };

const noTables: ReadonlySet<TableId> = new Set();

/**
 * A unit of work in the making: a snapshot, what was read of it and what is to be written over it. Nothing of it is seen from outside, and nothing is
 * locked by it. To commit it means to commit its {@link outcome} in a plan that finds no {@link conflict}.
 */
export class Draft {
  readonly #replica: Replica;
  readonly #isolation: Isolation;
  // Few tables are used in one, so looking through a list beats hashing.
  readonly #views: (readonly [context: TableContext, view: BufferedView])[] = [];
  #snapshot: OpenSnapshot;

  constructor(replica: Replica, isolation: Isolation) {
    this.#replica = replica;
    this.#isolation = isolation;
    replica.refresh();
    this.#snapshot = replica.state.openSnapshot();
  }

  /** The seq of the state that it reads. */
  get seq(): Seq {
    return this.#snapshot.seq;
  }

  /** Whether the snapshot still shows its moment: it does not when the state had to be made anew from the log. */
  get isIntact(): boolean {
    return this.#snapshot.isOpen;
  }

  /** What a name stood for at the snapshot. */
  contextNamed(name: string): TableContext | undefined {
    const { state } = this.#replica;
    const table = this.#snapshot.tableNamed(name, state.tableNamed(name));
    return table && this.#replica.contextOf(table);
  }

  /** A table as the work sees it. */
  view(context: TableContext): BufferedView {
    for (const [known, view] of this.#views) if (known === context) return view;
    const { state } = context;
    const view = new BufferedView(state, this.#snapshot.overlayOf(state.definition.id), new ReadSet());
    this.#views.push([context, view]);
    return view;
  }

  /** The tables that were written. */
  get written(): TableContext[] {
    return this.#tables(({ written }) => written.size > 0);
  }

  /** The tables that were read and not written. */
  get onlyRead(): ReadonlySet<TableId> {
    if (this.#isolation === "snapshot") return noTables;
    const tables = this.#tables(({ written, reads }) => written.size === 0 && !reads!.isEmpty);
    return tables.length === 0 ? noTables : new Set(tables.map(({ state }) => state.definition.id));
  }

  get hasRead(): boolean {
    return this.#tables(({ reads }) => !reads!.isEmpty).length > 0;
  }

  /** The first commit since the snapshot that changed a record. */
  changedBy({ state }: TableContext, key: Key): Seq | undefined {
    return this.#snapshot.overlayOf(state.definition.id).changedBy(key);
  }

  /** The changes that it comes to, given the current state. */
  outcome(): Change[] {
    return outcomeOf(this.#views.map(([, view]) => view));
  }

  /** The first thing that it rests on and that has changed since; what it rests on is all that it read, or under "snapshot" what it writes. */
  conflict(): Conflict | undefined {
    if (!this.isIntact) return lost;
    for (const [context, view] of this.#views) {
      const conflict = this.#conflictIn(context, view);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  /**
   * Checks that the changes leave unique indexes unique. They were checked against the snapshot when they were made.
   * @returns the clash with a record that was not there then
   * @throws DictDBError CAPACITY
   */
  clash(verb: string, changes: readonly Change[]): Conflict | undefined {
    for (const [context, view] of this.#views) {
      if (view.written.size === 0) continue;
      const clash = this.#clashIn(context, view, changes);
      if (clash !== undefined) return clash;
      checkCapacity(verb, view.state, added(view));
    }
    return undefined;
  }

  /** Reads the current state from here on. To be called where there is no conflict, so that what was read stays true. */
  advance(): void {
    const old = this.#snapshot;
    this.#snapshot = this.#replica.state.openSnapshot();
    for (const [{ state }, view] of this.#views) view.rebase(this.#snapshot.overlayOf(state.definition.id));
    old.close();
  }

  /** Drops it. */
  close(): void {
    this.#snapshot.close();
  }

  #tables(wanted: (view: BufferedView) => boolean): TableContext[] {
    const tables: TableContext[] = [];
    for (const [context, view] of this.#views) if (wanted(view)) tables.push(context);
    return tables;
  }

  #conflictIn({ state, name }: TableContext, { written, reads }: BufferedView): Conflict | undefined {
    const serializable = this.#isolation === "serializable";
    if (state.dropped && (written.size > 0 || (serializable && !reads!.isEmpty))) {
      return { table: name, key: undefined, seq: undefined, filter: undefined };
    }
    const changed = this.#snapshot.overlayOf(state.definition.id);
    if (changed.size === 0) return undefined;
    const read = serializable ? reads!.conflict(changed, state) : undefined;
    if (read !== undefined) return { table: name, ...read };
    for (const [key] of written.images()) {
      if (changed.has(key)) return { table: name, key, seq: changed.changedBy(key), filter: undefined };
    }
    return undefined;
  }

  #clashIn({ state, name, view: current }: TableContext, view: BufferedView, changes: readonly Change[]): Conflict | undefined {
    const changed = this.#snapshot.overlayOf(state.definition.id);
    if (changed.size === 0 && view.definitions === state.definitions) return undefined;
    try {
      validateUnique(
        current,
        changes.filter((change) => "table" in change && change.table === state.definition.id),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
      const key = error.details.holder as Key;
      return { table: name, key, seq: changed.changedBy(key), filter: undefined };
    }
  }
}

function added({ state, written }: BufferedView): number {
  let count = 0;
  for (const [key, image] of written.images()) count += Number(typeof image === "object") - Number(state.slotOf(key) !== undefined);
  return count;
}
