import { parentPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { DictDB } from "../../src/index.js";
import type { DatabaseOptions, ShareOptions } from "../../src/index.js";

/** Asks for a new shared database; the handle comes by `port`, and then `bell` is rung. */
export interface HomeRequest {
  readonly options: DatabaseOptions | undefined;
  readonly share: ShareOptions | undefined;
  readonly port: MessagePort;
  readonly bell: Int32Array;
}

// The thread that made a database may go on without it: the oldest are closed while others still use them.
const kept: DictDB[] = [];

/** In a worker: the thread in which databases are made that other threads attach to. */
parentPort?.on("message", ({ options, share, port, bell }: HomeRequest) => {
  const db = new DictDB(options);
  port.postMessage(db.share(share));
  Atomics.store(bell, 0, 1);
  Atomics.notify(bell, 0);
  kept.push(db);
  if (kept.length > 4) void kept.shift()?.close();
});
