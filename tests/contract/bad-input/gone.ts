import { describe, expect, it } from "@jest/globals";
import { count } from "../../../src/index.js";
import type { DictDB } from "../../../src/index.js";
import { expectRefusal } from "./refusal.js";
import type { Case, Refuses } from "./refusal.js";
import { createWorld } from "./world.js";
import type { LooseTable, World } from "./world.js";

/** Every verb of a table that needs its records. */
const tableVerbs: readonly (readonly [verb: string, call: (table: LooseTable) => unknown])[] = [
  ["size", (table) => table.size],
  ["lock", (table) => table.lock],
  ["get()", (table) => table.get(1)],
  ["has()", (table) => table.has(1)],
  ["count()", (table) => table.count()],
  ["count() of a condition", (table) => table.count({ a: 1 })],
  ["all()", (table) => table.all()],
  ["copy()", (table) => table.copy()],
  ["select()", (table) => table.select()],
  ["first()", (table) => table.first()],
  ["iterate()", (table) => table.iterate()],
  ["aggregate()", (table) => table.aggregate({ n: count() })],
  ["explain()", (table) => table.explain()],
  ["columns()", (table) => table.columns()],
  ["insert()", (table) => table.insert({ a: 1 })],
  ["insert() of many", (table) => table.insert([{ a: 1 }])],
  ["insert() of none", (table) => table.insert([])],
  ["upsert()", (table) => table.upsert({ id: 1 })],
  ["update()", (table) => table.update({ a: 1 }, 1)],
  ["update() that reaches nothing", (table) => table.update({ a: 1 }, { where: () => false })],
  ["delete()", (table) => table.delete(1)],
  ["clear()", (table) => table.clear()],
  ["createIndex()", (table) => table.createIndex("a")],
  ["dropIndex()", (table) => table.dropIndex("a")],
  ["hasIndex()", (table) => table.hasIndex("a")],
  ["indexes()", (table) => table.indexes()],
  ["indexedFields()", (table) => table.indexedFields()],
  ["check()", (table) => table.check()],
];

const databaseVerbs: readonly (readonly [verb: string, call: (world: World) => unknown])[] = [
  ["createTable()", ({ db }) => db.createTable("t")],
  ["getTable()", ({ db }) => db.getTable("users")],
  ["hasTable()", ({ db }) => db.hasTable("users")],
  ["listTables()", ({ db }) => db.listTables()],
  ["dropTable()", ({ db, real }) => db.dropTable(real.users)],
  ["atomic()", ({ db }) => db.atomic(() => 1)],
  ["snapshot()", ({ db }) => db.snapshot()],
  ["on()", ({ db }) => db.on("commit", () => 1)],
  ["stats()", ({ db }) => db.stats()],
  ["sync()", ({ db }) => db.sync()],
];

/** The verbs that a snapshot's table has. */
const readVerbs = tableVerbs
  .slice(
    0,
    tableVerbs.findIndex(([verb]) => verb === "insert()"),
  )
  .filter(([verb]) => verb !== "lock");

export function useAfterTheEnd(refuses: Refuses, makeDatabase: () => DictDB): void {
  refuses(
    "a table that was dropped",
    "TABLE_NOT_FOUND",
    tableVerbs.map(([verb, call]): Case => [verb, ({ gone }) => call(gone), 'table "gone" was dropped']),
  );
  refuses("a table that was dropped, in atomic()", "TABLE_NOT_FOUND", [
    ["read", ({ db, users, gone }) => db.atomic(() => (users.insert({}), gone.get(1))), 'table "gone" was dropped'],
    ["written", ({ db, users, gone }) => db.atomic(() => (users.insert({}), gone.insert({}))), 'table "gone" was dropped'],
  ]);
  refuses("a snapshot that was closed", "CLOSED", [
    ["getTable()", ({ real }) => closedSnapshot(real.db).getTable("users"), "the snapshot is closed"],
    ...readVerbs.map(([verb, call]): Case => [verb, ({ real }) => call(closedReader(real.db)), "the snapshot is closed"]),
  ]);

  describe("a database that was closed (CLOSED)", () => {
    const everything = [
      ...databaseVerbs,
      ...tableVerbs.map(([verb, call]) => [verb, ({ users }: World) => call(users)] as const),
      ...readVerbs.map(([verb, call]) => [`${verb} of a snapshot`, ({ real }: World) => call(snapshots.get(real.db)!)] as const),
    ];
    it.each(everything)("%s", async (_verb, call) => {
      const db = makeDatabase();
      const world = createWorld(db);
      snapshots.set(db, db.snapshot().getTable("users") as unknown as LooseTable);
      const { seq } = db;
      await db.close();
      const error: unknown = await Promise.resolve()
        .then(() => call(world))
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      expectRefusal(error, "CLOSED", / is closed$/);
      expect(db.seq).toBe(seq);
    });
  });
}

const snapshots = new WeakMap<DictDB, LooseTable>();

function closedSnapshot(db: DictDB): ReturnType<DictDB["snapshot"]> {
  const snapshot = db.snapshot();
  snapshot.close();
  return snapshot;
}

function closedReader(db: DictDB): LooseTable {
  const snapshot = db.snapshot();
  const reader = snapshot.getTable("users") as unknown as LooseTable;
  snapshot.close();
  return reader;
}
