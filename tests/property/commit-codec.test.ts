import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Change } from "../../src/log/commit.js";
import { CommitCodec } from "../../src/log/commit-codec.js";
import { patience, runs } from "../support/arbitraries.js";
import { change } from "../support/arbitrary-storable.js";
import { isExactly } from "../support/exactly.js";

/** A log in its simplest form: what was appended, as bytes and as what those must mean. */
interface Entry {
  readonly bytes: Uint8Array;
  readonly changes: readonly Change[];
}

/** One reader and writer of that log. */
class Replica {
  codec = new CommitCodec();
  #seq = 0;

  constructor(base?: Replica) {
    if (base === undefined) return;
    this.codec.loadShapes(base.codec.encodeShapes());
    this.#seq = base.#seq;
  }

  /** Reads on, up to so many entries, each of which must be what its writer meant. */
  read(log: readonly Entry[], most = Infinity): void {
    for (const end = Math.min(log.length, this.#seq + most); this.#seq < end; this.#seq++) {
      const { bytes, changes } = log[this.#seq]!;
      const own = bytes.slice();
      const decoded = this.codec.decode(own);
      own.fill(0xff);
      if (!isExactly(decoded, changes)) throw new Error("a commit was decoded as something else");
    }
  }

  /** Encodes, reads what others have appended meanwhile, appends. Returns whether it had to encode again. */
  write(log: Entry[], changes: readonly Change[]): boolean {
    let bytes = this.codec.encode(changes).slice();
    this.read(log);
    const again = !this.codec.isCurrent;
    if (again) bytes = this.codec.encode(changes).slice();
    if (!this.codec.isCurrent) throw new Error("a commit that was just encoded is not current");
    log.push({ bytes, changes });
    this.#seq++;
    this.codec.appended();
    return again;
  }
}

const step = fc.record({
  replica: fc.nat({ max: 2 }),
  act: fc.constantFrom("write", "write", "write", "read", "readOne", "lose", "loseAndRead", "rebuild", "takeBase"),
  changes: fc.array(change, { maxLength: 3 }),
});

describe("commits of several replicas", () => {
  it(
    "are read by all as they were meant, however the replicas take turns",
    () => {
      let encodedAgain = 0;
      fc.assert(
        fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
          const log: Entry[] = [];
          const replicas = [new Replica(), new Replica(), new Replica()];
          for (const { replica: number, act, changes } of steps) {
            const replica = replicas[number]!;
            switch (act) {
              case "write":
                if (replica.write(log, changes)) encodedAgain++;
                break;
              case "read":
                replica.read(log);
                break;
              case "readOne":
                replica.read(log, 1);
                break;
              case "lose":
                replica.codec.encode(changes);
                break;
              case "loseAndRead":
                replica.codec.encode(changes);
                replica.read(log);
                break;
              case "takeBase":
                replicas[number] = new Replica(replicas[(number + 1) % 3]);
                break;
              case "rebuild":
                replica.codec.loadShapes(replica.codec.encodeShapes());
            }
          }
          for (const replica of replicas) replica.read(log);
          const [first, ...others] = replicas.map(({ codec }) => ({ shapes: codec.shapes, bytes: codec.encodeShapes() }));
          for (const other of others) expect(other).toEqual(first);
        }),
        runs(250),
      );
      expect(encodedAgain).toBeGreaterThan(0);
    },
    patience,
  );

  it(
    "are shorter once the log knows their shapes, and mean the same",
    () => {
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
          const codec = new CommitCodec();
          const bytes = codec.encode(changes).slice();
          codec.appended();
          const known = codec.shapes;
          // Told already: the second commit tells nothing and is shorter by that.
          const second = codec.encode(changes).slice();
          expect(second.length).toBeLessThanOrEqual(bytes.length);
          codec.appended();
          expect(codec.shapes).toBe(known);
          const reader = new CommitCodec();
          return isExactly(reader.decode(bytes), changes) && isExactly(reader.decode(second), changes) && reader.shapes === known;
        }),
        runs(200),
      );
    },
    patience,
  );
});
