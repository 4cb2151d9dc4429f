import { workerData } from "node:worker_threads";
import { DictDB } from "../../../../src/index.js";
import type { DatabaseHandle } from "../../../../src/index.js";
import { Meeting } from "../../../support/meeting.js";

/** What the worker of a program does. */
export interface Orders {
  readonly handle: DatabaseHandle;
  readonly order: "write" | "listen" | "hold";
  readonly here: Int32Array;
  readonly go: Int32Array;
}

const { handle, order, here, go } = workerData as Orders;
const db = DictDB.attach(handle);
const items = db.getTable("items");

// Without an order to wait for something, nothing is left to do at the end of this module, and the thread ends.
switch (order) {
  case "write":
    items.insert({ by: "worker" });
    break;
  case "listen":
    db.on("commit", () => undefined);
    new Meeting(here).arrive();
    break;
  case "hold":
    await items.lock.write(async () => {
      new Meeting(here).arrive();
      await new Meeting(go).whenHere(1);
      items.insert({ by: "worker" });
    });
}
