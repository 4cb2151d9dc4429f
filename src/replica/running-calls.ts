import { Liveness } from "./liveness.js";

/** Where it is noted that a verb runs code of the caller's. Plain properties, since every plain verb sets them. */
export interface CallNote {
  /** The verb. */
  running: string | undefined;
  /** The function in which it does: while that is on the stack, the verb has not ended. */
  runningCall: unknown;
}

/** Runs code of the caller's inside of verbs, and knows which of them have not ended. */
export class RunningCalls {
  readonly #note: CallNote;
  /** Those inside of which the noted one was called. */
  readonly #outer: Readonly<CallNote>[] = [];
  readonly #liveness = new Liveness();

  constructor(note: CallNote) {
    this.#note = note;
  }

  run<R>(verb: string, call: () => R): R {
    const note = this.#note;
    const { running, runningCall } = note;
    if (running !== undefined) this.#outer.push({ running, runningCall });
    note.running = verb;
    note.runningCall = call;
    try {
      return call();
    } finally {
      if (running !== undefined) this.#outer.pop();
      note.running = running;
      note.runningCall = runningCall;
    }
  }

  /** Whether the noted verb runs. Those that were cut off are forgotten, so that the one around them is noted. */
  lives(): boolean {
    const note = this.#note;
    while (note.running !== undefined && !this.#liveness.lives(note.runningCall)) {
      const outer = this.#outer.pop();
      note.running = outer?.running;
      note.runningCall = outer?.runningCall;
    }
    return note.running !== undefined;
  }
}
