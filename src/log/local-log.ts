import type { Change, Seq } from "./commit.js";
import type { AppendResult, Log } from "./log.js";

/**
 * The log of a database that lives in one thread. It keeps no commits: its only reader is the replica that appends, and that one applies each
 * commit as it is made.
 */
export class LocalLog implements Log {
  #tail: Seq;

  /** @param tail the commits before: those of the database that this one goes on from */
  constructor(tail: Seq = 0) {
    this.#tail = tail;
  }

  get tail(): Seq {
    return this.#tail;
  }

  isPast(seq: Seq): boolean {
    return this.#tail > seq;
  }

  read(): "read" {
    return "read";
  }

  append(expected: Seq, changes: readonly Change[]): AppendResult {
    if (expected !== this.#tail) return "conflict";
    return { seq: ++this.#tail, changes };
  }
}
