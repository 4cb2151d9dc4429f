/** How many of 100 operations are writes. */
export const PERCENTS = [0, 1, 10, 50, 100];
/** How many threads work at once. */
export const COUNTS = [1, 2];

/** @param {number} percent @param {number} threads */
export const mixName = (percent, threads) => `${percent} % writes, ${threads} ${threads === 1 ? "thread" : "threads"}`;
