// One worker thread of a peer: it does what messages ask, one after the other, and answers each.
import { parentPort, workerData } from "node:worker_threads";
import { setImmediate } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import { collectGarbage } from "../work/timing.mjs";
import { watchHolds, writeThroughCompactions } from "./compaction.mjs";
import { Mixer } from "./mix.mjs";
import { loadThreadPeer } from "./peers/peer.mjs";
import { spin, writeAndWait } from "./visibility.mjs";

/** @typedef {{ name: string, handle: any, thread: number, size: number }} WorkerInput */
/**
 * @typedef {{ task: "open" | "mixer" | "written" }
 *   | { task: "mix", percent: number, ms: number, gate: Int32Array, threads: number }
 *   | { task: "watch holds", stop: Int32Array }
 *   | { task: "write through compactions", stop: Int32Array, size: number, compactions: number, limitMs: number }
 *   | { task: "write", words: Int32Array, times: BigInt64Array }
 *   | { task: "spin", words: Int32Array, times: BigInt64Array }} ThreadTask
 */

const { name, handle, thread, size } = /** @type {WorkerInput} */ (workerData);
const peer = await loadThreadPeer(name);
/** @type {import("./peers/peer.mjs").ThreadStore} */
let store;
/** @type {Mixer} */
let mixer;

/** @param {ThreadTask} task */
async function perform(task) {
  switch (task.task) {
    case "open":
      return open();
    case "mixer":
      mixer = new Mixer(store, thread, size);
      return undefined;
    case "mix":
      meet(task.gate, task.threads);
      return mixer.run(task.percent, task.ms);
    case "written":
      return mixer.written;
    case "watch holds":
      return watchHolds(probe(), task.stop);
    case "write through compactions":
      return writeThroughCompactions(store, probe(), task.stop, task);
    case "write":
      return writeAndWait(store, task.words, task.times);
    case "spin":
      return spin(store, task.words, task.times);
    default:
      throw new Error("unknown task");
  }
}

/** @returns {Promise<{ ms: number, bytes: number }>} how long opening took, up to the first read, and what this thread holds on to for it */
async function open() {
  const before = await bytesInUse();
  const begin = performance.now();
  store = await peer.open(handle);
  const found = store.get(size);
  const ms = performance.now() - begin;
  if (found.id !== size) throw new Error(`the record with the key ${size} has ${found.id}`);
  return { ms, bytes: (await bytesInUse()) - before };
}

/** Of this thread alone; memory that threads share does not count as any one's own. */
async function bytesInUse() {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await setImmediate();
  }
  return getHeapStatistics().used_heap_size;
}

function probe() {
  if (peer.probe === undefined) throw new Error(`${peer.title} has no compactions`);
  return peer.probe(handle);
}

/** Begins when all threads are there. @param {Int32Array} gate @param {number} threads */
function meet(gate, threads) {
  Atomics.add(gate, 0, 1);
  while (Atomics.load(gate, 0) < threads);
}

parentPort?.on("message", (/** @type {ThreadTask} */ task) => {
  perform(task).then(
    (value) => parentPort?.postMessage({ value }),
    (error) => parentPort?.postMessage({ error: error.stack ?? String(error) }),
  );
});
