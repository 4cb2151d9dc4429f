// A shared database, a listener, an open snapshot, and a worker that has written and ended. Nothing is closed.
import { once } from "node:events";
import { DictDB } from "../../../../src/index.js";
import { startWorker } from "./start-worker.js";

const db = new DictDB();
const items = db.createTable("items");
const heard: string[] = [];
db.on("commit", ({ origin }) => heard.push(origin));
const { worker } = startWorker(db.share(), "write");
const [code] = (await once(worker, "exit")) as [number];
items.insert({ by: "main" });
db.snapshot();
process.on("exit", () => console.log(JSON.stringify({ code, size: items.size, heard })));
