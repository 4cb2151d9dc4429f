// Saving and loading: each peer in a new process in each round, one after the other, since all wait for the same disk.
import { fileURLToPath } from "node:url";
import { cellAt, rotated } from "../cells.mjs";
import { PeerProcess, valueOf } from "../peer-process.mjs";

/** @typedef {import("../cells.mjs").Cells} Cells */
/**
 * @typedef {object} Files
 * @property {number} size
 * @property {Cells} times "save" and "load" by peer, and "full" and "delta" of DictDB's backups by format
 * @property {Cells} behaviour of DictDB while it saves, by format: "hold" (ns), "memory" (bytes), "writes" (a second), and "full" and "delta" (bytes)
 */

const WORKER = fileURLToPath(new URL("./worker.mjs", import.meta.url));
const FORMATS = /** @type {const} */ (["json", "msgpack"]);

/** @param {string} name @param {object} task */
async function askOnce(name, task) {
  const child = new PeerProcess(name, WORKER);
  const value = valueOf(await child.ask(/** @type {any} */ (task)));
  await child.end();
  return value;
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<Record<string, any>>}
 */
export async function describeFilePeers(names) {
  /** @type {Record<string, any>} */
  const peers = {};
  for (const name of names) peers[name] = await askOnce(name, { task: "describe" });
  return peers;
}

/**
 * @param {import("../options.mjs").Options} options
 * @returns {Promise<Files>}
 */
export async function runFiles({ filePeers, fileSize: size, fileRounds, log }) {
  /** @type {Files} */
  const files = { size, times: {}, behaviour: {} };
  for (let round = 0; round < fileRounds; round++) {
    log(`files, round ${round + 1} of ${fileRounds}`);
    for (const name of rotated(filePeers, round)) {
      const { save, load } = await askOnce(name, { task: "files", size, repetitions: 2 });
      (cellAt(files.times, "save", name).ns ??= []).push(save);
      (cellAt(files.times, "load", name).ns ??= []).push(load);
    }
    for (const format of FORMATS.filter((one) => filePeers.includes(`dictdb-${one}`))) await behave(files, format);
  }
  return files;
}

/** @param {Files} files @param {"json" | "msgpack"} format */
async function behave({ size, times, behaviour }, format) {
  const { holdNs, bytes, writes } = await askOnce(`dictdb-${format}`, { task: "while saving", size, format });
  (cellAt(behaviour, "hold", format).ns ??= []).push(holdNs);
  (cellAt(behaviour, "memory", format).bytes ??= []).push(bytes);
  (cellAt(behaviour, "writes", format).ns ??= []).push(writes);
  const { full, delta, fullBytes, deltaBytes } = await askOnce(`dictdb-${format}`, { task: "backup", size, format });
  (cellAt(times, "full", format).ns ??= []).push(full);
  (cellAt(times, "delta", format).ns ??= []).push(delta);
  (cellAt(behaviour, "full", format).bytes ??= []).push(fullBytes);
  (cellAt(behaviour, "delta", format).bytes ??= []).push(deltaBytes);
}
