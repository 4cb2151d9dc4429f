import { Worker } from "node:worker_threads";
import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../src/index.js";
import type { PokedWriterInput } from "../support/poked-writer.js";

describe("a unit of work that other threads overtake", () => {
  it("runs again, and in the end while nobody else can write", async () => {
    const db = new DictDB();
    const counted = db.createTable<{ id: number; n: number }>("counted");
    const others = db.createTable<{ id: number; seen: number }>("others");
    counted.insert({ n: 0 });
    const words = new Int32Array(new SharedArrayBuffer(8));
    const workerData: PokedWriterInput = { handle: db.share(), words };
    const writer = new Worker(new URL("../support/poked-writer.js", import.meta.url), { workerData });
    try {
      let runs = 0;
      const answer = db.atomic(() => {
        const { n } = counted.get(1, { mustMatch: true });
        runs++;
        Atomics.store(words, 0, runs);
        Atomics.notify(words, 0);
        // The last run keeps the other thread out, so there is nothing to wait for.
        if (runs <= 3) Atomics.wait(words, 1, runs - 1, 20_000);
        counted.update({ n: n + 100 }, 1);
        others.insert({ seen: n });
        return n;
      });
      expect({ answer, runs }).toEqual({ answer: 3, runs: 4 });
      expect(others.all()).toEqual([{ id: 1, seen: 3 }]);
      Atomics.wait(words, 1, 3, 20_000);
      expect(counted.get(1)).toEqual({ id: 1, n: 104 });
    } finally {
      await writer.terminate();
      await db.close();
    }
  });
});
