const clockWord = 0;
const firstGate = 1;

/** What the threads of a round share besides the database: a clock that orders all their moments, and gates at which they wait for each other. */
export class Common {
  /** To be handed to the other threads. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #threads: number;

  constructor(threads: number, gates: number, buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * (firstGate + gates))) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#threads = threads;
  }

  /** A moment that comes after all that was told before, in any thread. */
  now(): number {
    return Atomics.add(this.#words, clockWord, 1);
  }

  /** Waits until every thread is at a gate. @throws when they do not come, so that one's failure does not hang the others */
  pass(gate: number, timeoutMs = 60_000): void {
    const word = firstGate + gate;
    let arrived = Atomics.add(this.#words, word, 1) + 1;
    Atomics.notify(this.#words, word);
    while (arrived < this.#threads) {
      if (Atomics.wait(this.#words, word, arrived, timeoutMs) === "timed-out") throw new Error(`${arrived} threads came to gate ${gate}`);
      arrived = Atomics.load(this.#words, word);
    }
  }
}
