// The arguments of every operation, chosen before the clock starts: operation i takes entry i of the lists, wrapped around.
import { AGES, DEPTS, SALARIES, mix } from "./data.mjs";

/** @typedef {import("../peers/peer.mjs").Peer} Peer */
/** @typedef {ReturnType<typeof makePlan>} Plan */

export const PLAN_LENGTH = 1 << 18;
export const TOP_LIMIT = 10;
const FIRST_LETTERS = ["X", "Y", "Z"];

/**
 * @param {number} size how many people the store holds
 * @param {Peer} peer
 */
export function makePlan(size, peer) {
  const toKey = peer.toKey ?? ((/** @type {number} */ id) => id);
  const ids = Array.from({ length: PLAN_LENGTH }, (_, i) => 1 + (mix(i, 10) % size));
  const deletedIds = shuffledIds(size);
  return {
    size,
    mask: PLAN_LENGTH - 1,
    ids,
    keys: ids.map(toKey),
    deletedIds,
    deletedKeys: deletedIds.map(toKey),
    ages: Array.from({ length: PLAN_LENGTH }, (_, i) => AGES.low + (mix(i, 11) % AGES.count)),
    salaries: Array.from({ length: PLAN_LENGTH }, (_, i) => SALARIES.low + (mix(i, 12) % SALARIES.count)),
    // 0.14 % of all salaries, at any size of store
    rangeWidth: Math.round(SALARIES.count * 0.0014),
    scans: DEPTS.flatMap((dept) => FIRST_LETTERS.map((name) => ({ dept, name }))),
  };
}

/**
 * Every id once, in an order that does not follow the order of insertion (Fisher-Yates).
 * @param {number} size
 */
function shuffledIds(size) {
  const ids = Array.from({ length: size }, (_, i) => i + 1);
  for (let i = size - 1; i > 0; i--) {
    const j = mix(i, 13) % (i + 1);
    [ids[i], ids[j]] = [ids[j], ids[i]];
  }
  return ids;
}
