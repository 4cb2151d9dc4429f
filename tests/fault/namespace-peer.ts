/*
 * A process that others look at: it does what the lines of its input say, and answers each with a line. Its arguments are a folder and a file in it.
 */
import { createInterface } from "node:readline";
import { DirectoryLock } from "../../src/backup/directory-lock.js";
import { DictDB } from "../../src/index.js";
import { nodeDisk, replaceDisk } from "../../src/storage/disk.js";
import { runSync } from "../../src/storage/steps.js";

const [folder, file] = process.argv.slice(2) as [string, string];
const lock = new DirectoryLock("peer", folder);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function outcome(run: () => unknown): string {
  try {
    return String(run());
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

/** Saves, and stops when everything is written and nothing durable, until there is another line. */
async function save(): Promise<string> {
  const db = new DictDB();
  db.createTable("t").insert({ who: "peer" });
  let waits = true;
  replaceDisk({
    ...nodeDisk,
    async do(call) {
      if (call[0] === "fsync" && waits) {
        waits = false;
        console.log("waiting");
        await lines.next();
      }
      return nodeDisk.do(call);
    },
  });
  return db.save(file).then(
    () => "saved",
    (error: unknown) => String((error as { code?: unknown }).code),
  );
}

console.log("ready");
for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
  if (line.value === "take") console.log(outcome(() => runSync(lock.tryTake())));
  else if (line.value === "beat") console.log(outcome(() => runSync(lock.beat())));
  else if (line.value === "save") console.log(await save());
}
process.exit();
