import type { TableId } from "../log/commit.js";
import type { Seq } from "../log/commit.js";
import { OpenSnapshot } from "./open-snapshot.js";
import { RowLocks } from "./row-locks.js";
import { TableState } from "./table-state.js";

/** All tables of one replica at one seq. Only `applyCommit` changes it. */
export class DatabaseState {
  readonly #byName = new Map<string, TableState>();
  readonly #byId = new Map<TableId, TableState>();
  readonly #snapshots = new Set<OpenSnapshot>();
  readonly #onDrop: (table: TableId) => void;
  #nextTableId: TableId = 1;
  readonly rowLocks = new RowLocks();
  /** The seq of the last commit applied. */
  seq: Seq = 0;

  /** @param onDrop told of each table that was dropped */
  constructor(onDrop: (table: TableId) => void = () => undefined) {
    this.#onDrop = onDrop;
  }

  get nextTableId(): TableId {
    return this.#nextTableId;
  }

  /** The number of a table lock that no table has; 0 is the catalog's. */
  get freeLockNumber(): number {
    const taken = new Set(Array.from(this.#byId.values(), ({ definition }) => definition.lockNumber));
    let number = 1;
    while (taken.has(number)) number++;
    return number;
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
    this.#byName.delete(table.definition.name);
    this.#byId.delete(table.definition.id);
    table.drop();
    this.#onDrop(table.definition.id);
  }

  /** Goes back to seq 0 with empty tables, after a commit was applied half. Open snapshots are closed: what they would show is lost. */
  reset(): void {
    for (const snapshot of this.#snapshots) snapshot.close();
    for (const table of this.#byId.values()) table.reset();
    this.rowLocks.reset();
    this.seq = 0;
  }

  /** Opens a snapshot of this moment; costs the same however much there is. */
  openSnapshot(): OpenSnapshot {
    const snapshot = new OpenSnapshot(this.seq, (closed) => this.#snapshots.delete(closed));
    this.#snapshots.add(snapshot);
    return snapshot;
  }
}
