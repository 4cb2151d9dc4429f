// Who measures what, when. Within a round all peers run a slice of one item before any of them goes on, so that a slow moment of the machine
// falls on all of them; the one that begins changes from item to item.
import { sliceOf } from "./budget.mjs";
import { cellAt, rotated } from "./cells.mjs";
import { GROWTH_ITEMS } from "./items.mjs";
import { PeerProcess, valueOf } from "./peer-process.mjs";
import { median } from "./report/figures.mjs";
import { JUDGED } from "./report/goals.mjs";

/** @typedef {import("./options.mjs").Options} Options */
/** @typedef {import("./cells.mjs").Cells} Cells */

const LONG_SLICES = 4;

/**
 * @param {readonly string[]} names
 * @returns {Promise<Record<string, any>>} what each peer says of itself
 */
export async function describePeers(names) {
  /** @type {Record<string, any>} */
  const peers = {};
  for (const name of names) {
    const child = new PeerProcess(name);
    peers[name] = valueOf(await child.ask({ task: "describe" }));
    await child.end();
  }
  return peers;
}

/**
 * @param {Options} options
 * @param {Record<string, any>} peers
 * @returns {Promise<Cells>}
 */
export async function runItems(options, peers) {
  /** @type {Cells} */
  const cells = {};
  for (let round = 0; round < options.rounds; round++) {
    options.log(`work, round ${round + 1} of ${options.rounds}`);
    const children = new Map(options.peers.map((name) => [name, new PeerProcess(name)]));
    for (const [i, { id }] of options.items.entries()) {
      const present = rotated(options.peers, round + i).filter((name) => peers[name].absent[id] === undefined);
      const figures = await runSlices(options, children, present, id);
      for (const name of options.peers) {
        const cell = cellAt(cells, id, name);
        if (figures[name] === undefined) cell.absent = peers[name].absent[id];
        else (cell.ns ??= []).push(median(figures[name]));
      }
    }
    for (const child of children.values()) await child.end();
  }
  return cells;
}

/**
 * One item of one round, in slices of a fraction of a second: everybody's first slice, everybody's second one, and so on.
 * @param {Options} options
 * @param {Map<string, PeerProcess>} children
 * @param {readonly string[]} names in the order in which they run
 * @param {string} item
 * @returns {Promise<Record<string, number[]>>} the nanoseconds per operation of each slice, by peer
 */
async function runSlices({ budget, size }, children, names, item) {
  /** @type {Record<string, number[]>} */
  const figures = {};
  /** Those that need no further slice: a long one says enough, and nothing is judged by the peers without a goal. @type {Set<string>} */
  const done = new Set();
  for (let i = 0; i < budget.slices; i++) {
    for (const name of names) {
      const child = children.get(name);
      if (child === undefined || done.has(name)) continue;
      const { ns, ms } = valueOf(await child.ask({ task: "item", item, size, slice: sliceOf(budget, i) }));
      (figures[name] ??= []).push(ns);
      if (ms > LONG_SLICES * budget.sliceMs || !JUDGED.has(name)) done.add(name);
    }
  }
  return figures;
}

/**
 * Get, insert and update at several sizes, each size in a process of its own. A peer that is too slow for one size is not asked again for
 * it nor for larger ones.
 * @param {Options} options
 * @param {Record<string, any>} peers
 * @returns {Promise<Record<string, Cells>>} by number of records
 */
export async function runGrowth(options, peers) {
  /** @type {Record<string, Cells>} */
  const sizes = Object.fromEntries(options.growthSizes.map((size) => [size, {}]));
  const names = options.peers.filter((name) => peers[name].absent["growth"] === undefined);
  /** @type {Map<string, { size: number, reason: string }>} */
  const limits = new Map(names.flatMap((name) => (peers[name].growthLimit === undefined ? [] : [[name, peers[name].growthLimit]])));
  for (let round = 0; round < options.rounds; round++) {
    options.log(`growth, round ${round + 1} of ${options.rounds}`);
    for (const [i, size] of options.growthSizes.entries()) {
      for (const name of rotated(names, round + i)) {
        if (size >= (limits.get(name)?.size ?? Infinity)) continue;
        const reason = await growOnce(options, sizes[size], name, size);
        if (reason !== undefined) limits.set(name, { size, reason });
      }
    }
  }
  for (const [name, { size: limit, reason: absent }] of limits) {
    for (const size of options.growthSizes.filter((size) => size >= limit)) {
      for (const item of GROWTH_ITEMS) cellAt(sizes[size], item, name).absent = absent;
    }
  }
  return sizes;
}

/**
 * @param {Options} options
 * @param {Cells} cells where the times go
 * @param {string} name
 * @param {number} size
 * @returns {Promise<string | undefined>} why there are no times
 */
async function growOnce(options, cells, name, size) {
  const child = new PeerProcess(name);
  const answer = await child.ask({ task: "growth", size, budget: options.budget });
  await child.end();
  if ("tooSlow" in answer) return answer.tooSlow;
  for (const item of GROWTH_ITEMS) (cellAt(cells, item, name).ns ??= []).push(answer.value[item]);
  return undefined;
}

/**
 * @param {Options} options
 * @param {Record<string, any>} peers
 * @returns {Promise<Cells>} items "plain" and "indexed"
 */
export async function runMemory(options, peers) {
  /** @type {Cells} */
  const cells = {};
  for (let round = 0; round < options.memoryRounds; round++) {
    options.log(`memory, round ${round + 1} of ${options.memoryRounds}`);
    for (const name of options.peers) {
      for (const indexed of [false, true]) {
        const item = indexed ? "indexed" : "plain";
        const cell = cellAt(cells, item, name);
        cell.absent = peers[name].absent["memory"] ?? peers[name].absent[`memory ${item}`];
        if (cell.absent !== undefined) continue;
        const child = new PeerProcess(name);
        const { bytes } = valueOf(await child.ask({ task: "memory", size: options.size, indexed }));
        (cell.bytes ??= []).push(bytes);
        await child.end();
      }
    }
  }
  return cells;
}
