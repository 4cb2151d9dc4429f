// How long a compaction keeps writers out: seen from another thread, which does nothing but look at the owner of the log's mutex.
import { mix } from "../work/data.mjs";

/** Set beside the owner in the mutex's word while somebody may sleep on it. */
const WAITERS = 2 ** 30;

/**
 * @typedef {object} Probe where a thread that has only the handle finds the mutex and the number of compactions so far
 * @property {Int32Array} words
 * @property {number} mutex
 * @property {number} generation
 */

/**
 * The looking side.
 * @param {Probe} probe
 * @param {Int32Array} stop 1 in its first word when it is over
 * @returns {number[]} for each compaction, the microseconds from taking the mutex to leaving it
 */
export function watchHolds({ words, mutex, generation }, stop) {
  const holds = [];
  let owner = 0;
  let since = 0;
  let compactions = Atomics.load(words, generation);
  for (;;) {
    const now = Atomics.load(words, mutex) & ~WAITERS;
    if (now === owner) {
      if (now === 0 && Atomics.load(stop, 0) === 1) return holds;
      continue;
    }
    const at = performance.now();
    const seen = Atomics.load(words, generation);
    if (owner !== 0 && seen !== compactions) holds.push((at - since) * 1000);
    if (owner !== 0) compactions = seen;
    owner = now;
    since = at;
  }
}

/**
 * The writing side: writes until there have been some compactions.
 * @param {import("./peers/peer.mjs").ThreadStore} store
 * @param {Probe} probe
 * @param {Int32Array} stop
 * @param {{ size: number, compactions: number, limitMs: number }} options
 */
export function writeThroughCompactions(store, { words, generation }, stop, { size, compactions, limitMs }) {
  const end = Atomics.load(words, generation) + compactions;
  const deadline = performance.now() + limitMs;
  for (let i = 0; Atomics.load(words, generation) < end; i++) {
    const person = store.get(1 + (mix(i, 60) % size));
    store.put({ ...person, salary: i });
    if (i % 1_000 === 0 && performance.now() > deadline) throw new Error(`no ${compactions} compactions within ${limitMs} ms`);
  }
  Atomics.store(stop, 0, 1);
}
