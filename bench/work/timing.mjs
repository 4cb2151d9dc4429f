import { elapsedMs, startClock } from "./clock.mjs";

/**
 * One kind of operation that is repeated under the clock.
 * @typedef {object} Operation
 * @property {(store: any, plan: import("./plan.mjs").Plan, i: number) => any} call operation i: its result, or a promise of it
 * @property {(result: any) => number} take what the check adds up
 * @property {(store: any, plan: import("./plan.mjs").Plan, from: number, to: number) => number} [loop] the same work written out, for
 *   operations so short that calling through `call` and `take` would count
 */

/** Runs the garbage collector, so that nobody pays for the garbage of the item before. Needs `node --expose-gc`. */
export function collectGarbage() {
  if (globalThis.gc === undefined) throw new Error("start node with --expose-gc");
  globalThis.gc();
}

/**
 * Repeats an operation until the time is used up or the end is reached. Clock reads are spread over chunks that double until one lasts a
 * millisecond, so that they cost nothing beside short operations and let long ones stop in time.
 * @param {{ async?: boolean }} peer
 * @param {Operation} operation
 * @param {any} store
 * @param {import("./plan.mjs").Plan} plan
 * @param {{ from: number, end: number, budgetMs: number }} range
 * @returns {Promise<{ to: number, ms: number, sum: number }>} where it stopped, how long it took, the sum of what `take` gave
 */
export async function repeat(peer, operation, store, plan, { from, end, budgetMs }) {
  const run = peer.async ? runAsync : operation.loop ? operation.loop : runSync;
  let at = from;
  let sum = 0;
  let chunk = 1;
  const clock = startClock();
  let now = clock.at;
  while (at < end && now - clock.at < budgetMs) {
    const to = Math.min(at + chunk, end);
    const result = run(store, plan, at, to, operation);
    sum += typeof result === "number" ? result : await result;
    at = to;
    const before = now;
    now = performance.now();
    if (now - before < 1) chunk *= 2;
  }
  return { to: at, ms: elapsedMs(clock), sum };
}

/**
 * @param {any} store
 * @param {import("./plan.mjs").Plan} plan
 * @param {number} from
 * @param {number} to
 * @param {Operation} operation
 */
function runSync(store, plan, from, to, { call, take }) {
  let sum = 0;
  for (let i = from; i < to; i++) sum += take(call(store, plan, i));
  return sum;
}

/**
 * @param {any} store
 * @param {import("./plan.mjs").Plan} plan
 * @param {number} from
 * @param {number} to
 * @param {Operation} operation
 */
async function runAsync(store, plan, from, to, { call, take }) {
  let sum = 0;
  for (let i = from; i < to; i++) sum += take(await call(store, plan, i));
  return sum;
}
