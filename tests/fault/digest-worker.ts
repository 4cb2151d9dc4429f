import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { DictDB } from "../../src/index.js";
import type { DatabaseHandle, DictDB as Database } from "../../src/index.js";

/** What all records of all tables come to; equal databases have equal ones. */
export function digestOf(db: Database): string {
  const hash = createHash("sha256");
  for (const name of db.listTables()) {
    const table = db.getTable(name);
    table.check();
    hash.update(JSON.stringify([name, table.columns(), table.select({ orderBy: table.primaryKey, copy: false })]));
  }
  return hash.digest("hex");
}

/** In a worker: tells what another thread sees of a database. */
if (parentPort !== null && (workerData as { digestOf?: DatabaseHandle } | null)?.digestOf !== undefined) {
  const db = DictDB.attach((workerData as { digestOf: DatabaseHandle }).digestOf);
  parentPort.postMessage(digestOf(db));
}
