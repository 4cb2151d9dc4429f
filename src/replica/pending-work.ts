/** Work that goes on beside the calls of a database (saves, exports, backups), so that closing it can wait for it. */
export class PendingWork {
  readonly #running = new Set<Promise<unknown>>();
  readonly #enders = new Set<() => Promise<unknown>>();

  /** Notes some work until it is done; answers the same promise. */
  track<R>(work: Promise<R>): Promise<R> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
    return work;
  }

  /**
   * Calls a function when the database is closed: it ends something that would go on for ever.
   * @returns a function that makes it unnecessary
   */
  endWith(end: () => Promise<unknown>): () => void {
    this.#enders.add(end);
    return () => this.#enders.delete(end);
  }

  /** Resolves when what is under way now is done; undefined where nothing is. */
  whenIdle(): Promise<unknown> | undefined {
    return this.#running.size === 0 ? undefined : Promise.all(this.#running);
  }

  /** Ends everything and resolves when nothing is left. What fails has told whom it concerns. */
  async end(): Promise<void> {
    const ends = Array.from(this.#enders, (end) => end());
    await Promise.allSettled(ends);
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
