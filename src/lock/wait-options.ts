import { checkOptions, isAbortSignal, isDuration } from "../base/arguments.js";

/** How long a lock is waited for where nobody says otherwise, in milliseconds. */
export const defaultLockTimeoutMs = 5_000;

/** What every wait for a lock takes. */
export interface WaitOptions {
  /** How long to wait, in milliseconds, before `LockTimeoutError`; 0 takes the lock only if it is free now, `Infinity` waits without limit. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait when it aborts; the wait then rejects with the signal's reason, unchanged. */
  readonly signal?: AbortSignal | undefined;
}

const checks = { timeoutMs: isDuration, signal: isAbortSignal };

/** Refuses wait options with an unknown name or a wrong value. */
export function checkWaitOptions(where: string, options: WaitOptions | undefined): void {
  checkOptions(where, options, checks);
}
