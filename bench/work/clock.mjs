// The clock of the benchmark: the wall clock, less the time in which the kernel kept this thread waiting for a processor. On a machine that
// does something else besides, that wait says nothing about the peer that happened to be running.
import { readFileSync } from "node:fs";

/** Nanoseconds on a processor, nanoseconds waiting for one, number of turns, of the thread that reads it. */
const SCHEDSTAT = "/proc/thread-self/schedstat";

/** @returns {number} milliseconds that this thread has waited for a processor so far */
let waited = () => Number(readFileSync(SCHEDSTAT, "utf8").split(" ")[1]) / 1e6;

/** Linux tells; elsewhere the wall clock must do. */
export const knowsWaits = isReadable();
if (!knowsWaits) waited = () => 0;

function isReadable() {
  try {
    return Number.isFinite(waited());
  } catch {
    return false;
  }
}

/** The wall clock is read last here and first in `elapsedMs`, so that reading the waits costs no measured time. */
export function startClock() {
  const wait = waited();
  return { wait, at: performance.now() };
}

/**
 * @param {{ wait: number, at: number }} start
 * @returns {number} milliseconds
 */
export function elapsedMs(start) {
  const wall = performance.now() - start.at;
  const wait = waited() - start.wait;
  // a wait that fell between the two readings belongs to neither side
  return wait < wall ? wall - wait : wall;
}
