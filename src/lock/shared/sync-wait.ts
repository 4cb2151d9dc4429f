import type { Doorbell } from "./doorbell.js";
import { firstPause, longestPause, pause, sliceMs } from "./spin.js";

/** What a synchronous call comes to that has to wait: "deadlock" where it would wait for its own thread. */
export type SyncOutcome = "granted" | "timed out" | "deadlock";

/** What a thread does while it waits without its event loop. */
export interface SyncWait {
  /** Tries to get what is waited for. */
  attempt(): boolean;
  /** Says in shared memory that this thread waits, so that it is rung. May be called again. */
  announce(): void;
  /** Called about once in a slice: looks for the dead. */
  check(): void;
  /** Called after each sleep: others have had their chance. */
  awake(): void;
}

/**
 * Blocks the thread until an attempt succeeds: true; or until the time is up: false.
 *
 * Spins for some microseconds first, since most sections take about one; then sleeps on the bell, in slices.
 *
 * @param meanwhile is called between attempts; must not throw
 */
export function waitSync(wait: SyncWait, bell: Doorbell, timeoutMs: number, meanwhile: (() => void) | undefined): boolean {
  const startedAt = performance.now();
  let checkedAt = startedAt;
  for (;;) {
    for (let rounds = firstPause; rounds <= longestPause; rounds *= 2) {
      pause(rounds);
      meanwhile?.();
      if (wait.attempt()) return true;
    }
    const now = performance.now();
    if (now - startedAt >= timeoutMs) return false;
    if (now - checkedAt >= sliceMs) {
      checkedAt = now;
      wait.check();
    }
    // In this order: see `LockWords` on wake-ups.
    bell.arm();
    wait.announce();
    if (wait.attempt()) return true;
    bell.sleep(Math.min(sliceMs, timeoutMs - (now - startedAt)));
    wait.awake();
    if (wait.attempt()) return true;
  }
}
