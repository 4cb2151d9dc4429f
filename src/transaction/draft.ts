import { TableNotFoundError } from "../base/errors.js";
import type { Key } from "../base/value.js";
import type { Change, Seq, TableId } from "../log/commit.js";
import type { Replica } from "../replica/replica.js";
import type { TableContext } from "../replica/table-context.js";
import { theCatalog } from "../replica/touches.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import type { TableState } from "../state/table-state.js";
import { BufferedView } from "./buffered-view.js";
import { lost, recordConflict, stateConflict, tableConflict } from "./conflict.js";
import type { Conflict } from "./conflict.js";
import type { Isolation } from "./isolation.js";
import { outcomeOf } from "./outcome.js";
import { ReadSet } from "./read-set.js";

/** What a unit of work does with one table. */
interface Use {
  readonly context: TableContext;
  readonly view: BufferedView;
  /** Whether a verb that changes records was called, whatever came of it. */
  isWritten: boolean;
  /** The schema when the first such verb was called. */
  schema: unknown;
}

const noTables: ReadonlySet<TableId> = new Set();

/**
 * A unit of work in the making, `atomic` and transactions alike: what it has looked at and what it is to write. Nothing of it is seen from outside,
 * and nothing is locked by it. To commit it means to commit its {@link outcome} in a plan that finds no {@link conflict}.
 *
 * This is the one place that decides whether others have overtaken a unit of work. It counts as writing as soon as a verb that changes records was
 * called, whatever came of it: what such a verb has answered must hold at the commit, also where there is nothing left to be changed.
 */
export class Draft {
  readonly #replica: Replica;
  readonly #isolation: Isolation;
  readonly #isSynchronous: boolean;
  // Few tables are used in one, so looking through a list beats hashing.
  readonly #uses: Use[] = [];
  /** The names under which no table was found. */
  #absent: Set<string> | undefined;
  /** All tables, where somebody has asked for them. */
  #listed: readonly TableState[] | undefined;
  #snapshot: OpenSnapshot | undefined;

  /**
   * @param isSynchronous whether the state stands still for the work until it is committed, except for what other threads do. Then it needs no
   *   snapshot to read; and where there are no other threads, nothing has to be noted.
   */
  constructor(replica: Replica, isolation: Isolation, isSynchronous: boolean) {
    this.#replica = replica;
    this.#isolation = isolation;
    this.#isSynchronous = isSynchronous;
    replica.refresh();
    if (!isSynchronous || replica.isShared) this.#snapshot = replica.state.openSnapshot();
  }

  /** The seq of the state that it reads. */
  get seq(): Seq {
    return this.#snapshot?.seq ?? this.#replica.state.seq;
  }

  /** Whether what has changed since is known: it is not when the state had to be made anew from the log. */
  get isIntact(): boolean {
    return this.#snapshot?.isOpen !== false;
  }

  /** What a name stood for when the work began. */
  tableNamed(name: string): TableState | undefined {
    const current = this.#replica.state.tableNamed(name);
    const table = this.#snapshot === undefined ? current : this.#snapshot.tableNamed(name, current);
    if (this.#snapshot === undefined) return table;
    if (table === undefined) (this.#absent ??= new Set()).add(name);
    else this.#use(this.#replica.contextOf(table));
    return table;
  }

  /** Notes that somebody has looked which tables there are. */
  noteTables(): void {
    if (this.#snapshot !== undefined) this.#listed ??= [...this.#replica.state.tables];
  }

  /** A table as the work sees it. */
  view(context: TableContext): BufferedView {
    return this.#use(context).view;
  }

  /** A table as the work sees it, for a verb that changes records. */
  viewToWrite(context: TableContext): BufferedView {
    const use = this.#use(context);
    if (!use.isWritten) {
      use.isWritten = true;
      use.schema = context.schema?.source;
    }
    return use.view;
  }

  /** All tables that were looked at. */
  get tables(): TableContext[] {
    return this.#uses.map(({ context }) => context);
  }

  /** The tables of which a verb that changes records was called. Where there is none, the work was to read one moment, and has. */
  get written(): TableContext[] {
    const tables: TableContext[] = [];
    for (const { context, isWritten } of this.#uses) if (isWritten) tables.push(context);
    return tables;
  }

  /** The tables that were looked at and not written, and {@link theCatalog}. */
  get onlyRead(): ReadonlySet<TableId> {
    if (this.#isolation === "snapshot" || this.#snapshot === undefined) return noTables;
    const tables = new Set<TableId>();
    for (const { view, isWritten } of this.#uses) if (!isWritten) tables.add(view.state.definition.id);
    for (const { definition } of this.#listed ?? []) tables.add(definition.id);
    if (this.#absent !== undefined || this.#listed !== undefined) tables.add(theCatalog);
    return tables.size === 0 ? noTables : tables;
  }

  get hasRead(): boolean {
    return this.#uses.some(({ view }) => view.reads?.isEmpty === false);
  }

  /** The first commit since the snapshot that changed a record. */
  changedBy({ state }: TableContext, key: Key): Seq | undefined {
    return this.#snapshot?.overlayOf(state).changedBy(key);
  }

  /**
   * The changes that it comes to, given the current state.
   * @throws DictDBError CAPACITY
   */
  outcome(verb: string): Change[] {
    return outcomeOf(
      verb,
      this.#uses.map(({ view }) => view),
    );
  }

  /**
   * The first thing that it rests on and that is not what it was. It rests on all that its verbs have looked at: tables and which there are, records,
   * conditions, sizes, what was free in unique indexes, indexes, schemas, key counters. Under "snapshot" it rests on what it writes.
   */
  conflict(): Conflict | undefined {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) return undefined; // nothing can have come in between
    if (!snapshot.isOpen) return lost;
    const conflict = this.#isolation === "serializable" ? this.#conflictInCatalog() : undefined;
    if (conflict !== undefined) return conflict;
    for (const use of this.#uses) {
      const found = this.#conflictInTable(use) ?? this.#conflictInRecords(use, snapshot);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether an error says that a table is gone that the work has written: that is a {@link conflict}, though no plan could look for it. */
  isMissed(error: unknown): boolean {
    if (!(error instanceof TableNotFoundError) || this.#snapshot === undefined) return false;
    return this.#uses.some(({ context, isWritten }) => isWritten && context.state.dropped);
  }

  /** Reads the current state from here on. To be called where there is no conflict, so that all that it rests on is the same there. */
  advance(): void {
    const old = this.#snapshot;
    this.#snapshot = this.#replica.state.openSnapshot();
    for (const { view } of this.#uses) view.rebase(this.#snapshot.overlayOf(view.state));
    old?.close();
  }

  /** A function that takes back everything written from now on. */
  savepoint(): () => void {
    const marks = new Map(this.#uses.map(({ view }) => [view, view.mark()]));
    return () => {
      for (const { view } of this.#uses) view.undoTo(marks.get(view));
    };
  }

  /** Reads nothing more of the snapshot: it need not be kept up any longer. */
  closeSnapshot(): void {
    this.#snapshot?.close();
  }

  /** Drops it, with all that it was to write. */
  close(): void {
    this.#snapshot?.close();
    this.#uses.length = 0;
    this.#listed = undefined;
  }

  #use(context: TableContext): Use {
    for (const use of this.#uses) if (use.context === context) return use;
    const use = { context, view: this.#makeView(context.state), isWritten: false, schema: undefined };
    this.#uses.push(use);
    return use;
  }

  #makeView(state: TableState): BufferedView {
    if (this.#snapshot === undefined) return new BufferedView(state);
    const below = this.#isSynchronous ? undefined : this.#snapshot.overlayOf(state);
    return new BufferedView(state, below, new ReadSet());
  }

  #conflictInCatalog(): Conflict | undefined {
    const { state } = this.#replica;
    for (const name of this.#absent ?? []) if (state.tableNamed(name) !== undefined) return tableConflict(name, "was created");
    if (this.#listed === undefined) return undefined;
    const now = [...state.tables];
    const isSame = now.length === this.#listed.length && this.#listed.every((table) => !table.dropped);
    return isSame ? undefined : stateConflict("a table was created or dropped");
  }

  #conflictInTable({ context, view, isWritten, schema }: Use): Conflict | undefined {
    const { name, state } = context;
    const rests = isWritten || this.#isolation === "serializable";
    if (rests && state.dropped) return tableConflict(name, "was dropped");
    if (rests && view.hasMissedIndexes) return tableConflict(name, "got or lost an index");
    if (!isWritten) return undefined;
    if (view.hasMissedUniqueIndexes) return tableConflict(name, "got or lost a unique index");
    // Schemas are of this thread, and keys are reserved where the work takes its time.
    if (!this.#isSynchronous) return context.schema?.source === schema ? undefined : tableConflict(name, "got another schema");
    return view.hasMissedKeys ? tableConflict(name, "gave away its next keys") : undefined;
  }

  #conflictInRecords({ context: { name, state }, view }: Use, snapshot: OpenSnapshot): Conflict | undefined {
    const changed = snapshot.overlayOf(state);
    if (changed.size === 0) return undefined;
    const isSerializable = this.#isolation === "serializable";
    const read = isSerializable ? view.reads?.conflict(changed, state) : undefined;
    if (read !== undefined) return recordConflict(name, read.key, read.seq, read.filter);
    for (const [key] of view.written.images()) if (changed.has(key)) return recordConflict(name, key, changed.changedBy(key));
    // Under "snapshot" it matters only what the records have in the end.
    const matters = (key: Key, record: object): boolean => isSerializable || view.written.get(key) === record;
    const taken = view.freeValues?.taken(changed, state, (record) => matters(state.keyOf(record), record));
    return taken === undefined ? undefined : recordConflict(name, taken, changed.changedBy(taken));
  }
}
