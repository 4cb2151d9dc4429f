import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { DictDB } from "../../src/index.js";
import type { DatabaseHandle, DatabaseOptions, ShareOptions } from "../../src/index.js";
import type { HomeRequest } from "./database-home.js";

let home: Worker | undefined;

/** The handle of a new database that another thread has made and keeps. */
export function databaseElsewhere(options?: DatabaseOptions, share?: ShareOptions): DatabaseHandle {
  if (home === undefined) {
    home = new Worker(new URL("./database-home.js", import.meta.url));
    home.unref();
  }
  const { port1, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const request: HomeRequest = { options, share, port: port2, bell };
  home.postMessage(request, [port2]);
  if (Atomics.wait(bell, 0, 0, 20_000) === "timed-out") throw new Error("the other thread does not answer");
  const { message } = receiveMessageOnPort(port1) as { message: DatabaseHandle };
  port1.close();
  return message;
}

/** A database that another thread has made and keeps, attached in this one. */
export function attachedDatabase(options?: DatabaseOptions, share?: ShareOptions): DictDB {
  return DictDB.attach(databaseElsewhere(options, share), options);
}
