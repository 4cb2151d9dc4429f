import { writeSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";

interface WatchdogInput {
  /** Goes up when a round begins. */
  readonly rounds: Int32Array;
  readonly patienceMs: number;
}

/** Ends the process when a round takes too long, also while its main thread hangs. The function notes that a round begins. */
export function startWatchdog(patienceMs: number): () => void {
  const rounds = new Int32Array(new SharedArrayBuffer(4));
  const input: WatchdogInput = { rounds, patienceMs };
  new Worker(new URL(import.meta.url), { workerData: input }).unref();
  return () => {
    Atomics.add(rounds, 0, 1);
    Atomics.notify(rounds, 0);
  };
}

if (!isMainThread) {
  const { rounds, patienceMs } = workerData as WatchdogInput;
  for (let round = 0; ; round = Atomics.load(rounds, 0)) {
    if (Atomics.wait(rounds, 0, round, round === 0 ? Infinity : patienceMs) !== "timed-out") continue;
    writeSync(1, "the round does not end\n");
    process.kill(process.pid, "SIGKILL");
  }
}
