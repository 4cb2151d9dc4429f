// How the values of the rounds become one figure, and how figures are written.

/** @typedef {import("../cells.mjs").Cell} Cell */
/** @typedef {import("../cells.mjs").Cells} Cells */
/**
 * @typedef {object} Results
 * @property {{ node: string, cpu: string, cores: number, platform: string, rounds: number, memoryRounds: number, size: number, quick: boolean, clock: string }} meta
 * @property {Record<string, any>} peers what each says of itself
 * @property {readonly import("../items.mjs").Item[]} items
 * @property {Cells} work
 * @property {Record<string, Cells>} growth
 * @property {Cells} memory
 * @property {Record<string, any>} threadPeers what each says of itself
 * @property {Record<string, import("../threads/rounds.mjs").Shared>} threads by number of records
 * @property {Record<string, any>} filePeers what each says of itself
 * @property {import("../files/rounds.mjs").Files | undefined} files
 */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  return sorted.length % 2 === 1 ? high : (high + sorted[middle - 1]) / 2;
}

/** @param {Cell | undefined} cell @returns {number[] | undefined} */
export const valuesOf = (cell) => (cell?.absent === undefined ? (cell?.ns ?? cell?.bytes) : undefined);

/**
 * The median over the rounds of a / b, each taken from one round: what slows a whole round cancels out.
 * @param {Cell | undefined} a
 * @param {Cell | undefined} b
 * @returns {number | undefined}
 */
export function ratio(a, b) {
  const [above, below] = [valuesOf(a), valuesOf(b)];
  if (above === undefined || below === undefined) return undefined;
  const rounds = Math.min(above.length, below.length);
  return median(Array.from({ length: rounds }, (_, i) => above[i] / below[i]));
}

/**
 * DictDB's cell that a peer is fairly compared with: the one that hands out copies for a peer that does, where that makes a difference.
 * @param {Cells} cells
 * @param {string} item
 * @param {{ returns: string }} peer
 */
export function rival(cells, item, peer) {
  const copies = cells[item]?.["dictdb-copies"];
  return peer.returns === "copies" && valuesOf(copies) !== undefined ? copies : cells[item]?.["dictdb"];
}

/** @param {number} ns */
export function duration(ns) {
  if (ns < 1e3) return `${digits(ns)} ns`;
  if (ns < 1e6) return `${digits(ns / 1e3)} µs`;
  return `${digits(ns / 1e6)} ms`;
}

/** @param {number} value */
export function digits(value) {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return Number(value.toPrecision(2)).toString();
}

/**
 * The largest of all rounds by the smallest, for each item of one peer: how noisy the machine was.
 * @param {Cells} cells
 * @param {string} peer
 */
export function spreads(cells, peer) {
  return Object.values(cells).flatMap((row) => {
    const values = valuesOf(row[peer]);
    return values === undefined ? [] : [Math.max(...values) / Math.min(...values)];
  });
}
