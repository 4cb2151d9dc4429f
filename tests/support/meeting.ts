/** How long anybody waits for the others: tells hanging from working. */
const limitMs = 20_000;

/** A place in shared memory where threads wait for each other. Made anew from its `word` in each thread. */
export class Meeting {
  readonly word: Int32Array;

  constructor(word: Int32Array = new Int32Array(new SharedArrayBuffer(4))) {
    this.word = word;
  }

  /** How many have come. */
  get here(): number {
    return Atomics.load(this.word, 0);
  }

  /** Says that this thread has come, and goes on. */
  arrive(): void {
    Atomics.add(this.word, 0, 1);
    Atomics.notify(this.word, 0);
  }

  /** Blocks the thread until so many have come. */
  waitFor(count: number): void {
    for (let here = this.here; here < count; here = this.here) {
      if (Atomics.wait(this.word, 0, here, limitMs) === "timed-out") throw new Error(`only ${here} of ${count} threads have come`);
    }
  }

  /** Resolves when so many have come. */
  async whenHere(count: number): Promise<void> {
    for (let here = this.here; here < count; here = this.here) {
      const { value } = Atomics.waitAsync(this.word, 0, here, limitMs);
      // A wait for another thread keeps no event loop alive; this one does.
      const alive = setInterval(() => {}, limitMs);
      const outcome = await value;
      clearInterval(alive);
      if (outcome === "timed-out") throw new Error(`only ${here} of ${count} threads have come`);
    }
  }

  /** Comes, and blocks until all have: from then on they go on together. */
  meet(count: number): void {
    this.arrive();
    this.waitFor(count);
  }
}
