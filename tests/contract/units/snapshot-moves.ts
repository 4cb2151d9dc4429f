import { describe, expect, it } from "@jest/globals";
import type { DictDB, Isolation, Table, TxTable } from "../../../src/index.js";
import type { OpenDatabase } from "../table/database.js";
import { isolations, outcome } from "../transactions/database.js";

interface Member {
  id: number;
  email?: string | undefined;
}

/** What a transaction has buffered before its snapshot moves, and what others commit meanwhile that clashes with it. */
const clashes: Readonly<
  Record<string, readonly [buffer: (table: TxTable<Member>) => unknown, meanwhile: (table: Table<Member>) => unknown]>
> = {
  "the value of an insert": [(table) => table.insert({ email: "new" }), (table) => table.insert({ email: "new" })],
  "the value of one of many inserts": [
    (table) => table.insert([{ email: "x" }, { email: "new" }]),
    (table) => table.update({ email: "new" }, 2),
  ],
  "the value of an update": [(table) => table.update({ email: "new" }, 1), (table) => table.insert({ email: "new" })],
  "the value of an update by condition": [
    (table) => table.update({ email: "new" }, { where: { email: "b" } }),
    (table) => table.update({ email: "new" }, 1),
  ],
  "the value of an upsert": [(table) => table.upsert({ id: 9, email: "new" }), (table) => table.insert({ email: "new" })],
  "a value that was free for an insert that was given up": [
    (table) => table.delete(table.insert({ email: "new" })),
    (table) => table.insert({ email: "new" }),
  ],
  "the key of an insert": [(table) => table.insert({ id: 50 }), (table) => table.insert({ id: 50 })],
  "the key of an upsert": [(table) => table.upsert({ id: 50 }), (table) => table.upsert({ id: 50, email: "x" })],
  "a record that was updated": [(table) => table.update({ email: "new" }, 1), (table) => table.update({ email: "c" }, 1)],
  "a record that was deleted": [(table) => table.delete(1), (table) => table.delete(1)],
  "a unique index": [(table) => table.insert({ id: 9 }), (table) => table.dropIndex("email")],
};

/** What others may do meanwhile. */
const fits: typeof clashes = {
  "another value": [(table) => table.insert({ email: "new" }), (table) => table.insert({ email: "other" })],
  "another record": [(table) => table.update({ email: "new" }, 1), (table) => table.update({ email: "c" }, 2)],
  "a value that came and went": [
    (table) => table.insert({ email: "new" }),
    (table) => {
      table.insert({ id: 9, email: "new" });
      table.delete(9);
    },
  ],
};

/** Transactions that have written before they lock rows, so that their snapshot moves under what they have written. */
export function snapshotMoveContract(open: OpenDatabase): void {
  const world = (isolation: Isolation): { db: DictDB; members: Table<Member>; tx: ReturnType<DictDB["begin"]>; table: TxTable<Member> } => {
    const db = open();
    const members = db.createTable<Member>("members");
    members.createIndex("email", { unique: true });
    members.insert([{ email: "a" }, { email: "b" }]);
    db.createTable("other").insert([{ n: 1 }, { n: 2 }]);
    const tx = db.begin({ isolation });
    return { db, members, tx, table: tx.getTable(members) };
  };
  const kinds = isolations.flatMap((isolation) =>
    (["selectForUpdate", "selectForShare"] as const).map((verb) => [isolation, verb] as const),
  );

  describe.each(kinds)("under isolation %s, %s moves the snapshot", (isolation, verb) => {
    // Under "snapshot" it matters only what is left to be committed.
    const relevant = Object.entries(clashes).filter(([name]) => isolation === "serializable" || !name.endsWith("given up"));

    it.each(relevant)("and what was written is checked against the new one: %s", async (_name, [buffer, meanwhile]) => {
      const { db, members, tx, table } = world(isolation);
      buffer(table);
      meanwhile(members);
      const before = members.select({ orderBy: "id" });
      const other = tx.getTable("other");
      const moved = await outcome(other[verb]({ where: { id: 1 } }).then(() => undefined));
      const committed = await outcome(tx.commit());
      expect([moved, committed]).toContainEqual(expect.objectContaining({ code: "CONCURRENT_MODIFICATION" }));
      expect(committed).not.toBe("committed");
      expect(members.select({ orderBy: "id" })).toEqual(before);
      expect(db.stats()).toMatchObject({ rowLocks: 0, openSnapshots: 0 });
    });

    it.each(relevant)("and what comes afterwards is found at the commit: %s", async (_name, [buffer, meanwhile]) => {
      const { members, tx, table } = world(isolation);
      buffer(table);
      await tx.getTable("other")[verb]({ where: { id: 1 } });
      meanwhile(members);
      await tx
        .getTable("other")
        .selectForUpdate({ where: { id: 2 } })
        .catch(() => undefined);
      expect(await outcome(tx.commit())).toMatchObject({ code: "CONCURRENT_MODIFICATION" });
    });

    it.each(Object.entries(fits))("and what fits is committed: %s", async (_name, [buffer, meanwhile]) => {
      const { members, tx, table } = world(isolation);
      buffer(table);
      meanwhile(members);
      await tx.getTable("other")[verb]({ where: { id: 1 } });
      expect(await outcome(tx.commit())).toBe("committed");
      expect(members.count({ email: "new" })).toBe(1);
    });
  });
}
