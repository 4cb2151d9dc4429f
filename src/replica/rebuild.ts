import { identical } from "../base/identical.js";
import type { Key } from "../base/value.js";
import type { IndexDefinition } from "../index/table-index.js";
import type { Change, DeleteChange, PutChange, TableId } from "../log/commit.js";
import type { DatabaseState } from "../state/database-state.js";
import type { TableState } from "../state/table-state.js";

/** A table that both the state and the base have. */
interface Known {
  readonly table: TableState;
  readonly keys: Set<Key>;
  readonly indexes: IndexDefinition[];
}

/**
 * Finds what has to change in a state that fell behind, so that it becomes what a base says. The outcome is applied as one commit, which stands for
 * all those that the log does not have any more: so open snapshots and listeners see nothing but a large commit.
 */
export class Rebuild {
  readonly #state: DatabaseState;
  readonly #known = new Map<TableId, Known>();
  readonly #drops: Change[] = [];
  readonly #catalog: Change[] = [];
  readonly #puts: PutChange[] = [];

  constructor(state: DatabaseState) {
    this.#state = state;
  }

  /** Takes in some of the changes that make the base. A table comes before its records. */
  take(changes: readonly Change[]): void {
    for (const change of changes) this.#take(change);
  }

  /** The difference; to be asked for once, when all of the base was taken in. */
  changes(): Change[] {
    for (const table of this.#state.tables) this.#dropWhatIsGone(table);
    // Nobody's row locks stand but those that the base has.
    for (const replica of this.#state.rowLocks.replicas) this.#drops.push({ type: "releaseReplica", replica });
    // Drops come first: what is new may have the name of what is gone.
    return [...this.#drops, ...this.#catalog, ...this.#puts];
  }

  #take(change: Change): void {
    switch (change.type) {
      case "put":
        if (this.#isNews(change)) this.#puts.push(change);
        return;
      case "createTable": {
        const table = this.#state.table(change.definition.id);
        if (table === undefined) this.#catalog.push(change);
        else this.#known.set(change.definition.id, { table, keys: new Set(), indexes: [] });
        return;
      }
      case "createIndex":
        this.#takeIndex(change.table, change.definition, change);
        return;
      default:
        this.#catalog.push(change);
    }
  }

  #isNews({ table, key, record }: PutChange): boolean {
    const known = this.#known.get(table);
    if (known === undefined) return true;
    known.keys.add(key);
    return !identical(known.table.get(key), record);
  }

  #takeIndex(id: TableId, definition: IndexDefinition, change: Change): void {
    const known = this.#known.get(id);
    const own = known?.table.findIndex(definition.fields);
    known?.indexes.push(own !== undefined && identical(own, definition) ? own : definition);
    if (own === undefined) this.#catalog.push(change);
    else if (!identical(own, definition)) this.#catalog.push({ type: "dropIndex", table: id, fields: definition.fields }, change);
  }

  #dropWhatIsGone(table: TableState): void {
    const { id } = table.definition;
    const known = this.#known.get(id);
    if (known === undefined) {
      this.#drops.push({ type: "dropTable", table: id });
      return;
    }
    const fieldsOf = new Set(known.indexes.map(({ fields }) => JSON.stringify(fields)));
    for (const { fields } of table.definitions) {
      if (!fieldsOf.has(JSON.stringify(fields))) this.#drops.push({ type: "dropIndex", table: id, fields });
    }
    for (const slot of table.liveSlots()) {
      const key = table.keyOf(table.records[slot]!);
      if (!known.keys.has(key)) this.#drops.push({ type: "delete", table: id, key } satisfies DeleteChange);
    }
  }
}
