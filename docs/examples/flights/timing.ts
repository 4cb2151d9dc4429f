/** A result and the milliseconds that it took. */
export interface Timed<R> {
  readonly result: R;
  readonly ms: number;
}

export function timed<R>(run: () => R): Timed<R> {
  const start = performance.now();
  const result = run();
  return { result, ms: performance.now() - start };
}

export async function timedAsync<R>(run: () => Promise<R>): Promise<Timed<R>> {
  const start = performance.now();
  const result = await run();
  return { result, ms: performance.now() - start };
}

/** How often a measurement is repeated: an odd number, so that one run is the median. */
export const runs = 7;

/** Runs something several times; answers its last result and the median of the times. */
export function median<R>(run: () => R): Timed<R> {
  const measured = Array.from({ length: runs }, () => timed(run));
  const times = measured.map(({ ms }) => ms).sort((a, b) => a - b);
  return { result: measured.at(-1)!.result, ms: times[runs >> 1]! };
}
