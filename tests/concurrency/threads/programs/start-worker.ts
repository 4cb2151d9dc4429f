import { Worker } from "node:worker_threads";
import type { DatabaseHandle } from "../../../../src/index.js";
import { Meeting } from "../../../support/meeting.js";
import type { Orders } from "./worker.js";

/** A worker that does what the order says, and where it meets its starter. */
export interface OrderedWorker {
  readonly worker: Worker;
  readonly here: Meeting;
  readonly go: Meeting;
}

export function startWorker(handle: DatabaseHandle, order: Orders["order"]): OrderedWorker {
  const [here, go] = [new Meeting(), new Meeting()];
  const workerData: Orders = { handle, order, here: here.word, go: go.word };
  return { worker: new Worker(new URL("./worker.js", import.meta.url), { workerData }), here, go };
}
