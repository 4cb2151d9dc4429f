// The database of another thread, attached here with a listener; that thread ends, and nothing is closed.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { DictDB } from "../../../../src/index.js";
import type { DatabaseHandle } from "../../../../src/index.js";

const index = JSON.stringify(new URL("../../../../src/index.js", import.meta.url).href);
const worker = new Worker(
  `(async () => {
    const { DictDB } = await import(${index});
    const db = new DictDB();
    db.createTable("items").insert({ by: "worker" });
    require("node:worker_threads").parentPort.postMessage(db.share());
  })();`,
  { eval: true },
);
const [handle] = (await once(worker, "message")) as [DatabaseHandle];
await once(worker, "exit");
const db = DictDB.attach(handle);
const items = db.getTable("items");
const heard: string[] = [];
db.on("commit", ({ origin }) => heard.push(origin));
items.insert({ by: "main" });
process.on("exit", () => console.log(JSON.stringify({ size: items.size, heard })));
