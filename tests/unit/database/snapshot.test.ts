import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DictDB } from "../../../src/index.js";
import type { Table } from "../../../src/index.js";
import { runs } from "../../support/arbitraries.js";

interface Thing {
  id: number;
  n: number;
  tags?: string[];
}

/** The garbage collector, on demand. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

describe("a snapshot", () => {
  it("that is forgotten is closed, and what it kept is freed", async () => {
    const db = new DictDB();
    const things = db.createTable<Thing>("things");
    things.insert(Array.from({ length: 100 }, (_, n) => ({ n })));
    const collect = collector();
    (() => void db.snapshot().getTable(things).get(1))();
    things.update({ n: 0 }, { where: things.fields.n.gte(0) });
    expect(db.stats()).toMatchObject({ openSnapshots: 1, snapshotImages: 100 });
    for (let turn = 0; turn < 200 && db.stats().openSnapshots > 0; turn++) {
      collect();
      await nextTurn();
    }
    expect(db.stats()).toMatchObject({ openSnapshots: 0, snapshotImages: 0 });
  });

  it("that somebody reads from stays open", async () => {
    const db = new DictDB();
    const things = db.createTable<Thing>("things");
    things.insert({ n: 1 });
    const collect = collector();
    const reader = (() => db.snapshot().getTable(things))();
    things.update({ n: 2 }, 1);
    for (let turn = 0; turn < 10; turn++) {
      collect();
      await nextTurn();
    }
    expect(reader.get(1)).toEqual({ id: 1, n: 1 });
  });

  it("costs the same to open, however many records there are", () => {
    const timeOf = (size: number): number => {
      const db = new DictDB();
      db.createTable<Thing>("things").insert(Array.from({ length: size }, (_, n) => ({ n })));
      const times = Array.from({ length: 21 }, () => {
        const began = performance.now();
        for (let i = 0; i < 200; i++) db.snapshot().close();
        return performance.now() - began;
      });
      return times.sort((a, b) => a - b)[10]!;
    };
    timeOf(1_000);
    // A copy of the list of records alone would take hundreds of times as long.
    expect(timeOf(300_000)).toBeLessThan(20 * timeOf(1_000) + 5);
  });

  it("keeps what changes and nothing else", () => {
    const db = new DictDB();
    const things = db.createTable<Thing>("things");
    things.insert(Array.from({ length: 1_000 }, (_, n) => ({ n })));
    using first = db.snapshot();
    for (let i = 0; i < 50; i++) things.update({ n: i }, (i % 5) + 1);
    using second = db.snapshot();
    things.delete(1);
    things.insert({ id: 5_000, n: 1 });
    expect(db.stats().snapshotImages).toBe(7);
    expect([first.getTable(things).size, second.getTable(things).size, things.size]).toEqual([1_000, 1_000, 1_000]);
  });

  const step = fc.oneof(
    fc.record({ op: fc.constantFrom("update", "delete", "insert", "upsert"), key: fc.integer({ min: 1, max: 12 }), n: fc.nat(9) }),
    fc.record({ op: fc.constantFrom("open", "close", "index", "clear"), key: fc.nat(3), n: fc.nat(9) }),
  );

  it("equals a deep copy taken at its moment, with indexes and without, while writing goes on", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const db = new DictDB();
        const tables = ["bare", "indexed"].map((name) => db.createTable<Thing>(name));
        tables[1]!.createIndex("n", { type: "sorted" });
        for (const table of tables) table.insert(Array.from({ length: 8 }, (_, n) => ({ n, tags: [`t${n}`] })));
        const open: { readonly snapshot: ReturnType<DictDB["snapshot"]>; readonly copy: Map<number, Thing> }[] = [];
        for (const { op, key, n } of steps) {
          if (op === "open") open.push({ snapshot: db.snapshot(), copy: structuredClone(tables[0]!.copy()) });
          else if (op === "close") open.splice(key, 1)[0]?.snapshot.close();
          else for (const table of tables) change(table, op, key, n);
          for (const { snapshot, copy } of open) for (const table of tables) compare(snapshot.getTable(table), copy);
        }
        for (const table of tables) table.check();
      }),
      runs(150),
    );
  });
});

function change(table: Table<Thing>, op: string, key: number, n: number): void {
  if (op === "update") table.update({ n, tags: [`u${n}`] }, key);
  else if (op === "delete") table.delete(key);
  else if (op === "insert") table.insert({ n });
  else if (op === "upsert") table.upsert({ id: key, n });
  else if (op === "clear" && n === 0) table.clear();
  else if (op === "index" && table.name === "indexed") table.createIndex(["n", "id"].slice(0, (key % 2) + 1) as "n"[], { type: "sorted" });
}

function compare(
  seen: Pick<Table<Thing>, "copy" | "select" | "size" | "get" | "fields" | "count">,
  copy: ReadonlyMap<number, Thing>,
): void {
  const inOrder = [...copy.values()].sort((a, b) => a.n - b.n || a.id - b.id);
  const differs =
    seen.size !== copy.size ||
    JSON.stringify(seen.select({ orderBy: ["n", "id"] })) !== JSON.stringify(inOrder) ||
    JSON.stringify(seen.select({ where: seen.fields.n.gte(5), orderBy: ["n", "id"], limit: 3 })) !==
      JSON.stringify(inOrder.filter(({ n }) => n >= 5).slice(0, 3)) ||
    seen.count({ n: 3 }) !== inOrder.filter(({ n }) => n === 3).length ||
    [1, 5, 9].some((key) => JSON.stringify(seen.get(key)) !== JSON.stringify(copy.get(key)));
  if (differs)
    throw new Error(`the snapshot shows ${JSON.stringify(seen.select({ orderBy: ["n", "id"] }))}, not ${JSON.stringify(inOrder)}`);
}
