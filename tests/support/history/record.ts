import { setImmediate } from "node:timers/promises";
import { hasChanged } from "./operation.js";
import type { Operation, Recorded, Result } from "./operation.js";
import { perform } from "./perform.js";
import type { Stage } from "./perform.js";
import type { Random, Workload } from "./workload.js";

/**
 * How a thread learns when in the log its operations were. "seq" reads `db.seq` after each; "feed" takes its commits' seqs from the feed and places
 * reads between them; "blind" does nothing, so that the database is not touched between two operations.
 */
export type Watch = "seq" | "feed" | "blind";

export interface RecordOptions {
  readonly thread: number;
  readonly operations: number;
  readonly watch: Watch;
  /** Draws the pauses: a turn of the event loop, or other work during which the thread falls behind, by a little or by far. */
  readonly random: Random;
  readonly now: () => number;
}

interface Timed {
  readonly operation: Operation;
  readonly result: Result;
  readonly invoke: number;
  readonly return: number;
  /** `db.seq` after it, where it is watched. */
  readonly after: number;
}

/** Does a thread's part of a workload and writes down what it saw. */
export async function record(stage: Stage, workload: Workload, options: RecordOptions): Promise<Recorded[]> {
  const { thread, operations, watch, random, now } = options;
  const commits: number[] = [];
  const off = watch === "blind" ? undefined : stage.db.on("commit", ({ seq, origin }) => void (origin === "local" && commits.push(seq)));
  const first = watch === "blind" ? 0 : stage.db.seq;
  const timed: Timed[] = [];
  for (let i = 0; i < operations; i++) {
    const operation = workload.next();
    const invoke = now();
    const result = perform(stage, operation);
    const end = now();
    timed.push({ operation, result, invoke, return: end, after: watch === "seq" ? stage.db.seq : 0 });
    if (operation.verb === "insert" && typeof result === "number") workload.note(result);
    const pause = random(400);
    if (pause < 2) await setImmediate();
    else if (pause < 4) work(random(20_000));
    else if (pause === 4 && random(6) === 0) work(10_000_000);
  }
  await setImmediate(); // the feed tells from a task of its own
  off?.();
  return placed(thread, timed, watch, first, commits);
}

/** Places operations in the log: commits where the feed saw them, reads between the thread's commits, or nearer where `db.seq` was read. */
function placed(thread: number, timed: readonly Timed[], watch: Watch, first: number, commits: readonly number[]): Recorded[] {
  let latest = first;
  let next = 0;
  const history = timed.map(({ after, ...entry }): Recorded => {
    if (watch === "blind") return { thread, ...entry, seq: [0, Infinity] };
    const commit = commits[next] ?? Infinity;
    if (!hasChanged(entry.operation, entry.result)) {
      const from = latest;
      if (watch === "seq") latest = after;
      return { thread, ...entry, seq: [from, Math.min(watch === "seq" ? after : Infinity, commit - 1)] };
    }
    next++;
    latest = Math.max(commit, after);
    return { thread, ...entry, seq: [commit, commit] };
  });
  if (watch !== "blind" && next !== commits.length) {
    throw new Error(`thread ${thread} made ${next} commits, but its feed told of ${commits.length} of its own`);
  }
  return history;
}

function work(turns: number): number {
  let sum = 0;
  for (let i = 0; i < turns; i++) sum = Math.imul(sum ^ i, 0x9e3779b1);
  return sum;
}
