import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { BackupManager, DictDB } from "../../../src/index.js";
import type { Table } from "../../../src/index.js";
import { tempFolder } from "../../support/temp-folder.js";
import type { OpenDatabase } from "./database.js";

interface Item {
  id: number;
  v?: number;
}

/** What uses up keys and leaves no record that would tell: the last key that was used is 40. */
const histories: readonly (readonly [what: string, use: (items: Table<Item>, db: DictDB) => unknown])[] = [
  ["deletes of the last records", (items) => items.insert([{}, { id: 40 }]) && items.delete({ where: ({ id }) => id > 1 })],
  ["clear()", (items) => (items.insert({ id: 40 }), items.clear())],
  ["an index that was dropped", (items) => (items.createIndex("v"), items.insert({ id: 40 }), items.delete(40), items.dropIndex("v"))],
  ["an insert and a delete in one atomic()", (items, db) => db.atomic(() => (items.insert({ id: 40 }), items.delete(40)))],
  ["a transaction", (items, db) => db.transaction((tx) => (tx.getTable(items).insert({ id: 40 }), void tx.getTable(items).delete(40)))],
];

type Carry = (db: DictDB, use: () => unknown) => Promise<DictDB>;

/** What carries a table: everything is used before, or between a first state and the one that is carried. */
const carriers: readonly (readonly [what: string, carry: Carry])[] = [
  ["the database itself", async (db, use) => (await use(), db)],
  ...(["json", "msgpack"] as const).map((format): readonly [string, Carry] => [
    `a file of ${format}`,
    async (db, use) => {
      await use();
      const path = join(tempFolder(), "file");
      await db.save(path, { format });
      return DictDB.load(path);
    },
  ]),
  [
    "a full backup",
    async (db, use) => {
      await use();
      const backups = new BackupManager(db, tempFolder());
      await backups.backupFull();
      await backups.stop();
      return (await BackupManager.restore(backups.directory)).db;
    },
  ],
  [
    "a delta onto a backup of before",
    async (db, use) => {
      const backups = new BackupManager(db, tempFolder());
      await backups.backupFull();
      await use();
      await backups.backupDelta();
      await backups.stop();
      return (await BackupManager.restore(backups.directory)).db;
    },
  ],
];

export function keyCounterContract(open: OpenDatabase): void {
  describe("automatic keys", () => {
    it.each(histories.flatMap(([what, use]) => carriers.map(([where, carry]) => [what, where, use, carry] as const)))(
      "go on after %s, in %s",
      async (_what, _where, use, carry) => {
        const db = open();
        const items = db.createTable<Item>("items");
        items.insert([{}, {}]);
        const carried = await carry(db, () => use(items, db));
        expect(carried.getTable<Item>("items").insert({})).toBeGreaterThan(40);
      },
    );
  });
}
