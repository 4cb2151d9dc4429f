import { LockTimeoutError } from "../base/errors.js";
import type { SharedRWLock } from "../lock/shared/shared-rw-lock.js";

/** A table that stays locked for longer is locked by a section, not by a commit. */
const longCommitMs = 2;

/** Whether another thread holds a lock for longer than a commit takes. Blocks the thread for about that long to find out. */
export function isLockedForLong(lock: SharedRWLock, meanwhile: () => void): boolean {
  if (!lock.tryEnterWrite()) {
    try {
      lock.enterWrite(longCommitMs, meanwhile);
    } catch (error) {
      if (error instanceof LockTimeoutError) return true;
      throw error;
    }
  }
  lock.leaveWrite();
  return false;
}
