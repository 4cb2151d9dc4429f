import { describe, expect, it } from "@jest/globals";
import type { DictDB, TableWriter } from "../../../src/index.js";
import type { OpenDatabase } from "../table/database.js";

interface Item {
  id: number;
  n?: number;
}

/** What a unit may do with keys that it gives up before its commit; with the key that comes next. */
const uses: Readonly<Record<string, readonly [(items: TableWriter<Item>) => unknown, next: number]>> = {
  "an automatic key": [(items) => items.delete(items.insert({})), 4],
  "many of them": [(items) => items.insert([{}, {}, {}]).map((key) => items.delete(key)), 6],
  "a key that was named": [(items) => [items.insert({ id: 100 }), items.delete(100)], 101],
  "a key of an upsert": [(items) => [items.upsert({ id: 100 }), items.clear()], 101],
  "the higher one of two": [(items) => [items.insert([{ id: 50 }, { id: 100 }]), items.delete(100)], 101],
  "the lower one of two": [(items) => [items.insert([{ id: 50 }, { id: 100 }]), items.delete(50)], 101],
  "a key that is no whole number": [(items) => [items.insert({ id: 7.5 }), items.delete(7.5)], 3],
};

/** Keys that a unit of work has used count as used, though nothing is left of their records. */
export function usedKeysContract(open: OpenDatabase): void {
  const world = (): DictDB => {
    const db = open();
    db.createTable<Item>("items").insert([{}, {}]);
    return db;
  };

  describe("keys that a unit of work has used and given up", () => {
    it.each(Object.entries(uses))("are not assigned again: %s", async (_name, [use, next]) => {
      const plain = world().getTable<Item>("items");
      use(plain);
      expect(plain.insert({})).toBe(next);

      const db = world();
      const items = db.getTable<Item>("items");
      db.atomic(() => void use(items));
      expect(items.insert({})).toBe(next);

      const inner = world();
      inner.atomic(() => inner.atomic(() => void use(inner.getTable<Item>("items"))));
      expect(inner.getTable<Item>("items").insert({})).toBe(next);

      // A transaction may have kept more keys than it has used.
      const other = world();
      await other.transaction((tx) => void use(tx.getTable<Item>("items")));
      expect(other.getTable<Item>("items").insert({})).toBeGreaterThanOrEqual(next);
    });

    it("are as they were where the unit failed", () => {
      const db = world();
      const items = db.getTable<Item>("items");
      const failing = (): void => {
        items.insert({ id: 100 });
        throw new RangeError("no");
      };
      expect(() => db.atomic(failing)).toThrow("no");
      db.atomic(() => {
        expect(() => db.atomic(failing)).toThrow("no");
        items.update({ n: 1 }, 1);
      });
      expect(items.insert({})).toBe(3);
    });

    it("are not used by a transaction that had kept them for itself", async () => {
      const db = world();
      const events: number[] = [];
      db.on("commit", ({ seq, changes }) => void (changes.length > 0 && events.push(seq)));
      const first = db.begin();
      const items = first.getTable<Item>("items");
      const key = items.insert({});
      await db.transaction((tx) => {
        const other = tx.getTable<Item>("items");
        other.insert({ id: key });
        other.delete(key);
      });
      const before = events.length;
      await expect(first.commit()).rejects.toMatchObject({ code: "CONCURRENT_MODIFICATION" });
      expect(events.length).toBe(before);
      expect(await db.transaction((tx) => tx.getTable<Item>("items").insert({}))).toBeGreaterThan(key);
    });
  });
}
