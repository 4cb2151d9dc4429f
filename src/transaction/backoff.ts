import type { Clock } from "../base/clock.js";
import type { Random } from "../base/random.js";
import { watchAbort } from "../lock/watch-abort.js";

const firstMs = 1;
const longestMs = 100;

/**
 * How long to wait before something is tried again that others keep disturbing: a random part of a time that doubles with each failure ("full
 * jitter"), so that those who disturbed each other once do not meet again.
 * @param failures how often it failed, from 1 on
 */
export function backoffMs(failures: number, random: Random): number {
  return random() * Math.min(longestMs, firstMs * 2 ** (failures - 1));
}

/**
 * Resolves after so many milliseconds.
 * @throws the signal's reason, unchanged, when it aborts before
 */
export async function pause(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const unwatch =
      signal &&
      watchAbort(signal, () => {
        cancel();
        reject(signal.reason);
      });
    const cancel = clock.setTimer(ms, () => {
      unwatch?.();
      resolve();
    });
  });
}
