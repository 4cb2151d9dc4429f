// A worker that listens for commits and has nothing else to do; its starter does not ask it to end.
import { once } from "node:events";
import { DictDB } from "../../../../src/index.js";
import { startWorker } from "./start-worker.js";

const db = new DictDB();
const items = db.createTable("items");
const { worker, here } = startWorker(db.share(), "listen");
const ended = once(worker, "exit");
await here.whenHere(1);
items.insert({ by: "main" });
const [code] = (await ended) as [number];
console.log(JSON.stringify({ code, size: items.size }));
