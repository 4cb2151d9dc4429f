import { parentPort, workerData } from "node:worker_threads";
import { setTimeout } from "node:timers/promises";
import type { DatabaseHandle } from "../../../src/index.js";
import { WaitMeter } from "../run-delay.js";
import { deedOf, digestOf, doDeed, openEstate } from "./deeds.js";

export interface SurvivorInput {
  readonly library: string;
  readonly handle: DatabaseHandle;
  /** Its number among the owners of records. */
  readonly owner: number;
  readonly seed: number;
  /** How many deeds have returned, by owner. */
  readonly acks: Int32Array;
  /** 1 when nobody dies any more. */
  readonly stop: Int32Array;
}

export interface SurvivorOutput {
  readonly digest: string;
  /** The longest that one deed took, in milliseconds, without waits for a processor; and the longest such wait. */
  readonly longest: number;
  readonly longestDelay: number;
}

// The whole of a worker thread that lives among those that die.
const { library, handle, owner, seed, acks, stop } = workerData as SurvivorInput;
const { DictDB } = (await import(library)) as typeof import("../../../src/index.js");
const db = DictDB.attach(handle);
const estate = openEstate(db);
const meter = new WaitMeter();
for (let n = 0; Atomics.load(stop, 0) === 0; n++) {
  const deed = deedOf(seed, owner, n);
  meter.measure(() => doDeed(estate, owner, deed, () => undefined));
  Atomics.store(acks, owner, n + 1);
  // Not without a pause, so that the dying have processors, too.
  if (n % 50 === 0) await setTimeout(4);
}
parentPort?.once("message", () => {
  const output: SurvivorOutput = { digest: digestOf(estate), longest: meter.longest, longestDelay: meter.longestDelay };
  parentPort?.postMessage(output);
  void db.close();
});
parentPort?.postMessage("stopped");
