import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../src/index.js";
import { createItems, digestOf, Follower, itemCount, itemOf, textLength } from "../support/lag/item.js";
import { lagWords } from "../support/lag/words.js";
import type { LagInput, LagOutput, Role } from "../support/lag/worker.js";
import { makeMutant } from "../support/mutant.js";

const kib = 1_024;
const logLimitBytes = 64 * kib;
/** Of each of the two writers: together they write 100 MB. */
const commits = 50_000;
/** How much shared memory a segment may take, by the size of the data and of what the log may hold: the log also grows while a compactor waits. */
const mostTimes = 8;

/** A build whose threads take so long to read a base that compactions overtake them. */
const slowAtBases = {
  file: "log/shared-log.js",
  find: "const read = this.#copyFrames(generation, at, header.baseEnd);",
  replace: `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
    const read = this.#copyFrames(generation, at, header.baseEnd);`,
};

describe("threads that fall behind 100 MB of commits, with a log limit of 64 KiB", () => {
  it("lose nothing, hold nobody up, and memory stays within a multiple of the data", async () => {
    const library = new URL("../../src/index.js", import.meta.url).href;
    const slow = makeMutant([slowAtBases]);
    const words = new Int32Array(new SharedArrayBuffer(12));
    const db = new DictDB();
    try {
      const items = createItems(db);
      const handle = db.share({ logLimitBytes });
      const follower = new Follower(items.all(), db.seq);
      db.on("commit", follower.take);
      const start = (role: Role, from = library): Promise<LagOutput> => {
        const workerData: LagInput = { library: from, handle, role, commits, words };
        return outputOf(new Worker(new URL("../support/lag/worker.js", import.meta.url), { workerData }));
      };
      const made = async (count: number): Promise<void> => {
        for (let n = 0; n < count; n = Atomics.load(words, lagWords.made)) await Atomics.waitAsync(words, lagWords.made, n, 1_000).value;
      };
      const threads = (["write evens", "write odds", "compute", "sleep"] as const).map((role) => start(role));
      await made(commits / 2);
      threads.push(start("come late"), start("come late", slow.library));
      // One commit that is larger than the limit of the log.
      const many = Array.from({ length: 300 }, (_, i) => itemOf(10_000 + i, 1));
      items.insert(many);
      await made(commits);
      items.delete({ where: ({ id }) => id >= 10_150 });
      await made(2 * commits);
      Atomics.store(words, lagWords.over, 1);
      Atomics.notify(words, lagWords.over);
      const outputs = await Promise.all(threads);

      const digest = digestOf(items.all());
      const expected = [...Array.from({ length: itemCount }, (_, i) => lastOf(i + 1)), ...many.slice(0, 150)];
      expect(digest).toBe(digestOf(expected));
      for (const output of outputs) {
        expect({ ...output, longest: 0, delay: 0 }).toEqual({ role: output.role, digest, faults: [], longest: 0, delay: 0 });
        expect(output.longest).toBeLessThan(500 + 2 * output.delay);
      }
      expect(follower.contradictions).toEqual([]);
      expect(follower.digest).toBe(digest);
      const data = (itemCount + many.length) * (textLength + 100);
      for (const segment of handle.segments) expect(segment.byteLength).toBeLessThan(mostTimes * (data + logLimitBytes));
    } finally {
      await db.close();
      slow.remove();
    }
  }, 180_000);
});

/** A record as its writer leaves it in the end. */
function lastOf(id: number): ReturnType<typeof itemOf> {
  const turn = Math.floor((id - 1) / 2);
  const rounds = Math.floor((commits - turn) / (itemCount / 2));
  const last = turn + rounds * (itemCount / 2);
  return itemOf(id, last);
}

async function outputOf(worker: Worker): Promise<LagOutput> {
  const [output] = (await once(worker, "message")) as [LagOutput];
  return output;
}
