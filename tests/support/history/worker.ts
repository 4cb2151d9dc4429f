import type { DatabaseHandle } from "../../../src/index.js";
import { parentPort, workerData } from "node:worker_threads";
import { randomFrom } from "../random.js";
import { Common } from "./gate.js";
import type { Recorded } from "./operation.js";
import { openStage, rowsOf } from "./perform.js";
import type { Rows } from "./plain-store.js";
import { roundGates } from "./round-gates.js";
import { record } from "./record.js";
import type { Watch } from "./record.js";
import { everything, Workload } from "./workload.js";
import type { Mix } from "./workload.js";

/** What a worker of a round is given. */
export interface WorkerInput {
  /** The URL of the library: the one under test, or a mutant of it. */
  readonly library: string;
  readonly handle: DatabaseHandle;
  readonly common: SharedArrayBuffer;
  readonly threads: number;
  readonly thread: number;
  readonly seed: number;
  readonly operations: number;
  readonly watch: Watch;
  readonly mix: Mix | undefined;
}

/** What it gives back. */
export interface WorkerOutput {
  readonly history: readonly Recorded[];
  /** Its replica when everybody had finished. */
  readonly rows: Rows;
  readonly seq: number;
}

// The whole of a worker thread of a round.
const { library, handle, common: buffer, threads, thread, seed, operations, watch, mix = everything } = workerData as WorkerInput;
const { DictDB } = (await import(library)) as typeof import("../../../src/index.js");
const common = new Common(threads, roundGates, buffer);
// The incarnations of those who come back are not the numbers of their slots.
if (seed % 2 === 0) await DictDB.attach(handle).close();
const stage = openStage(DictDB.attach(handle));
const random = randomFrom(seed * 1_000 + thread);
const workload = new Workload(thread, random, mix);
common.pass(0);
const history = await record(stage, workload, { thread, operations, watch, random, now: () => common.now() });
common.pass(1);
const output: WorkerOutput = { history, rows: rowsOf(stage), seq: stage.db.seq };
await stage.db.close();
parentPort?.postMessage(output);
