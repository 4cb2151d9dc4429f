import { hasChanged } from "./operation.js";
import type { Operation, Recorded } from "./operation.js";
import { PlainStore } from "./plain-store.js";
import { firstRows, Workload } from "./workload.js";
import type { Mix, Random } from "./workload.js";

/** The moments between the effects of two operations that follow each other in an imagined history. */
const pace = 16;

/**
 * The history of threads that share a database without a fault: operations have their effects one after the other, and each is stretched at random
 * over its neighbours. No database is needed for it.
 */
export function imagine(random: Random, threads: number, length: number, mix?: Mix): Recorded[] {
  const store = new PlainStore(firstRows());
  const workloads = Array.from({ length: threads }, (_, i) => new Workload(i, random, mix));
  const doers = Array.from({ length }, () => random(threads));
  const free = workloads.map(() => 0);
  let seq = 0;
  return doers.map((thread, i) => {
    const effect = (i + 1) * pace;
    // Between the effects of the thread's own neighbours, and not longer than a few paces: else everything would overlap.
    const next = doers.indexOf(thread, i + 1);
    const until = Math.min(next < 0 ? Infinity : (next + 1) * pace, effect + 4 * pace);
    const invoke = Math.max(free[thread]!, effect - 4 * pace) + 1 + random(effect - Math.max(free[thread]!, effect - 4 * pace) - 1);
    const end = effect + 1 + random(until - effect - 2);
    free[thread] = end;
    const operation = workloads[thread]!.next();
    const { result, writes } = store.ask(operation, undefined);
    store.apply(writes);
    noteKeys(workloads, operation, result);
    if (hasChanged(operation, result)) seq++;
    return { thread, operation, result, invoke, return: end, seq: [seq, seq] };
  });
}

function noteKeys(workloads: readonly Workload[], { verb }: Operation, result: unknown): void {
  if (verb === "insert" && typeof result === "number") for (const workload of workloads) workload.note(result);
}
