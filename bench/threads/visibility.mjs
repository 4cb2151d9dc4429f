// How long a write takes to be seen by a thread that looks for nothing else.

const ready = 0;
const seen = 1;

/** Nanoseconds on a clock that all threads of the process share. */
const now = () => Number(process.hrtime.bigint());

/**
 * The writing side: it changes one person time and again, each time when the last change was seen.
 * @param {import("./peers/peer.mjs").ThreadStore} store
 * @param {Int32Array} words shared with the reader
 * @param {BigInt64Array} times shared with the reader: when each change was seen
 * @returns {number[]} microseconds from calling `put` to the reader's sight of it
 */
export function writeAndWait(store, words, times) {
  while (Atomics.load(words, ready) === 0);
  const latencies = [];
  const { name, age, dept } = store.get(1);
  for (let i = 1; i < times.length; i++) {
    const pause = now() + 20_000 + (i % 7) * 10_000;
    while (now() < pause);
    const at = now();
    store.put({ id: 1, name, age, dept, salary: i });
    while (Atomics.load(words, seen) < i);
    latencies.push((Number(times[i]) - at) / 1000);
  }
  return latencies;
}

/**
 * The reading side: it reads that person without a pause.
 * @param {import("./peers/peer.mjs").ThreadStore} store
 * @param {Int32Array} words
 * @param {BigInt64Array} times
 */
export function spin(store, words, times) {
  store.get(1);
  Atomics.store(words, ready, 1);
  for (let i = 1; i < times.length;) {
    if (store.get(1).salary !== i) continue;
    times[i] = process.hrtime.bigint();
    Atomics.store(words, seen, i);
    i++;
  }
}
