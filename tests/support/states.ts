import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Key, StoredRecord } from "../../src/base/value.js";
import type { Change, Commit, TableDefinition, TableId } from "../../src/log/commit.js";
import { applyCommit } from "../../src/state/apply-commit.js";
import { DatabaseState } from "../../src/state/database-state.js";
import type { TableState } from "../../src/state/table-state.js";

/** Everything that a table consists of, as plain data. */
export interface TableContent {
  readonly definition: TableDefinition;
  readonly records: ReadonlyMap<Key, StoredRecord>;
  readonly indexes: readonly unknown[];
  readonly columns: readonly string[];
  readonly nextKey: number;
}

/** Everything that a state consists of, as plain data, in an order of its own. */
export function contentOf(state: DatabaseState): TableContent[] {
  return Array.from(state.tables, tableContent).sort((a, b) => a.definition.id - b.definition.id);
}

function tableContent(table: TableState): TableContent {
  const { definition, definitions, columns, nextKey } = table;
  const records = Array.from(table.liveSlots(), (slot): [Key, StoredRecord] => [
    table.keyOf(table.records[slot]!),
    table.records[slot]!,
  ]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return { definition, records: new Map(records), indexes: [...definitions], columns: [...columns], nextKey };
}

/** A state at seq 0 that some commits were applied to. */
export function stateOf(commits: readonly (readonly Change[])[]): DatabaseState {
  const state = new DatabaseState();
  for (const changes of commits) applyNext(state, changes);
  return state;
}

/** Applies changes as the next commit; those of tables that do not exist (any more, or yet) are left out. */
export function applyNext(state: DatabaseState, changes: readonly Change[]): Commit {
  const fitting = changes.filter((change) => fits(change, state));
  const commit = { seq: state.seq + 1, changes: fitting };
  applyCommit(state, commit);
  return commit;
}

/** The definition of a table for tests. */
export function definitionOf(id: TableId, name = `t${id}`): TableDefinition {
  return { id, name, primaryKey: "id", descriptors: undefined, versionField: undefined, needsSchema: false, lockNumber: id };
}

function fits(change: Change, state: DatabaseState): boolean {
  if (change.type === "createTable") {
    const { id, name } = change.definition;
    return state.table(id) === undefined && state.tableNamed(name) === undefined;
  }
  if (change.type === "tableCounter") return true;
  if (change.type === "requestRows" || change.type === "cancelRows" || change.type === "releaseRows" || change.type === "releaseReplica")
    return true;
  const table = state.table(change.table);
  if (table === undefined) return false;
  if (change.type === "createIndex") return table.findIndex(change.definition.fields) === undefined;
  return change.type !== "dropIndex" || table.findIndex(change.fields) !== undefined;
}

const tableId = fc.integer({ min: 1, max: 3 });
const key: Arbitrary<Key> = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom("a", "b"));
const fields = fc.constantFrom([["v"]], [["w"]], [["v"], ["w"]]);

const change: Arbitrary<Change> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({
        table: tableId,
        key,
        v: fc.constantFrom<unknown>(0, -0, 1, 1n, null, "x", [1]),
        w: fc.option(fc.nat(2), { nil: undefined }),
      })
      .map(({ table, key: id, v, w }): Change => {
        const record = (w === undefined ? { id, v } : { id, v, w }) as StoredRecord;
        return { type: "put", table, key: id, record };
      }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("delete" as const), table: tableId, key }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("keyCounter" as const), table: tableId, nextKey: fc.integer({ min: 1, max: 40 }) }),
  },
);

const catalogChange: Arbitrary<Change> = fc.oneof(
  // An id that comes again is another table in the state that has dropped the first; names come again, too.
  fc
    .record({ id: tableId, name: fc.constantFrom("t1", "t2") })
    .map(({ id, name }): Change => ({ type: "createTable", definition: definitionOf(id, name) })),
  tableId.map((table): Change => ({ type: "dropTable", table })),
  fc
    .record({ table: tableId, fields, type: fc.constantFrom("hash" as const, "sorted" as const) })
    .map(({ table, fields: paths, type }): Change => ({
      type: "createIndex",
      table,
      definition: { fields: paths, type, unique: false, multi: false },
    })),
  fc.record({ type: fc.constant("dropIndex" as const), table: tableId, fields }),
);

/** The changes of one commit. */
export const someChanges: Arbitrary<Change[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(change, { minLength: 1, maxLength: 25 }) },
  { weight: 1, arbitrary: catalogChange.map((one) => [one]) },
);

/** A history that begins with two tables. */
export const history: Arbitrary<Change[][]> = fc
  .array(someChanges, { maxLength: 12 })
  .map((commits): Change[][] => [
    [{ type: "createTable", definition: definitionOf(1) }],
    [{ type: "createTable", definition: definitionOf(2) }],
    ...commits,
  ]);
