import { workerData } from "node:worker_threads";
import { DictDB } from "../../src/index.js";
import type { DatabaseHandle } from "../../src/index.js";

/** What the thread is given: it adds 1 to `n` of the record 1 whenever the first word goes up, and then puts that number into the second. */
export interface PokedWriterInput {
  readonly handle: DatabaseHandle;
  readonly words: Int32Array;
}

// The whole of a worker thread.
const { handle, words } = workerData as PokedWriterInput;
const table = DictDB.attach(handle).getTable<{ id: number; n: number }>("counted");
for (let pokes = 1; ; pokes++) {
  while (Atomics.load(words, 0) < pokes) Atomics.wait(words, 0, pokes - 1, 100);
  table.update(({ n }) => ({ n: n + 1 }), 1);
  Atomics.store(words, 1, pokes);
  Atomics.notify(words, 1);
}
