import { Worker } from "node:worker_threads";
import { randomFrom } from "../random.js";
import { checkBlackBox } from "./black-box.js";
import { Common } from "./gate.js";
import { checkLogOrder, finalRows } from "./log-order.js";
import { FeedCopy } from "./feed-copy.js";
import { buildStage, rowsOf } from "./perform.js";
import type { Rows } from "./plain-store.js";
import type { Watch } from "./record.js";
import { roundGates } from "./round-gates.js";
import type { WorkerInput, WorkerOutput } from "./worker.js";
import { firstRows } from "./workload.js";
import type { Mix } from "./workload.js";

export interface RoundOptions {
  /** The URL of the library under test. */
  readonly library: string;
  readonly seed: number;
  readonly threads: number;
  readonly operations: number;
  readonly watch: Watch;
  /** From how many bytes of log on the shared memory is compacted; by default the database's own, 16 MiB. */
  readonly logLimitBytes?: number | undefined;
  readonly mix?: Mix;
}

/** What a round showed. */
export interface RoundResult {
  /** How many operations were judged. */
  readonly judged: number;
  /** In words; empty when all is well. */
  readonly violations: readonly string[];
}

/** Lets threads work on one shared database and judges what they saw: by the log's order where it was watched, as a black box, and in the end. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { library, seed, threads, watch } = options;
  const { DictDB } = (await import(library)) as typeof import("../../../src/index.js");
  const db = new DictDB();
  const rows = firstRows();
  // Both ways to share: what is there is taken along, what comes later appears.
  const early = randomFrom(seed)(2) === 0;
  const { logLimitBytes } = options;
  if (early) db.share({ logLimitBytes });
  const stage = buildStage(db, rows);
  const handle = db.share({ logLimitBytes });
  const start = { rows, seq: db.seq };
  const copy = new FeedCopy(db, rows);
  const common = new Common(threads, roundGates);
  const input = { ...options, handle, common: common.buffer, mix: options.mix };
  const outputs = await Promise.all(Array.from({ length: threads }, (_, thread) => outputOf({ ...input, thread })));
  const history = outputs.flatMap((output) => output.history);
  const violations = watch === "blind" ? [] : checkLogOrder({ history, start });
  const verdict = checkBlackBox(history, rows);
  if (verdict !== "linearizable") violations.push(typeof verdict === "string" ? verdict : verdict.violation);
  if (!(await copy.reaches(Math.max(...outputs.map((output) => output.seq)))))
    violations.push("the feed of an idle thread did not tell of the end");
  violations.push(...copy.contradictions);
  copy.end();
  const replicas = [copy.rows(), ...outputs.map((output) => output.rows), rowsOf(stage)];
  const expected = watch === "blind" ? replicas[0]! : finalRows({ history, start });
  const names = ["the feed", ...outputs.map((_, i) => `thread ${i}`), "the creator"];
  for (const [i, replica] of replicas.entries()) violations.push(...differences(names[i]!, replica, expected));
  await db.close();
  return { judged: history.length, violations };
}

function outputOf(input: WorkerInput): Promise<WorkerOutput> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: input });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`thread ${input.thread} ended with ${code} and told nothing`)));
  });
}

function differences(name: string, replica: Rows, expected: Rows): string[] {
  const text = (rows: Rows): string[] => [
    ...rows.left.map((row) => `left ${row.join()}`),
    ...rows.right.map((row) => `right ${row.join()}`),
  ];
  const [found, wanted] = [new Set(text(replica)), new Set(text(expected))];
  const missing = [...wanted].filter((row) => !found.has(row));
  const surplus = [...found].filter((row) => !wanted.has(row));
  if (missing.length === 0 && surplus.length === 0) return [];
  return [`in the end ${name} lacks ${missing.slice(0, 5).join("; ")}, and has ${surplus.slice(0, 5).join("; ")}`];
}
