// Awaits a lock that a thread holds which does not keep the process alive: the wait does.
import { DictDB } from "../../../../src/index.js";
import { startWorker } from "./start-worker.js";

const db = new DictDB();
const items = db.createTable("items");
const { worker, here, go } = startWorker(db.share(), "hold");
here.waitFor(1);
worker.unref();
const entered = items.lock.write(() => items.size, { timeoutMs: Infinity });
go.arrive();
console.log(JSON.stringify({ size: await entered }));
