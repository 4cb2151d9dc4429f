// The process of one peer that saves and loads: a new one for each task.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackupManager, DictDB } from "../../dist/src/index.js";
import { expectEqual } from "../work/check.mjs";
import { elapsedMs, startClock } from "../work/clock.mjs";
import { people } from "../work/data.mjs";
import { collectGarbage } from "../work/timing.mjs";
import { loadFilePeer } from "./peers/peer.mjs";

const DELTA_RECORDS = 1_000;
const name = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "dictdb-bench-"));

/** @param {() => unknown} run */
async function timed(run) {
  collectGarbage();
  const clock = startClock();
  const result = await run();
  return { ns: elapsedMs(clock) * 1e6, result };
}

/** @param {number} size @param {number} repetitions */
async function saveAndLoad(size, repetitions) {
  const peer = await loadFilePeer(name);
  const store = await peer.open(people(1, size), folder);
  const save = [];
  const load = [];
  for (let i = 0; i < repetitions; i++) {
    save.push((await timed(store.save)).ns);
    const { ns, result } = await timed(store.load);
    expectEqual(result, size, "records loaded");
    load.push(ns);
  }
  await store.close?.();
  return { save: Math.min(...save), load: Math.min(...load) };
}

/** How DictDB behaves while it saves: what others notice of it. @param {number} size @param {"json" | "msgpack"} format */
async function whileSaving(size, format) {
  const db = new DictDB();
  const table = db.createTable("people");
  for (let first = 1; first <= size; first += 10_000) table.insert(people(first, Math.min(first + 9_999, size)));
  const file = join(folder, `busy.${format}`);
  await db.save(file, { format }); // compiled code and the file's pages
  collectGarbage();
  const before = memory();
  const state = { saving: true, bytes: 0, ms: 0 };
  let turn = startClock();
  // Each turn of the event loop begins the next one: the longest is how long anybody else would have waited.
  const watch = () => {
    state.ms = Math.max(state.ms, elapsedMs(turn));
    state.bytes = Math.max(state.bytes, memory() - before);
    turn = startClock();
    if (state.saving) setImmediate(watch);
  };
  const saved = db.save(file, { format }).then(() => (state.saving = false));
  watch();
  await saved;
  const writes = await writesWhile(table, size, db.save(file, { format }));
  await db.close();
  return { holdNs: state.ms * 1e6, bytes: state.bytes, writes };
}

/** What is in use of the heap and outside of it; garbage that nobody has collected yet is part of it. */
function memory() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Writes a second of a writer that has a turn of the event loop for each. @param {any} table @param {number} size @param {Promise<unknown>} work */
async function writesWhile(table, size, work) {
  const state = { going: true };
  let writes = 0;
  const ended = work.then(() => (state.going = false));
  const start = performance.now();
  while (state.going) {
    for (let i = 0; i < 10; i++) table.update({ salary: writes }, ((writes++ * 7_919) % size) + 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - start) / 1_000;
  await ended;
  return writes / seconds;
}

/** What a delta of a few changed records costs beside a full backup. @param {number} size @param {"json" | "msgpack"} format */
async function backUp(size, format) {
  const db = new DictDB();
  const table = db.createTable("people");
  for (let first = 1; first <= size; first += 10_000) table.insert(people(first, Math.min(first + 9_999, size)));
  const backup = new BackupManager(db, join(folder, "backups"), { format, backupIntervalMs: Infinity });
  const full = await timed(() => backup.backupFull());
  /** @type {{ ns: number, result: any }[]} */
  const deltas = [];
  for (let i = 0; i < 3; i++) {
    for (let n = 0; n < DELTA_RECORDS; n++) table.update({ salary: i }, ((n * 7_919 + i) % size) + 1);
    deltas.push(await timed(() => backup.backupDelta()));
  }
  await db.close();
  const best = deltas.reduce((a, b) => (a.ns < b.ns ? a : b));
  return { full: full.ns, delta: best.ns, fullBytes: /** @type {any} */ (full.result).bytes, deltaBytes: best.result.bytes };
}

async function describe() {
  const { title, notes, package: folderName } = await loadFilePeer(name);
  const version =
    folderName === undefined
      ? null
      : JSON.parse(readFileSync(new URL(`../node_modules/${folderName}/package.json`, import.meta.url), "utf8")).version;
  return { title, notes, version };
}

/** @param {any} task */
function perform(task) {
  switch (task.task) {
    case "describe":
      return describe();
    case "files":
      return saveAndLoad(task.size, task.repetitions);
    case "while saving":
      return whileSaving(task.size, task.format);
    case "backup":
      return backUp(task.size, task.format);
    default:
      throw new Error("unknown task");
  }
}

/** When the parent is gone there is nobody to tell. @param {any} answer */
const reply = (answer) => process.send?.(answer, undefined, undefined, () => {});

process.on("message", (task) => {
  Promise.resolve(perform(task)).then(
    (value) => reply({ value }),
    (error) => reply({ error: error.stack ?? String(error) }),
  );
});
process.once("disconnect", () => {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) rmSync(folder, { recursive: true });
  process.exit();
});
