const scratch = new Int32Array(1);

/** How long the pauses of one spell of spinning get, in rounds of `pause`; they double. All of them together take some 10 to 30 µs. */
export const firstPause = 32;
export const longestPause = 4_096;

/** How long anybody sleeps before it looks again by itself, in milliseconds. */
export const sliceMs = 25;

/** Passes some nanoseconds for each round without touching shared memory, so that the owner of what is waited for is not slowed down. */
export function pause(rounds: number): void {
  let mixed = scratch[0]!;
  for (let round = 0; round < rounds; round += 1) mixed = Math.imul(mixed ^ round, 0x5bd1e995);
  scratch[0] = mixed;
}
