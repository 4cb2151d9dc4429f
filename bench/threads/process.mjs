// The process of one peer and its worker threads: it does what the parent's messages ask, one after the other, and answers each.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { people } from "../work/data.mjs";
import { median } from "../report/figures.mjs";
import { checkStore } from "./mix.mjs";
import { loadThreadPeer } from "./peers/peer.mjs";

/** How many threads work at most. */
const THREADS = 2;

/**
 * @typedef {{ task: "describe" }
 *   | { task: "fill", size: number }
 *   | { task: "mix", percent: number, threads: number, ms: number }
 *   | { task: "visibility", samples: number }
 *   | { task: "compaction", compactions: number, limitMs: number }
 *   | { task: "check" }} Task
 */

const peer = await loadThreadPeer(process.argv[2]);
/** @type {import("./peers/peer.mjs").Created} */
let created;
/** @type {Thread[]} */
let threads = [];
let size = 0;

/** A worker thread, asked one task at a time. */
class Thread {
  #worker;

  /** @param {number} thread */
  constructor(thread) {
    const input = { name: process.argv[2], handle: created.handle, thread, size };
    this.#worker = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: input });
  }

  /** @param {import("./worker.mjs").ThreadTask} task @returns {Promise<any>} */
  ask(task) {
    return new Promise((resolve, reject) => {
      const worker = this.#worker;
      worker.once("error", reject);
      worker.once("message", (answer) => {
        worker.off("error", reject);
        if ("error" in answer) reject(new Error(answer.error));
        else resolve(answer.value);
      });
      worker.postMessage(task);
    });
  }
}

/** @param {Task} task */
async function perform(task) {
  switch (task.task) {
    case "describe":
      return {
        title: peer.title,
        notes: peer.notes,
        absent: peer.absent ?? {},
        alone: peer.alone ?? false,
        compacts: peer.probe !== undefined,
        version: version(),
      };
    case "fill":
      return fill(task.size);
    case "mix":
      return mix(task);
    case "visibility":
      return visibility(task.samples);
    case "compaction":
      return compaction(task);
    case "check":
      return check();
    default:
      throw new Error("unknown task");
  }
}

function version() {
  if (peer.package === undefined) return null;
  const file = new URL(`../node_modules/${peer.package}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}

/**
 * Fills the store and opens it in the threads, one after the other.
 * @param {number} records
 * @returns {Promise<{ ns: number, bytes: number }>} what opening took in the last thread, per record
 */
async function fill(records) {
  size = records;
  created = await peer.create(people(1, size));
  threads = Array.from({ length: THREADS }, (_, thread) => new Thread(thread));
  let opened = { ms: 0, bytes: 0 };
  for (const thread of threads) opened = await thread.ask({ task: "open" });
  for (const thread of threads) await thread.ask({ task: "mixer" });
  return { ns: (opened.ms * 1e6) / size, bytes: opened.bytes / size };
}

/**
 * @param {{ percent: number, threads: number, ms: number }} task
 * @returns {Promise<{ ns: number }>} nanoseconds for each operation of all threads together
 */
async function mix({ percent, threads: count, ms }) {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const results = await Promise.all(
    threads.slice(0, count).map((thread) => thread.ask({ task: "mix", percent, ms, gate, threads: count })),
  );
  const perSecond = results.reduce((sum, { operations, ms: took }) => sum + (operations * 1000) / took, 0);
  return { ns: 1e9 / perSecond };
}

/** @param {number} samples @returns {Promise<{ ns: number }>} the median from `put` to sight */
async function visibility(samples) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const times = new BigInt64Array(new SharedArrayBuffer(8 * (samples + 1)));
  const [latencies] = await Promise.all([threads[0].ask({ task: "write", words, times }), threads[1].ask({ task: "spin", words, times })]);
  return { ns: 1000 * median(latencies) };
}

/** @param {{ compactions: number, limitMs: number }} task @returns {Promise<{ ns?: number }>} the median of how long the mutex was held for one */
async function compaction(task) {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const [holds] = await Promise.all([
    threads[1].ask({ task: "watch holds", stop }),
    threads[0].ask({ task: "write through compactions", stop, size, compactions: task.compactions, limitMs: task.limitMs }),
  ]);
  // On a busy machine the thread that looks may have been away just then.
  return holds.length === 0 ? {} : { ns: 1000 * median(holds) };
}

/** A map of one's own has nothing to compare. */
async function check() {
  if (peer.alone) return;
  checkStore(created.store, size, await Promise.all(threads.map((thread) => thread.ask({ task: "written" }))));
}

/** When the parent is gone there is nobody to tell. @param {unknown} answer */
const reply = (answer) => process.send?.(answer, undefined, undefined, () => {});

process.on("message", (/** @type {Task} */ task) => {
  perform(task).then(
    (value) => reply({ value }),
    (error) => reply({ error: error.stack ?? String(error) }),
  );
});
process.once("disconnect", () => {
  void Promise.resolve(created?.remove()).finally(() => process.exit());
});
