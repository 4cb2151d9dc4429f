import { expect, it, describe } from "@jest/globals";
import { BackupManager } from "../../../src/index.js";
import type { DictDB } from "../../../src/index.js";
import { collectGarbage } from "../../support/garbage.js";
import { tempFolder } from "../../support/temp-folder.js";
import type { OpenDatabase } from "./database.js";

interface Item {
  id: number;
  v: string;
}

/** Stored records, as weakly held as can be. */
type Refs = readonly WeakRef<object>[];

function refsOf(db: DictDB, name: string): Refs {
  const table = db.getTable<Item>(name);
  return table.select({ columns: ["id"] }).map(({ id }) => new WeakRef(table.get(id, { copy: false, mustMatch: true })));
}

const left = (refs: Refs): number => refs.filter((ref) => ref.deref() !== undefined).length;

function fill(db: DictDB, name: string): Refs {
  db.createTable<Item>(name).insert([{ v: `${name} one` }, { v: `${name} two` }, { v: `${name} three` }]);
  return refsOf(db, name);
}

/** A database with everything that can hold records of it, and what is kept: all that a user can have in hand. */
async function everyHandle(db: DictDB): Promise<{ readonly refs: Refs; readonly kept: readonly unknown[] }> {
  const refs = [...fill(db, "changed"), ...fill(db, "dropped")];
  const table = db.getTable<Item>("changed");
  const dropped = db.getTable<Item>("dropped");
  table.createIndex("v", { type: "sorted" });
  table.select({ where: { v: "changed two" } });
  const off = db.on("commit", () => undefined);
  const backup = new BackupManager(db, tempFolder());
  await backup.backupFull();
  const early = db.snapshot();
  const tx = db.begin();
  tx.getTable(table).select({ where: { v: "changed one" } });
  tx.getTable(table).insert({ v: "of the transaction" });
  table.update({ v: "new" }, { where: (record) => record.id > 0 });
  const late = db.snapshot();
  const readers = [early.getTable<Item>("changed"), early.getTable<Item>("dropped"), late.getTable<Item>("changed")];
  refs.push(...refsOf(db, "changed"));
  table.delete(2);
  db.dropTable(dropped);
  for (const reader of readers) reader.all();
  await backup.backupDelta();
  return { refs, kept: [db, table, dropped, off, backup, early, late, tx, ...readers] };
}

export function lettingGoContract(open: OpenDatabase): void {
  describe("records", () => {
    it("are let go of by a database that was closed, whatever is kept of it", async () => {
      const db = open();
      const { refs, kept } = await everyHandle(db);
      await collectGarbage();
      expect(left(refs)).toBeGreaterThanOrEqual(9);
      await db.close();
      await collectGarbage();
      expect([left(refs), kept.length]).toEqual([0, 11]);
    });

    it("are let go of by a table that was dropped, once no snapshot shows it", async () => {
      const db = open();
      const refs = fill(db, "t");
      const kept = db.getTable("t");
      const snapshot = db.snapshot();
      db.dropTable("t");
      db.createTable("t");
      const younger = db.snapshot();
      await collectGarbage();
      expect(left(refs)).toBe(3);
      expect(snapshot.getTable("t").size).toBe(3);
      snapshot.close();
      await collectGarbage();
      expect(left(refs)).toBe(0);
      expect([kept.name, younger.getTable("t").size]).toEqual(["t", 0]);
    });

    it("are let go of where the younger of two snapshots alone showed the table", async () => {
      const db = open();
      const older = db.snapshot();
      const refs = fill(db, "t");
      const kept = db.getTable("t");
      const younger = db.snapshot();
      db.dropTable(kept);
      db.createTable("t");
      expect([older, younger].map((snapshot) => countIn(snapshot))).toEqual([undefined, 3]);
      younger.close();
      await collectGarbage();
      expect([left(refs), countIn(older), kept.name]).toEqual([0, undefined, "t"]);
    });
  });
}

function countIn(snapshot: ReturnType<DictDB["snapshot"]>): number | undefined {
  try {
    return snapshot.getTable("t").size;
  } catch {
    return undefined; // it has no such table
  }
}
