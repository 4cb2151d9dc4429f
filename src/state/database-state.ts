import type { Commit, Seq, TableId } from "../log/commit.js";
import type { CommitObserver } from "./commit-observer.js";
import { OpenSnapshot } from "./open-snapshot.js";
import { RowLocks } from "./row-locks.js";
import { TableState } from "./table-state.js";
import { Versions } from "./versions.js";

/** All tables of one replica at one seq. Only `applyCommit` changes it. */
export class DatabaseState {
  readonly #byName = new Map<string, TableState>();
  readonly #byId = new Map<TableId, TableState>();
  readonly #snapshots = new Set<OpenSnapshot>();
  readonly #onDrop: (table: TableId) => void;
  #nextTableId: TableId = 1;
  readonly rowLocks = new RowLocks();
  /** What open snapshots see. */
  readonly versions = new Versions();
  /** The seq of the last commit applied. */
  seq: Seq = 0;
  /** The commit that is being applied. Nothing else runs meanwhile: where somebody finds one here, it was cut off half-way, and the state is torn. */
  underWay: Commit | undefined;
  /** Who is told of that commit. */
  observer: CommitObserver | undefined;

  /** @param onDrop told of each table that was dropped */
  constructor(onDrop: (table: TableId) => void = () => undefined) {
    this.#onDrop = onDrop;
  }

  get nextTableId(): TableId {
    return this.#nextTableId;
  }

  /** The numbers of the locks that tables have; 0 is the catalog's. */
  get lockNumbers(): ReadonlySet<number> {
    return new Set(Array.from(this.#byId.values(), ({ definition }) => definition.lockNumber));
  }

  /** Makes sure that no table gets a number below this one. */
  raiseNextTable(id: TableId): void {
    this.#nextTableId = Math.max(this.#nextTableId, id);
  }

  get tables(): Iterable<TableState> {
    return this.#byId.values();
  }

  get snapshots(): ReadonlySet<OpenSnapshot> {
    return this.#snapshots;
  }

  table(id: TableId): TableState | undefined {
    return this.#byId.get(id);
  }

  tableNamed(name: string): TableState | undefined {
    return this.#byName.get(name);
  }

  add(table: TableState): void {
    const { id, name } = table.definition;
    this.#byName.set(name, table);
    this.#byId.set(id, table);
    this.#nextTableId = Math.max(this.#nextTableId, id + 1);
  }

  drop(table: TableState): void {
    const { id, name } = table.definition;
    table.drop();
    this.#onDrop(id);
    if (this.#byName.get(name) === table) this.#byName.delete(name);
    if (this.versions.youngest?.sees(table) !== true) table.letGo();
    this.#byId.delete(id); // last: as long as it is found, the table is not dropped whole
  }

  /** Holds nothing any more. To be called when nobody reads it, or ever will. */
  letGo(): void {
    for (const snapshot of this.#snapshots) snapshot.close();
    for (const table of this.#byId.values()) table.letGo();
    this.#byName.clear();
    this.#byId.clear();
  }

  /** Opens a snapshot of this moment; costs the same however much there is. */
  openSnapshot(): OpenSnapshot {
    const snapshot = new OpenSnapshot(this.versions, this.seq, (closed) => this.#snapshots.delete(closed));
    this.#snapshots.add(snapshot);
    return snapshot;
  }
}
