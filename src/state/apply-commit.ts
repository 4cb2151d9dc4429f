import { InvariantError } from "../base/errors.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Change, Commit, RowLockChange, Seq, TableId } from "../log/commit.js";
import type { CommitObserver } from "./commit-observer.js";
import type { DatabaseState } from "./database-state.js";
import { absent } from "./overlay.js";
import { TableState } from "./table-state.js";

/** From this many changes on, new records enter the indexes together. */
const smallestBatch = 16;

/**
 * The one place where anything ever changes (law 1): user verbs, transactions, restores and commits of other threads all end here.
 *
 * It is total: a commit was validated before it entered the log, so nothing in here may fail half-way. Where it is cut off all the same (the stack or
 * the memory ends, or the time limit of `vm`, which skips even `finally`), the state still names the commit, and {@link mendState} finishes it.
 */
export function applyCommit(state: DatabaseState, commit: Commit, observer?: CommitObserver): void {
  const { seq, changes, after = seq - 1 } = commit;
  if (after !== state.seq) throw new InvariantError(`commit ${seq} cannot follow ${state.seq}`);
  state.observer = observer;
  state.underWay = commit;
  const batched = changes.length >= smallestBatch ? beginBatches(state, changes) : undefined;
  for (let i = 0; i < changes.length; i++) apply(state, seq, changes[i]!, i, observer, false);
  if (batched !== undefined) for (const table of batched) table.endBatch();
  finish(state, seq, observer);
}

/**
 * Finishes a commit that was cut off half-way: makes from the records what stands beside them, and applies the commit once more. It may be cut off
 * itself, as often as it likes; then the next call begins again.
 *
 * The records say what has happened: each is put and taken by one store. What a snapshot or an observer has to know of a record was saved before that.
 */
export function mendState(state: DatabaseState): void {
  const { underWay, observer } = state;
  if (underWay === undefined) return;
  const { seq, changes } = underWay;
  const tables = new Set(changes.map((change) => ("table" in change ? state.table(change.table) : undefined)));
  for (const table of tables) table?.repair();
  if (changes.some(isRowLockChange)) state.rowLocks.goBack(seq);
  for (let i = 0; i < changes.length; i++) apply(state, seq, changes[i]!, i, observer, true);
  finish(state, seq, observer);
}

function finish(state: DatabaseState, seq: Seq, observer: CommitObserver | undefined): void {
  observer?.end();
  state.seq = seq;
  state.underWay = undefined;
  state.observer = undefined;
}

/** @param again whether the change may have been applied already */
function apply(state: DatabaseState, seq: Seq, change: Change, index: number, observer: CommitObserver | undefined, again: boolean): void {
  switch (change.type) {
    case "put": {
      const table = tableOf(state, change.table, again);
      if (table === undefined) return;
      if (state.snapshots.size > 0 || observer !== undefined) noteRecord(state, seq, table, change.key, change.record, index, observer);
      table.put(change.key, change.record);
      return;
    }
    case "delete": {
      const table = tableOf(state, change.table, again);
      if (table === undefined) return;
      if (state.snapshots.size > 0 || observer !== undefined) noteRecord(state, seq, table, change.key, undefined, index, observer);
      table.remove(change.key);
      return;
    }
    case "createTable":
      for (const snapshot of state.snapshots) snapshot.saveCatalog(change.definition.name, absent);
      state.add(new TableState(change.definition));
      return;
    case "dropTable": {
      const table = tableOf(state, change.table, again);
      if (table === undefined) return;
      for (const snapshot of state.snapshots) snapshot.saveCatalog(table.definition.name, table);
      state.drop(table);
      return;
    }
    case "createIndex":
      tableOf(state, change.table, again)?.addIndex(change.definition);
      return;
    case "dropIndex":
      tableOf(state, change.table, again)?.removeIndex(change.fields);
      return;
    case "keyCounter":
      tableOf(state, change.table, again)?.raiseNextKey(change.nextKey);
      return;
    case "columns":
      tableOf(state, change.table, again)?.noteColumns(change.names);
      return;
    case "requestRows":
    case "cancelRows":
    case "releaseRows":
    case "releaseReplica":
      state.rowLocks.apply(change, seq);
  }
}

/** The table of a change; undefined where the commit has dropped it before it was cut off. */
function tableOf(state: DatabaseState, id: TableId, again: boolean): TableState | undefined {
  const table = state.table(id);
  if (table === undefined && !again) throw new InvariantError(`a commit names table ${id}, which does not exist`);
  return table;
}

function noteRecord(
  state: DatabaseState,
  seq: Seq,
  table: TableState,
  key: Key,
  after: StoredRecord | undefined,
  index: number,
  observer: CommitObserver | undefined,
): void {
  const before = table.get(key);
  for (const snapshot of state.snapshots) snapshot.savePreImage(table.definition.id, key, before ?? absent, seq);
  observer?.note(index, table, key, before, after);
}

function isRowLockChange(change: Change): change is RowLockChange {
  const { type } = change;
  return type === "requestRows" || type === "cancelRows" || type === "releaseRows" || type === "releaseReplica";
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
