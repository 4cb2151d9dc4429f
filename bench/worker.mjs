// The process of one peer: it does what the parent's messages ask, one after the other, and answers each.
import { readFileSync } from "node:fs";
import { sliceOf } from "./budget.mjs";
import { loadPeer } from "./peers/peer.mjs";
import { median } from "./report/figures.mjs";
import { measureInsert, TooSlowError } from "./work/run-insert.mjs";
import { measureMemory } from "./work/run-memory.mjs";
import { Session } from "./work/run-operation.mjs";

/** @typedef {import("./budget.mjs").Budget} Budget */
/** @typedef {import("./budget.mjs").Slice} Slice */
/**
 * @typedef {{ task: "describe" }
 *   | { task: "item", item: string, size: number, slice: Slice }
 *   | { task: "growth", size: number, budget: Budget }
 *   | { task: "memory", size: number, indexed: boolean }} Task
 */
/** @typedef {{ value: any } | { tooSlow: string } | { error: string }} Answer */

const peer = await loadPeer(process.argv[2]);

/** @type {Promise<Session> | undefined} the store that the reads and changes of one round share */
let session;

/** @param {Task} task */
async function perform(task) {
  switch (task.task) {
    case "describe":
      return describe();
    case "item":
      return runItem(task);
    case "growth":
      return runGrowth(task);
    case "memory":
      return measureMemory(peer, task.size, task.indexed);
    default:
      throw new Error("unknown task");
  }
}

function describe() {
  const { title, returns, notes, growthLimit, absent = {}, memory = "heap" } = peer;
  return { title, returns, notes, growthLimit, absent, memory, version: version() };
}

function version() {
  if (peer.package === undefined) return null;
  const file = new URL(`./node_modules/${peer.package}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}

/** @param {{ item: string, size: number, slice: Slice }} task */
async function runItem({ item, size, slice }) {
  if (item === "insert" || item === "bulk") {
    const { ns, ms, store } = await measureInsert(peer, item, size, slice);
    await store.close();
    return { ns, ms };
  }
  session ??= Session.open(peer, size);
  return (await session).measure(item, slice);
}

/** @param {{ size: number, budget: Budget }} task */
async function runGrowth({ size, budget }) {
  const { warmMs, sliceMs, limitMs } = budget;
  const insert = await measureInsert(peer, "insert", size, { warmMs, sliceMs: sliceMs * budget.slices, limitMs });
  const filled = new Session(peer, insert.store, size);
  const get = await medianOfSlices(filled, "get", budget);
  const update = await medianOfSlices(filled, "update", budget);
  await filled.close();
  return { insert: insert.ns, get, update };
}

/** @param {Session} filled @param {string} item @param {Budget} budget */
async function medianOfSlices(filled, item, budget) {
  const values = [];
  for (let i = 0; i < budget.slices; i++) values.push((await filled.measure(item, sliceOf(budget, i))).ns);
  return median(values);
}

/** When the parent is gone there is nobody to tell. @param {Answer} answer */
const reply = (answer) => process.send?.(answer, undefined, undefined, () => {});

process.on("message", (/** @type {Task} */ task) => {
  perform(task).then(
    (value) => reply({ value }),
    (error) => reply(error instanceof TooSlowError ? { tooSlow: error.message } : { error: error.stack ?? String(error) }),
  );
});
process.once("disconnect", () => process.exit());
