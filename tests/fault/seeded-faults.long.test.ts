import { describe, expect, it } from "@jest/globals";
import { makeMutant } from "../support/mutant.js";
import type { Mutation } from "../support/mutant.js";
import { runSoak } from "../support/run-soak.js";

/**
 * Puts a mutant to sleep now and then where another thread has to come in at the wrong moment: on a busy machine too, threads then meet there.
 * @param share of the times that it comes there
 */
const nap = (share: number, ms: number): string =>
  `if (Math.random() < ${share}) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms});`;

const log = "log/shared-log.js";
const append = "segment.write(this.#at, bytes);";

interface Fault {
  readonly mutations: readonly Mutation[];
  /** It may leave a log that nobody can read to its end, which shows as a round that does not end within so many seconds. */
  readonly mayHang?: number;
  /** What the workers do: see the options of the soak. */
  readonly options?: readonly string[];
}

const faults: Readonly<Record<string, Fault>> = {
  "the tail is published before the commit is written": {
    mayHang: 10,
    mutations: [
      {
        file: log,
        find: append,
        replace: `Atomics.store(this.#words, words.tail + (this.#generation & 1), end);
          Atomics.store(this.#words, words.published, (this.#seq + 1) | 0);
          ${nap(0.1, 0.5)} ${append}`,
      },
    ],
  },
  "an entry is skipped": {
    mutations: [
      {
        file: log,
        find: "apply({ seq: this.#seq, changes });",
        replace: "apply({ seq: this.#seq, changes: this.#seq % 101 === 0 ? [] : changes });",
      },
    ],
  },
  "the mutex is released before the commit is written": {
    mayHang: 10,
    mutations: [{ file: log, find: append, replace: `this.mutex.unlock(); ${nap(0.1, 0.5)} ${append}` }],
  },
  "a commit is not checked against what arrived under the mutex": {
    mutations: [
      { file: "replica/shared-road.js", find: "(commit) => this.#meet(commit) && !touches(commit, reads)", replace: "this.#meet" },
      { file: log, find: "let bytes = this.codec.encode(changes);", replace: `let bytes = this.codec.encode(changes); ${nap(0.3, 1)}` },
    ],
  },
  "a unit of work is not checked against what it read": {
    mutations: [{ file: "transaction/atomic.js", find: "draft.conflict() !== undefined", replace: "false" }],
  },
  "mutexes are owned by slots": {
    mayHang: 15,
    mutations: [
      { file: "lock/shared/shared-mutex.js", find: "this.#me = slot.incarnation;", replace: "this.#me = slot.index + 1;" },
      // So long that others look whether the owner is dead.
      { file: log, find: append, replace: `${nap(0.01, 120)} ${append}` },
    ],
  },
  "a mutex is taken by a plain load and a plain store": {
    mayHang: 10,
    mutations: [
      {
        file: "lock/shared/shared-mutex.js",
        find: "return Atomics.compareExchange(this.#words, this.#at, 0, this.#me) === 0;",
        replace: `if (this.#words[this.#at] !== 0) return false; ${nap(0.05, 0.5)} this.#words[this.#at] = this.#me; return true;`,
      },
      { file: log, find: append, replace: `${nap(0.2, 0.5)} ${append}` },
    ],
  },
  "a reader does not look whether its segment is being overwritten": {
    mayHang: 10,
    mutations: [
      { file: log, find: "return Atomics.or(this.#words, words.claim, 0) - generation > 1;", replace: "return false;" },
      // It naps where it holds no lock: else nobody could write meanwhile.
      {
        file: "replica/shared-road.js",
        find: "refresh() {",
        replace: "refresh() { this.log.naps = true; try { this.refreshAwake(); } finally { this.log.naps = false; } } refreshAwake() {",
      },
      {
        file: log,
        find: "segment.copy(at, until, this.#scratch);",
        replace: `if (this.naps) ${nap(0.1, 30)} segment.copy(at, until, this.#scratch);`,
      },
    ],
    options: ["--log-limit", "512"],
  },
  "sleepers are not woken": {
    mutations: [{ file: "log/log-bell.js", find: "Atomics.notify(this.#words, words.bell);", replace: "" }],
  },
  "the end of the log is not copied into the new segment": {
    mayHang: 10,
    mutations: [
      { file: "log/compaction.js", find: "this.#to.copyFrom(this.#from, this.#copied, position, this.#at);", replace: "" },
      { file: "log/compaction.js", find: "this.#baseEnd = this.#at;", replace: `this.#baseEnd = this.#at; ${nap(1, 15)}` },
    ],
    options: ["--log-limit", "4096"],
  },
  "a read does not look for new commits": {
    mutations: [{ file: "transaction/live-source.js", find: "this.#replica.refresh();", replace: "" }],
    options: ["--watch", "blind"],
  },
};

describe("the workload and its judges", () => {
  it.each(Object.entries(faults))(
    "catch that %s",
    async (_name, { mutations, mayHang, options = [] }) => {
      const mutant = makeMutant(mutations);
      try {
        const args = ["--library", mutant.library, "--seeds", "0..5", "--operations", "1500", "--patience", String(mayHang ?? 60)];
        const { code, output } = await runSoak([...args, ...options]);
        // An error of the mutant itself is no catch.
        expect(output).not.toMatch(/SyntaxError|ReferenceError|is not a function|is not defined/);
        expect({ code, output }).not.toEqual({ code: 0, output });
        expect(output).toMatch(mayHang !== undefined ? /^(\d+ violations|the round does not end)$/m : /^\d+ violations$/m);
      } finally {
        mutant.remove();
      }
    },
    240_000,
  );

  it("find nothing wrong with the library itself under the same circumstances", async () => {
    for (const options of [[], ["--log-limit", "512"]]) {
      const { code, output } = await runSoak(["--seeds", "0..1", "--operations", "1500", "--patience", "60", ...options]);
      expect({ code, output }).toEqual({ code: 0, output: expect.anything() });
    }
  }, 120_000);
});
