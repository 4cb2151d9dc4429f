import { describe, expect, it } from "@jest/globals";
import { InvariantError } from "../../../src/base/errors.js";
import type { Key, StoredRecord } from "../../../src/base/value.js";
import type { Change, TableDefinition } from "../../../src/log/commit.js";
import { applyCommit } from "../../../src/state/apply-commit.js";
import { DatabaseState } from "../../../src/state/database-state.js";
import { absent } from "../../../src/state/overlay.js";
import type { TableState } from "../../../src/state/table-state.js";

const definition = (id: number, name: string): TableDefinition => ({
  id,
  name,
  primaryKey: "id",
  descriptors: undefined,
  versionField: undefined,
  needsSchema: false,
  lockNumber: id,
});
const put = (key: Key, fields: object = {}, table = 1): Change => ({ type: "put", table, key, record: { id: key, ...fields } });
const remove = (key: Key, table = 1): Change => ({ type: "delete", table, key });

/** A state with the tables `a` (1) and `b` (2), at seq 2. */
function stateWithTables(): { state: DatabaseState; a: TableState; b: TableState; apply: (...changes: Change[]) => void } {
  const state = new DatabaseState();
  const apply = (...changes: Change[]): void => applyCommit(state, { seq: state.seq + 1, changes });
  apply({ type: "createTable", definition: definition(1, "a") });
  apply({ type: "createTable", definition: definition(2, "b") });
  return { state, a: state.tableNamed("a")!, b: state.tableNamed("b")!, apply };
}

describe("applyCommit", () => {
  it("takes commits one after the other, and no other", () => {
    const { state } = stateWithTables();
    expect(state.seq).toBe(2);
    for (const seq of [0, 1, 2, 4]) expect(() => applyCommit(state, { seq, changes: [put(1)] })).toThrow(InvariantError);
    expect([state.seq, state.tableNamed("a")!.size]).toEqual([2, 0]);
    applyCommit(state, { seq: 3, changes: [put(1)] });
    expect(state.seq).toBe(3);
  });

  it("refuses changes of a table that does not exist", () => {
    const { state, apply } = stateWithTables();
    for (const change of [put(1, {}, 9), remove(1, 9), { type: "dropTable", table: 9 } as const])
      expect(() => apply(change)).toThrow(InvariantError);
    expect(state.seq).toBe(2);
  });

  it("puts, replaces and deletes in the order of the changes", () => {
    const { a, b, apply } = stateWithTables();
    apply(put(1, { v: 1 }), put(2), put(1, { v: 2 }), remove(2), put(5, {}, 2), remove(77));
    expect([a.get(1), a.get(2), a.size, b.size]).toEqual([{ id: 1, v: 2 }, undefined, 1, 1]);
    a.check();
    b.check();
  });

  it("makes a table and fills it in one commit", () => {
    const state = new DatabaseState();
    const records = Array.from({ length: 20 }, (_, i) => put(i, { v: i }));
    const changes: Change[] = [
      { type: "createTable", definition: definition(1, "a") },
      { type: "createIndex", table: 1, definition: { fields: [["v"]], type: "hash", unique: false, multi: false } },
      ...records,
    ];
    applyCommit(state, { seq: 1, changes });
    expect(state.table(1)?.size).toBe(20);
    state.table(1)!.check();
  });

  it("raises the key counter, and never lowers it", () => {
    const { a, apply } = stateWithTables();
    apply({ type: "keyCounter", table: 1, nextKey: 10 });
    apply({ type: "keyCounter", table: 1, nextKey: 5 });
    expect([a.nextKey, a.size]).toEqual([10, 0]);
  });

  it("notes columns in the order given, behind those that are known", () => {
    const { a, apply } = stateWithTables();
    apply({ type: "columns", table: 1, names: ["y", "id", "x"] });
    expect([...a.columns]).toEqual(["id", "y", "x"]);
  });

  it("stores the very record of the change", () => {
    const { a, apply } = stateWithTables();
    const record = Object.freeze({ id: 1, v: [1] });
    apply({ type: "put", table: 1, key: 1, record });
    expect(a.get(1)).toBe(record);
  });

  it("keeps the next key above every integer key, deleted ones too", () => {
    const { a, apply } = stateWithTables();
    expect(a.nextKey).toBe(1);
    apply(put(7), put("90"), put(8.5), put(-3), put(1e300));
    expect(a.nextKey).toBe(8);
    apply(remove(7));
    expect(a.nextKey).toBe(8);
    apply(put(2 ** 53 - 1));
    expect(a.nextKey).toBe(2 ** 53);
  });

  it("notes columns as they first appear, and keeps them", () => {
    const { a, apply } = stateWithTables();
    apply(put(1, { x: 1 }), put(2, { y: 1, x: 2 }), remove(2));
    expect([...a.columns]).toEqual(["id", "x", "y"]);
  });

  it("uses the slots of deleted records again, and then stands out of key order until it is empty", () => {
    const { a, apply } = stateWithTables();
    apply(put(1), put(2), put(3));
    expect(a.inKeyOrder).toBe(true);
    apply(remove(2), put(4));
    expect([a.inKeyOrder, a.records.length, a.slotOf(4)]).toEqual([false, 3, 1]);
    apply(remove(1), remove(3), remove(4));
    expect([a.inKeyOrder, a.records.length]).toEqual([true, 0]);
    apply(put(9), put(8));
    expect(a.inKeyOrder).toBe(false);
    a.check();
  });

  it("keeps up every index, with few changes and with many", () => {
    for (const count of [3, 15, 16, 17, 1_000]) {
      const { a, apply } = stateWithTables();
      apply({ type: "createIndex", table: 1, definition: { fields: [["v"]], type: "sorted", unique: false, multi: false } });
      apply({ type: "createIndex", table: 1, definition: { fields: [["v"]], type: "hash", unique: false, multi: false } });
      apply({ type: "createIndex", table: 1, definition: { fields: [["tags"]], type: "hash", unique: false, multi: true } });
      const keys = Array.from({ length: count }, (_, i) => i);
      apply(...keys.map((key) => put(key, { v: key % 3, tags: [key % 2] })));
      a.check();
      // Puts of new and of old records, and deletes, in one commit.
      apply(...keys.flatMap((key) => [put(key + count, { v: key }), key % 2 === 0 ? put(key, { v: 9 }) : remove(key)]));
      a.check();
      apply(...keys.slice(0, count - 1).map((key) => remove(key + count)));
      a.check();
      expect(a.indexes.map(({ entries }) => entries)).toEqual([a.size, a.size, 0]);
    }
  });

  it("puts, deletes and puts one key in one commit of many", () => {
    const { a, apply } = stateWithTables();
    apply({ type: "createIndex", table: 1, definition: { fields: [["v"]], type: "sorted", unique: false, multi: false } });
    const others = Array.from({ length: 20 }, (_, i) => put(i, { v: i }));
    apply(...others, put("x", { v: 1 }), put("x", { v: 2 }), remove("x"), put("x", { v: 3 }), remove(0), put(0, { v: 5 }));
    expect([a.size, a.get("x"), a.get(0)]).toEqual([21, { id: "x", v: 3 }, { id: 0, v: 5 }]);
    a.check();
  });

  it("builds an index over what is there, and drops it", () => {
    const { a, apply } = stateWithTables();
    apply(put(1, { v: 1 }), put(2, { v: 2 }), put(3), remove(2));
    const fields = [["v"], ["w", "x"]];
    apply({ type: "createIndex", table: 1, definition: { fields, type: "sorted", unique: false, multi: false } });
    expect(a.findIndex(fields)?.type).toBe("sorted");
    expect(a.indexes.map(({ entries }) => entries)).toEqual([2]);
    expect(a.findIndex([["v"]])).toBeUndefined();
    a.check();
    apply({ type: "dropIndex", table: 1, fields });
    expect(a.indexes).toEqual([]);
  });

  it("tells its observer of each record, before and after", () => {
    const { state, apply } = stateWithTables();
    apply(put(1, { v: 1 }));
    const seen: (readonly [string, Key, StoredRecord | undefined, StoredRecord | undefined])[] = [];
    let ends = 0;
    applyCommit(
      state,
      { seq: 4, changes: [put(1, { v: 2 }), put(2), remove(1), put(1, {}, 2)] },
      {
        note: (index, table, ...images) => (seen[index] = [table.definition.name, ...images]),
        end: () => ends++,
      },
    );
    expect(ends).toBe(1);
    expect(seen).toEqual([
      ["a", 1, { id: 1, v: 1 }, { id: 1, v: 2 }],
      ["a", 2, undefined, { id: 2 }],
      ["a", 1, { id: 1, v: 2 }, undefined],
      ["b", 1, undefined, { id: 1 }],
    ]);
  });

  it("never gives a table the id of one that was dropped", () => {
    const { state, a, apply } = stateWithTables();
    apply({ type: "dropTable", table: 2 });
    expect([state.tableNamed("b"), state.table(2), state.nextTableId]).toEqual([undefined, undefined, 3]);
    apply({ type: "createTable", definition: definition(state.nextTableId, "b") });
    expect(state.tableNamed("b")?.definition.id).toBe(3);
    expect([...state.tables]).toEqual([a, state.tableNamed("b")]);
  });
});

describe("the snapshots that are open when a commit is applied", () => {
  it("get the first image of each key since they were opened, and none before that", () => {
    const { state, apply } = stateWithTables();
    apply(put(1, { v: 1 }), put(2, { v: 1 }));
    const early = state.openSnapshot();
    apply(put(1, { v: 2 }), put(3));
    const late = state.openSnapshot();
    apply(put(1, { v: 3 }), remove(2), remove(3));
    const imagesOf = (snapshot: typeof early): unknown => [...snapshot.overlayOf(1).images()];
    expect(imagesOf(early)).toEqual([
      [1, { id: 1, v: 1 }],
      [3, absent],
      [2, { id: 2, v: 1 }],
    ]);
    expect(imagesOf(late)).toEqual([
      [1, { id: 1, v: 2 }],
      [2, { id: 2, v: 1 }],
      [3, { id: 3 }],
    ]);
    expect([early.seq, late.seq, early.images, late.images]).toEqual([3, 4, 3, 3]);
  });

  it("get nothing any more once they are closed", () => {
    const { state, apply } = stateWithTables();
    const snapshot = state.openSnapshot();
    snapshot.close();
    snapshot.close();
    apply(put(1));
    expect([snapshot.images, state.snapshots.size]).toEqual([0, 0]);
  });

  it("get an image of a key that is deleted without being there", () => {
    const { state, apply } = stateWithTables();
    const snapshot = state.openSnapshot();
    apply(remove(5));
    expect([...snapshot.overlayOf(1).images()]).toEqual([[5, absent]]);
  });

  it("remember what a table's name stood for", () => {
    const { state, a, apply } = stateWithTables();
    const snapshot = state.openSnapshot();
    apply({ type: "dropTable", table: 1 });
    apply({ type: "createTable", definition: definition(3, "a") });
    apply({ type: "createTable", definition: definition(4, "c") });
    expect(snapshot.tableNamed("a", state.tableNamed("a"))).toBe(a);
    expect(snapshot.tableNamed("b", state.tableNamed("b"))).toBe(state.tableNamed("b"));
    expect(snapshot.tableNamed("c", state.tableNamed("c"))).toBeUndefined();
    expect(a.dropped).toBe(true);
  });
});

describe("check() of a table", () => {
  const broken: readonly (readonly [string, (a: TableState) => void])[] = [
    ["a record that was taken out", (a) => void ((a.records as unknown[])[0] = undefined)],
    ["a record under another key", (a) => void (a.records[0] = { id: 99 })],
    ["a record too many", (a) => void a.records.push({ id: 99 })],
    ["a column that was never noted", (a) => void (a.records[0] = { id: 1, unheard: 1 })],
    ["records that swapped their slots", (a) => void a.records.reverse()],
    ["an index that misses a change", (a) => void (a.records[0] = { id: 1, v: 5 })],
  ];

  it.each(broken)("notices %s", (_what, damage) => {
    const { a, apply } = stateWithTables();
    apply({ type: "createIndex", table: 1, definition: { fields: [["v"]], type: "hash", unique: false, multi: false } });
    apply(put(1, { v: 1 }), put(2, { v: 2 }));
    a.check();
    damage(a);
    expect(() => a.check()).toThrow(InvariantError);
  });
});
