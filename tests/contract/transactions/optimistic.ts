import { describe, expect, it } from "@jest/globals";
import { sum } from "../../../src/index.js";
import type { DictDB, Table } from "../../../src/index.js";
import { rejection } from "../../support/rejection.js";
import type { OpenDatabase } from "../table/database.js";
import { others, outside, upTo } from "./database.js";

interface Reading {
  id: number;
  partition: string;
  value: number;
}

/** Many writers and readers of one data set, none of whom locks anything: the work of table formats with optimistic commits. */
export function optimisticContract(open: OpenDatabase): void {
  const world = (): { db: DictDB; readings: Table<Reading> } => {
    const db = open();
    const readings = db.createTable<Reading>("readings");
    readings.createIndex("partition");
    return { db, readings };
  };

  describe("optimistic commits", () => {
    it("append without conflicts, and detect what replaces what somebody has read", async () => {
      const { db, readings } = world();
      const append = (partition: string, value: number): Promise<number> =>
        db.transaction(async (tx) => {
          await others();
          return tx.getTable(readings).insert({ partition, value });
        });
      await Promise.all(upTo(20).map((value) => append("a", value)));
      expect(readings.size).toBe(20);
      expect(db.stats().conflicts).toBe(0);

      const compaction = db.begin();
      const table = compaction.getTable(readings);
      const { total } = table.aggregate({ total: sum("value") }, { where: { partition: "a" } });
      table.delete({ where: { partition: "a" } });
      table.insert({ partition: "a", value: total! });
      await append("a", 1_000); // would be lost in the sum, and must not be
      expect(await rejection(compaction.commit())).toMatchObject({
        code: "CONCURRENT_MODIFICATION",
        details: { table: "readings", seq: db.seq },
      });
      expect(readings.size).toBe(21);
    });

    it("retry with growing, jittered pauses until the work is done", async () => {
      const { db, readings } = world();
      readings.insert({ id: 1, partition: "total", value: 0 });
      await Promise.all(
        upTo(8).map((value) =>
          db.transaction(
            async (tx) => {
              const table = tx.getTable(readings);
              const total = table.get(1)!.value;
              await others();
              table.insert({ partition: "a", value });
              table.update({ value: total + value }, 1);
            },
            { retries: 1_000 },
          ),
        ),
      );
      expect(readings.get(1)!.value).toBe(36);
      expect(readings.count({ partition: "a" })).toBe(8);
      const { conflicts, retries } = db.stats();
      expect(retries).toBeGreaterThan(0);
      expect(conflicts).toBe(retries);
    });

    it("write batches whole or not at all", async () => {
      const { db, readings } = world();
      const batch = upTo(100).map((value) => ({ partition: "b", value }));
      const unreadable = {
        partition: "b",
        get value(): number {
          throw new RangeError("unreadable");
        },
      };
      const bad = db.transaction((tx) => {
        tx.getTable(readings).insert(batch);
        tx.getTable(readings).insert([...batch, unreadable]);
      });
      expect(await rejection(bad)).toBeInstanceOf(RangeError);
      expect(readings.size).toBe(0);
      const { seq } = db;
      await db.transaction((tx) => {
        for (let i = 0; i < 100; i += 10) tx.getTable(readings).insert(batch.slice(i, i + 10));
      });
      expect(readings.size).toBe(100);
      expect(db.seq).toBeGreaterThan(seq);
    });

    it("let a reader see one moment while writers go on", async () => {
      const { db, readings } = world();
      readings.insert([
        { id: 1, partition: "a", value: 100 },
        { id: 2, partition: "b", value: 0 },
      ]);
      const state = { writing: true };
      const writer = (async () => {
        for (let i = 0; i < 50; i++) {
          await db.transaction((tx) => {
            const table = tx.getTable(readings);
            table.update(({ value }) => ({ value: value - 1 }), 1);
            table.update(({ value }) => ({ value: value + 1 }), 2);
          });
          await others();
        }
        state.writing = false;
      })();
      let moments = 0;
      while (state.writing) {
        await db.transaction(async (tx) => {
          const table = tx.getTable(readings);
          const first = table.get(1)!.value;
          await others();
          expect(first + table.get(2)!.value).toBe(100);
          expect(table.aggregate({ all: sum("value") })).toEqual({ all: 100 });
        });
        using snapshot = db.snapshot();
        expect(snapshot.getTable(readings).aggregate({ all: sum("value") })).toEqual({ all: 100 });
        moments++;
      }
      await writer;
      expect(moments).toBeGreaterThan(3);
      expect(db.stats().conflicts).toBe(0);
    });

    it("keep writers of different partitions apart", async () => {
      const { db, readings } = world();
      const partitions = ["a", "b", "c", "d"];
      readings.insert(partitions.flatMap((partition) => upTo(5).map((value) => ({ partition, value }))));
      await Promise.all(
        partitions.map(async (partition) => {
          for (let i = 0; i < 10; i++) {
            await db.transaction(
              async (tx) => {
                const table = tx.getTable(readings);
                const rows = table.select({ where: { partition } });
                await others();
                table.delete({ where: { partition } });
                table.insert(rows.map(({ value }) => ({ partition, value: value + 1 })));
              },
              { retries: 0 },
            );
          }
        }),
      );
      expect(readings.aggregate({ all: sum("value") })).toEqual({ all: 4 * (15 + 50) });
      expect(db.stats().conflicts).toBe(0);
    });

    it("can be watched: the rate of conflicts is a difference of figures", async () => {
      const { db, readings } = world();
      readings.insert({ id: 1, partition: "a", value: 0 });
      const before = db.stats();
      let runs = 0;
      await db.transaction((tx) => {
        const table = tx.getTable(readings);
        table.update({ value: table.get(1)!.value + 1 }, 1);
        if (++runs <= 3) outside(() => readings.update({ value: runs * 10 }, 1));
      });
      const after = db.stats();
      expect([after.conflicts - before.conflicts, after.retries - before.retries, after.commits - before.commits]).toEqual([3, 3, 4]);
      expect(readings.get(1)!.value).toBe(31);
    });
  });
}
