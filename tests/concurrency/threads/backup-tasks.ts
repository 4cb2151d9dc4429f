import { BackupManager } from "../../../src/index.js";
import type { DictDB } from "../../../src/index.js";

/** Moves amounts from one table to another, so that the total stays what it is; answers how often. */
export function transfer(db: DictDB, count: number): number {
  const left = db.getTable<{ id: number; n: number }>("left");
  const right = db.getTable<{ id: number; n: number }>("right");
  for (let i = 0; i < count; i++) {
    db.atomic(() => {
      const { id } = left.first({ where: left.fields.n.gt(0) })!;
      left.update((one) => ({ n: one.n - 1 }), id);
      right.insert({ n: 1 });
      if (i % 5 === 0) right.delete(right.first({ orderBy: "id" })!.id);
      if (i % 5 === 0) left.update((one) => ({ n: one.n + 1 }), id);
    });
  }
  return count;
}

/** Backs up from this thread, a full backup and then so many deltas. */
export async function backUp(db: DictDB, folder: string, deltas: number): Promise<string[]> {
  const backup = new BackupManager(db, folder, { backupIntervalMs: Infinity, maxDeltasBeforeFull: 100, keep: 100 });
  const kinds: string[] = [(await backup.backupNow()).kind];
  for (let i = 0; i < deltas; i++) {
    kinds.push((await backup.backupNow()).kind);
    await new Promise(setImmediate);
  }
  await backup.stop();
  return kinds;
}

/** Saves from this thread. */
export async function save(db: DictDB, path: string): Promise<void> {
  await db.save(path);
}
