/*
 * Saves a database in both formats into the folder that is its argument, and says of each what came of it: "saved", or the code of the error. What is
 * wrong with the disk is arranged by who starts it.
 */
import { join } from "node:path";
import { BackupManager, DictDB } from "../../src/index.js";

const folder = process.argv[2]!;
const db = new DictDB();
db.createTable("t").insert(Array.from({ length: 20_000 }, (_, i) => ({ text: `record ${i} of a file that is too long for the disk` })));

async function outcome(run: () => unknown): Promise<string> {
  try {
    await run();
    return "saved";
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

const outcomes = [
  await outcome(() => db.save(join(folder, "a.json"))),
  await outcome(() => db.saveSync(join(folder, "a.msgpack"), { format: "json" })),
  await outcome(() => db.getTable("t").exportCsv(join(folder, "a.csv"))),
  await outcome(() => new BackupManager(db, join(folder, "b")).backupNow()),
];
console.log(outcomes.join(" "));
