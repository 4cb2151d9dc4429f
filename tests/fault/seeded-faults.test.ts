import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { makeMutant } from "../support/mutant.js";
import type { Mutation } from "../support/mutant.js";

const soak = fileURLToPath(new URL("../soak/main.js", import.meta.url));
/** Slows a mutant down where another thread has to come in at the wrong moment. */
const dawdle = (ms: number): string => `for (const until = performance.now() + ${ms}; performance.now() < until; );`;

const log = "log/shared-log.js";
const append = "segment.write(this.#at, bytes);";

interface Fault {
  readonly mutations: readonly Mutation[];
  /** What the workers do: see the options of the soak. */
  readonly options?: readonly string[];
}

const faults: Readonly<Record<string, Fault>> = {
  "the tail is published before the commit is written": {
    mutations: [
      {
        file: log,
        find: append,
        replace: `Atomics.store(this.#words, words.tail + (this.#generation & 1), end);
          Atomics.store(this.#words, words.published, (this.#seq + 1) | 0);
          ${dawdle(0.02)} ${append}`,
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
    mutations: [{ file: log, find: append, replace: `this.mutex.unlock(); ${dawdle(0.02)} ${append}` }],
  },
  "a commit is not checked against what arrived under the mutex": {
    mutations: [
      { file: "replica/shared-road.js", find: "(commit) => this.#meet(commit) && !touches(commit, reads)", replace: "this.#meet" },
      { file: log, find: "let bytes = this.codec.encode(changes);", replace: `let bytes = this.codec.encode(changes); ${dawdle(0.05)}` },
    ],
  },
  "a unit of work is not checked against what it read": {
    mutations: [{ file: "transaction/atomic.js", find: "buffer.isOvertaken(snapshot)", replace: "false" }],
  },
  "a mutex is taken by a plain load and a plain store": {
    mutations: [
      {
        file: "lock/shared/shared-mutex.js",
        find: "return Atomics.compareExchange(this.#words, this.#at, 0, this.#me) === 0;",
        replace: `if (this.#words[this.#at] !== 0) return false; ${dawdle(0.005)} this.#words[this.#at] = this.#me; return true;`,
      },
    ],
  },
  "a reader does not look whether its segment is being overwritten": {
    mutations: [
      { file: log, find: "return Atomics.or(this.#words, words.claim, 0) - generation > 1;", replace: "return false;" },
      {
        file: log,
        find: "segment.copy(at, until, this.#scratch);",
        replace: `if (this.#seq % 100 === 0) ${dawdle(5)} segment.copy(at, until, this.#scratch);`,
      },
    ],
    options: ["--log-limit", "512"],
  },
  "sleepers are not woken": {
    mutations: [{ file: "log/log-bell.js", find: "Atomics.notify(this.#words, words.bell);", replace: "" }],
  },
  "the end of the log is not copied into the new segment": {
    mutations: [{ file: "log/compaction.js", find: "this.#to.copyFrom(this.#from, this.#copied, position, this.#at);", replace: "" }],
    options: ["--log-limit", "4096"],
  },
  "a read does not look for new commits": {
    mutations: [{ file: "transaction/live-source.js", find: "this.#replica.refresh();", replace: "" }],
    options: ["--watch", "blind"],
  },
};

/** Runs a few rounds of the soak on a build of the library; the first that fails ends it. */
function run(library: string, options: readonly string[] = []): Promise<{ code: unknown; output: string }> {
  const args = [soak, "--library", library, "--seeds", "0..5", "--operations", "2000", ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 25_000, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), output: stdout + stderr });
    });
  });
}

describe("the workload and its judges", () => {
  it.each(Object.entries(faults))("catch that %s", async (_name, { mutations, options }) => {
    const mutant = makeMutant(mutations);
    try {
      const { code, output } = await run(mutant.library, options);
      // An error of the mutant itself is no catch.
      expect(output).not.toMatch(/SyntaxError|ReferenceError|is not a function|is not defined/);
      expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/^replay: /m) });
    } finally {
      mutant.remove();
    }
  });
});
