import { elapsedMs, startClock } from "./clock.mjs";
import { people } from "./data.mjs";
import { expectStore } from "./check.mjs";
import { Model } from "./model.mjs";
import { collectGarbage } from "./timing.mjs";

/** @typedef {import("../peers/peer.mjs").Peer} Peer */
/** @typedef {import("./run-operation.mjs").Timing} Timing */

const CHUNK = 10_000;
const WARM_SIZE = 5_000;

/** Thrown when filling a store takes longer than the limit: the cell then says so instead of holding up the run. */
export class TooSlowError extends Error {
  name = "TooSlowError";
}

/**
 * Inserts people one call at a time into a new store, both indexes present. The objects are made before the clock starts, a chunk at a
 * time, so that a million of them need not wait in memory.
 * @param {Peer} peer
 * @param {number} size
 * @param {number} limitMs
 * @returns {Promise<{ ms: number, store: any }>} the time inside the inserts, and the filled store
 */
async function fill(peer, size, limitMs) {
  const store = await peer.open({ indexed: true });
  let ms = 0;
  for (let first = 1; first <= size; first += CHUNK) {
    const chunk = records(peer, first, Math.min(first + CHUNK - 1, size));
    const clock = startClock();
    if (peer.async) await insertAsync(store, chunk);
    else insertSync(store, chunk);
    ms += elapsedMs(clock);
    if (ms > limitMs) throw new TooSlowError(`filling it with ${size.toLocaleString("en")} records takes more than ${limitMs / 1000} s`);
  }
  return { ms, store };
}

/** @param {any} store @param {readonly any[]} chunk */
function insertSync(store, chunk) {
  for (const record of chunk) store.insert(record);
}

/** @param {any} store @param {readonly any[]} chunk */
async function insertAsync(store, chunk) {
  for (const record of chunk) await store.insert(record);
}

/** @param {Peer} peer @param {number} first @param {number} last @returns {any[]} */
function records(peer, first, last) {
  const list = people(first, last);
  return peer.toRecord ? list.map(peer.toRecord) : list;
}

/** @param {Peer} peer */
const keyOf = (peer) => peer.toKey ?? ((/** @type {number} */ id) => id);

/**
 * One insert of all people as an array into a new store, both indexes present.
 * @param {Peer} peer
 * @param {number} size
 * @returns {Promise<{ ms: number, store: any }>}
 */
async function fillAtOnce(peer, size) {
  const store = await peer.open({ indexed: true });
  const list = records(peer, 1, size);
  const clock = startClock();
  await store.insertMany(list);
  return { ms: elapsedMs(clock), store };
}

/**
 * Fills new stores, one after the other, until the time is used up; at least one. Opening small stores and making their records may take
 * longer than filling them, so that is bounded too.
 * @param {(size: number) => Promise<{ ms: number, store: any }>} fillOne
 * @param {number} size
 * @param {number} budgetMs
 * @returns {Promise<Timing & { store: any }>} the last store stays open for its caller
 */
async function fillRepeatedly(fillOne, size, budgetMs) {
  let total = 0;
  const end = performance.now() + 4 * budgetMs;
  for (let fills = 1; ; fills++) {
    const { ms, store } = await fillOne(size);
    total += ms;
    if (total >= budgetMs || performance.now() >= end) return { ns: (total * 1e6) / (fills * size), ms: total, store };
    await store.close();
  }
}

/**
 * One slice of inserting people into new stores of one size, by single calls or all at once.
 * @param {Peer} peer
 * @param {"insert" | "bulk"} how
 * @param {number} size
 * @param {{ warmMs: number, sliceMs: number, limitMs: number }} slice
 * @returns {Promise<Timing & { store: any }>} the last store stays open for its caller
 */
export async function measureInsert(peer, how, size, { warmMs, sliceMs, limitMs }) {
  /** @param {number} count */
  const fillOne = (count) => (how === "insert" ? fill(peer, count, limitMs) : fillAtOnce(peer, count));
  const warm = await fillRepeatedly(fillOne, Math.min(size, WARM_SIZE), warmMs);
  await warm.store.close();
  collectGarbage();
  const timing = await fillRepeatedly(fillOne, size, sliceMs);
  await expectStore(timing.store, new Model(size), keyOf(peer));
  return timing;
}
