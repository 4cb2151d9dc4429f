// Threads: who measures what, when. As in the rounds of one thread, all peers run a slice of one mix before any of them goes on.
import { fileURLToPath } from "node:url";
import { PeerProcess, valueOf } from "../peer-process.mjs";
import { cellAt, rotated } from "../cells.mjs";
import { COUNTS, mixName, PERCENTS } from "./mixes.mjs";
import { median } from "../report/figures.mjs";

/** @typedef {import("../options.mjs").Options} Options */
/** @typedef {import("../cells.mjs").Cell} Cell */
/** @typedef {import("../cells.mjs").Cells} Cells */
/**
 * What was measured of one number of records.
 * @typedef {object} Shared
 * @property {Cells} mixes by {@link mixName}
 * @property {Record<string, Cell>} visibility by peer: from a write to its sight
 * @property {Record<string, Cell>} attach by peer: to open the store in a thread, per record
 * @property {Record<string, Cell>} compaction by peer: how long one keeps writers out
 * @property {Record<string, Cell>} memory by peer: what each thread holds, per record
 */

/** What takes longer than this does not come. */
const COMPACTION_LIMIT_MS = 120_000;

const PROCESS = fileURLToPath(new URL("./process.mjs", import.meta.url));

/** @param {readonly string[]} names @returns {Promise<Record<string, any>>} what each peer says of itself */
export async function describeThreadPeers(names) {
  /** @type {Record<string, any>} */
  const peers = {};
  for (const name of names) {
    const child = new PeerProcess(name, PROCESS);
    peers[name] = valueOf(await child.ask({ task: "describe" }));
    await child.end();
  }
  return peers;
}

/**
 * @param {Options} options
 * @param {Record<string, any>} peers
 * @returns {Promise<Record<string, Shared>>} by number of records
 */
export async function runThreads(options, peers) {
  const names = Object.keys(peers);
  /** @type {Record<string, Shared>} */
  const sizes = Object.fromEntries(
    options.threadSizes.map((size) => [size, { mixes: {}, visibility: {}, attach: {}, compaction: {}, memory: {} }]),
  );
  for (let round = 0; round < options.rounds; round++) {
    for (const size of options.threadSizes) {
      options.log(`threads, ${size} records, round ${round + 1} of ${options.rounds}`);
      await runRound(options, peers, rotated(names, round), size, sizes[size]);
    }
  }
  return sizes;
}

/**
 * @param {Options} options
 * @param {Record<string, any>} peers
 * @param {readonly string[]} names
 * @param {number} size
 * @param {Shared} shared where the figures go
 */
async function runRound(options, peers, names, size, shared) {
  const children = new Map(names.map((name) => [name, new PeerProcess(name, PROCESS)]));
  /** @param {string} name @param {import("./process.mjs").Task} task */
  const ask = async (name, task) => valueOf(await /** @type {PeerProcess} */ (children.get(name)).ask(task));
  for (const name of names) {
    const { ns, bytes } = await ask(name, { task: "fill", size });
    if (reasonAgainst(peers[name], "attach") === undefined) note(shared.attach, name, { ns });
    if (reasonAgainst(peers[name], "memory") === undefined) note(shared.memory, name, { bytes });
  }
  let turn = 0;
  for (const percent of PERCENTS) {
    for (const threads of COUNTS) {
      const item = mixName(percent, threads);
      /** @type {Record<string, number[]>} */
      const figures = {};
      const present = rotated(names, turn++).filter((name) => reasonAgainst(peers[name], percent) === undefined);
      for (let slice = 0; slice <= options.budget.threadSlices; slice++) {
        for (const name of present) {
          const { ns } = await ask(name, { task: "mix", percent, threads, ms: options.budget.threadSliceMs });
          if (slice > 0) (figures[name] ??= []).push(ns); // the first one warms up
        }
      }
      for (const name of names) {
        const cell = cellAt(shared.mixes, item, name);
        if (figures[name] === undefined) cell.absent = reasonAgainst(peers[name], percent);
        else (cell.ns ??= []).push(median(figures[name]));
      }
    }
  }
  for (const name of names) await ask(name, { task: "check" });
  for (const name of names) {
    if (reasonAgainst(peers[name], "visibility") === undefined)
      note(shared.visibility, name, await ask(name, { task: "visibility", samples: options.budget.samples }));
  }
  for (const name of names) {
    if (!peers[name].compacts || reasonAgainst(peers[name], "compaction") !== undefined) continue;
    const { compactions } = options.budget;
    note(shared.compaction, name, await ask(name, { task: "compaction", compactions, limitMs: COMPACTION_LIMIT_MS }));
  }
  for (const child of children.values()) await child.end();
}

/** @param {any} peer @param {number | string} item a percentage of writes, or another measure */
function reasonAgainst(peer, item) {
  if (peer.alone && item !== 0) return "its threads share nothing";
  return peer.absent[item];
}

/** @param {Record<string, Cell>} row @param {string} name @param {{ ns?: number, bytes?: number }} value */
function note(row, name, { ns, bytes }) {
  const cell = (row[name] ??= {});
  if (ns !== undefined) (cell.ns ??= []).push(ns);
  if (bytes !== undefined) (cell.bytes ??= []).push(bytes);
}
