import { LockTimeoutError } from "../base/errors.js";
import { Waiter } from "../lock/waiter.js";

/** How often it is looked whether the section of another thread has ended. */
const pollMs = 5;

/**
 * Lets other threads go on with their sections for a moment. Taking a place in the lock's queue would be fairer, but would keep this thread's other
 * tasks out between the grant and the commit.
 */
export async function waitForOthers(name: string, leftMs: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (leftMs <= 0) {
    throw new LockTimeoutError(`table ${JSON.stringify(name)} was not free for writing within ${timeoutMs} ms`, { table: name, timeoutMs });
  }
  const outcome = await new Waiter(Math.min(pollMs, leftMs), signal, () => undefined).outcome;
  if (outcome === "aborted") throw signal?.reason;
}
