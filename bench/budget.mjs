/**
 * How long things may take, in milliseconds.
 * @typedef {object} Budget
 * @property {number} warmMs warming up, before the first slice of an item
 * @property {number} againMs warming up the caches, before each further slice: the other peers have run meanwhile
 * @property {number} sliceMs the clock of one slice; one operation may exceed it
 * @property {number} slices how many slices an item has in each round
 * @property {number} threadSliceMs the clock of one slice of a mix of several threads
 * @property {number} threadSlices how many slices a mix has in each round, besides the one that warms up
 * @property {number} samples how often the way from a write to its sight is measured in each round
 * @property {number} compactions how many compactions are waited for in each round
 * @property {number} limitMs filling one store by single inserts; what takes longer is not measured
 */
/** @typedef {import("./work/run-operation.mjs").Slice & { limitMs: number }} Slice */

/** @type {Budget} */
export const FULL = {
  warmMs: 60,
  againMs: 15,
  sliceMs: 50,
  slices: 3,
  threadSliceMs: 100,
  threadSlices: 2,
  samples: 2_000,
  compactions: 3,
  limitMs: 60_000,
};
/** @type {Budget} */
export const QUICK = {
  warmMs: 20,
  againMs: 2,
  sliceMs: 10,
  slices: 2,
  threadSliceMs: 20,
  threadSlices: 1,
  samples: 200,
  compactions: 1,
  limitMs: 5_000,
};

/**
 * @param {Budget} budget
 * @param {number} i the number of the slice, from 0
 * @returns {Slice}
 */
export function sliceOf({ warmMs, againMs, sliceMs, slices, limitMs }, i) {
  return { warmMs: i === 0 ? warmMs : againMs, sliceMs, share: 1 / (slices - i), limitMs };
}
