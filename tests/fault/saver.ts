/*
 * The process that tests kill: it saves and backs up in a loop, into the folder that is its argument. Two tables hold a constant total, whatever is
 * seen of them at one moment. It writes a line before and after each thing that it does, with the seq that is durable from then on.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { BackupManager, DictDB } from "../../src/index.js";

const [, , folder, seed] = process.argv as unknown as [string, string, string, string];

function say(what: string, seq: number): void {
  writeSync(1, `${what} ${seq}\n`);
}

const restored = await BackupManager.restore(join(folder, "backups")).catch(() => undefined);
const db = restored?.db ?? new DictDB();
const left = db.createTable<{ id: number; n: number }>("left", { ifNotExists: true });
const right = db.createTable<{ id: number; n: number; at: number }>("right", { ifNotExists: true });
const marks = db.createTable<{ id: string; seq: number }>("marks", { ifNotExists: true });
if (left.size === 0) left.insert({ id: 1, n: 1_000_000 });
const backup = new BackupManager(db, join(folder, "backups"), {
  maxDeltasBeforeFull: 4,
  keep: 8,
  format: Number(seed) % 2 === 0 ? "json" : "msgpack",
});
say("restored", restored?.seq ?? 0);

for (let i = 0; ; i++) {
  for (let transfers = 0; transfers < 20; transfers++) {
    db.atomic(() => {
      const n = (i % 5) + 1;
      left.update((one) => ({ n: one.n - n }), 1);
      right.insert({ n, at: i });
      if (right.size > 300) {
        const old = right.first({ orderBy: "id" })!;
        right.delete(old.id);
        left.update((one) => ({ n: one.n + old.n }), 1);
      }
      marks.upsert({ id: "now", seq: db.seq + 1 });
    });
  }
  const { seq } = db;
  if (i % 3 === 0) {
    const name = i % 2 === 0 ? "saved.json" : "saved.msgpack";
    say(`saving ${name}`, seq);
    await db.save(join(folder, name));
    say(`saved ${name}`, seq);
  } else {
    say("backing-up", seq);
    const made = await backup.backupNow();
    say("backed-up", made.seq);
  }
}
