// What the rounds of a run write down.

/** @typedef {{ ns?: number[], bytes?: number[], absent?: string }} Cell one value per round, or why there is none */
/** @typedef {Record<string, Record<string, Cell>>} Cells by item, then by peer */

/** @param {Cells} cells @param {string} item @param {string} peer @returns {Cell} */
export function cellAt(cells, item, peer) {
  const row = (cells[item] ??= {});
  return (row[peer] ??= {});
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 */
export const rotated = (list, by) => list.map((_, i) => list[(i + by) % list.length]);
