import { InvariantError } from "../base/errors.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Change, Commit, Seq, TableId } from "../log/commit.js";
import type { DatabaseState } from "./database-state.js";
import { absent } from "./overlay.js";
import { TableState } from "./table-state.js";

/** Told of each record that a commit changes, with its images before and after; undefined where there was or is none. */
export type ChangeObserver = (table: TableState, key: Key, before: StoredRecord | undefined, after: StoredRecord | undefined) => void;

/** From this many changes on, new records enter the indexes together. */
const smallestBatch = 16;

/**
 * The one place where anything ever changes (law 1): user verbs, transactions, restores and commits of other threads all end here.
 *
 * It is total: a commit was validated before it entered the log, so nothing in here may fail half-way. An error thrown from here is a bug.
 */
export function applyCommit(state: DatabaseState, { seq, changes, after = seq - 1 }: Commit, observe?: ChangeObserver): void {
  if (after !== state.seq) throw new InvariantError(`commit ${seq} cannot follow ${state.seq}`);
  const batched = changes.length >= smallestBatch ? beginBatches(state, changes) : undefined;
  for (const change of changes) apply(state, seq, change, observe);
  if (batched !== undefined) for (const table of batched) table.endBatch();
  state.seq = seq;
}

function apply(state: DatabaseState, seq: Seq, change: Change, observe: ChangeObserver | undefined): void {
  switch (change.type) {
    case "put": {
      const table = tableOf(state, change.table);
      const before = table.put(change.key, change.record);
      if (state.snapshots.size > 0) savePreImage(state, seq, change.table, change.key, before);
      observe?.(table, change.key, before, change.record);
      return;
    }
    case "delete": {
      const table = tableOf(state, change.table);
      const before = table.remove(change.key);
      if (state.snapshots.size > 0) savePreImage(state, seq, change.table, change.key, before);
      observe?.(table, change.key, before, undefined);
      return;
    }
    case "createTable": {
      for (const snapshot of state.snapshots) snapshot.saveCatalog(change.definition.name, absent);
      state.add(new TableState(change.definition));
      return;
    }
    case "dropTable": {
      const table = tableOf(state, change.table);
      for (const snapshot of state.snapshots) snapshot.saveCatalog(table.definition.name, table);
      state.drop(table);
      return;
    }
    case "createIndex":
      tableOf(state, change.table).addIndex(change.definition);
      return;
    case "dropIndex":
      tableOf(state, change.table).removeIndex(change.fields);
      return;
    case "keyCounter":
      tableOf(state, change.table).raiseNextKey(change.nextKey);
      return;
    case "columns":
      tableOf(state, change.table).noteColumns(change.names);
      return;
    case "requestRows":
    case "cancelRows":
    case "releaseRows":
    case "releaseReplica":
      state.rowLocks.apply(change);
  }
}

function beginBatches(state: DatabaseState, changes: readonly Change[]): Set<TableState> {
  const tables = new Set<TableState>();
  let last: TableId | undefined;
  for (const change of changes) {
    if (change.type !== "put" || change.table === last) continue;
    last = change.table;
    const table = state.table(last);
    if (table === undefined) continue; // made by this commit itself, so it has no indexes yet
    table.beginBatch();
    tables.add(table);
  }
  return tables;
}

function savePreImage(state: DatabaseState, seq: Seq, table: TableId, key: Key, before: StoredRecord | undefined): void {
  for (const snapshot of state.snapshots) snapshot.savePreImage(table, key, before ?? absent, seq);
}

function tableOf(state: DatabaseState, id: TableId): TableState {
  const table = state.table(id);
  if (table === undefined) throw new InvariantError(`a commit names table ${id}, which does not exist`);
  return table;
}
