import { parentPort, workerData } from "node:worker_threads";
import { DictDB } from "../../src/index.js";
import type { DatabaseHandle } from "../../src/index.js";

/** A record to insert, or nothing: to read only. */
export type ShapeRequest = Readonly<Record<string, unknown>> | undefined;

// The whole of a worker thread: inserts what it is told to, and answers with the records that are not large, or with the error.
const db = DictDB.attach(workerData as DatabaseHandle);
parentPort!.on("message", (record: ShapeRequest) => {
  try {
    const table = db.getTable("shapes");
    if (record !== undefined) table.insert(record);
    parentPort!.postMessage(table.select({ where: (found) => found.large === undefined, orderBy: "id" }));
  } catch (error) {
    parentPort!.postMessage(String(error));
  }
});
