import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "@jest/globals";
import { DictDB } from "../../src/index.js";
import type { DatabaseHandle } from "../../src/index.js";
import type { ShapeRequest } from "../support/shape-worker.js";

function startWorker(handle: DatabaseHandle): Worker {
  return new Worker(new URL("../support/shape-worker.js", import.meta.url), { workerData: handle });
}

async function ask(worker: Worker, request?: ShapeRequest): Promise<unknown> {
  worker.postMessage(request);
  const [answer] = (await once(worker, "message")) as [unknown];
  return answer;
}

it("threads that read on and threads that read a base agree about record shapes, whatever the base had to tell", async () => {
  const db = new DictDB();
  // Shared while it is empty: its log has told of no column or key counter, and a base will.
  const handle = db.share({ logLimitBytes: 65_536 });
  const table = db.createTable<Record<string, unknown>>("shapes", { primaryKey: "id" });
  const early = startWorker(handle);
  const workers = [early];
  try {
    expect(await ask(early)).toEqual([]);
    // Compactions, of which the other thread misses none.
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 10; i++) table.upsert({ id: 1, large: `${i}`.repeat(2_000) });
      expect(await ask(early)).toEqual([]);
    }
    table.insert({ id: 2, main: "new here" });
    expect(await ask(early)).toEqual([{ id: 2, main: "new here" }]);
    const late = startWorker(handle);
    workers.push(late);
    expect(await ask(late, { id: 3, late: 1 })).toEqual([
      { id: 2, main: "new here" },
      { id: 3, late: 1 },
    ]);
    const all = [
      { id: 2, main: "new here" },
      { id: 3, late: 1 },
      { id: 4, early: 1 },
    ];
    expect(await ask(early, { id: 4, early: 1 })).toEqual(all);
    expect(await ask(late)).toEqual(all);
    expect(table.select({ where: (found) => found.large === undefined, orderBy: "id" })).toEqual(all);
  } finally {
    await Promise.all(workers.map(async (worker) => worker.terminate()));
    await db.close();
  }
});
