/** Tells the time and wakes people: what code that waits is given, so that a test can run the clock itself. */
export interface Clock {
  /** Milliseconds since 1970, with fractions; never goes back. Clocks of all threads of a process agree. */
  now(): number;
  /** Calls `callback` once after so many milliseconds; the function returned prevents that. 0 is the next turn of the event loop. */
  setTimer(ms: number, callback: () => void): () => void;
}

/** The clock of the machine. A timer keeps the process alive. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimer(ms, callback) {
    if (ms < 1) {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
