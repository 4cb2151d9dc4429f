/** A source of numbers from 0 on and below 1. */
export type Random = () => number;

/** Numbers that nobody can foresee, and that are good for nothing secret. */
export const systemRandom: Random = Math.random;
