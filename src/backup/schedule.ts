/** A timer takes no longer time than this. */
const longestMs = 2 ** 31 - 1;

/** When backups are made that nobody asks for: at intervals, and some time after a change that was told of. */
export class Schedule {
  readonly #run: () => Promise<void>;
  readonly #intervalMs: number;
  readonly #minIntervalMs: number;
  #interval: NodeJS.Timeout | undefined;
  #lastEnd = -Infinity;
  #putOff: { readonly timer: NodeJS.Timeout; readonly done: Promise<void>; readonly run: () => void } | undefined;

  /** @param run makes a backup; does not reject */
  constructor(run: () => Promise<void>, intervalMs: number, minIntervalMs: number) {
    this.#run = run;
    this.#intervalMs = intervalMs;
    this.#minIntervalMs = minIntervalMs;
  }

  /** Runs at intervals from now on. That does not keep the process alive. */
  start(): void {
    if (this.#interval !== undefined || this.#intervalMs > longestMs) return;
    this.#interval = setInterval(() => void this.#run(), this.#intervalMs);
    this.#interval.unref();
  }

  /** A backup ended just now, whoever asked for it. */
  noteEnd(): void {
    this.#lastEnd = performance.now();
  }

  /**
   * Something has changed: runs now, or when the shortest time between two backups is over; once, however often this is called meanwhile. This does
   * keep the process alive, as what was told of is to be backed up.
   */
  notify(): Promise<void> {
    if (this.#putOff !== undefined) return this.#putOff.done;
    const waitMs = this.#lastEnd + this.#minIntervalMs - performance.now();
    if (waitMs <= 0) return this.#run();
    let run = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      run = () => {
        this.#putOff = undefined;
        void this.#run().then(resolve);
      };
    });
    this.#putOff = { timer: setTimeout(run, Math.min(waitMs, longestMs)), done, run };
    return done;
  }

  /** Ends the intervals; what was put off runs now. */
  async stop(): Promise<void> {
    clearInterval(this.#interval);
    this.#interval = undefined;
    const putOff = this.#putOff;
    if (putOff === undefined) return;
    clearTimeout(putOff.timer);
    putOff.run();
    await putOff.done;
  }
}
