import { once } from "node:events";
import { Worker } from "node:worker_threads";

export type Deed = "read sync" | "write sync" | "read" | "write";
export type Death = "terminate" | "exit" | "throw" | "heap";

/** What a worker of these tests is to do. */
export interface WorkerPlan {
  readonly buffer: SharedArrayBuffer;
  /** The version that only writers change, and whether to stop. */
  readonly cells: Int32Array;
  readonly seed: number;
  /** What each of its two tasks does again and again; a mixture by default. */
  readonly deed?: Deed;
  readonly operations: number;
  /** How it ends before its time, at a random moment or in a state. */
  readonly death?: Death;
  readonly state?: "read" | "write" | "waiting to read" | "waiting to write" | "waiting in a sync read" | "waiting in a sync write";
  /** Whether it lets its event loop turn between operations. */
  readonly keepsUp?: boolean;
}

/** What a worker says at its end. */
export interface WorkerReport {
  /** How often somebody else changed the version inside a section. */
  readonly errors: number;
  readonly longestMs: number;
  readonly waits: number;
}

export function newCells(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(64));
}

export function stopAll(cells: Int32Array): void {
  Atomics.store(cells, 1, 1);
}

/** Starts a worker, and resolves when it is about to begin. */
export async function start(plan: WorkerPlan): Promise<Worker> {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: plan,
    stderr: true,
    resourceLimits: plan.death === "heap" ? { maxOldGenerationSizeMb: 24 } : {},
  });
  await once(worker, "message");
  return worker;
}

/** Resolves to what a worker reports at its end. */
export async function reportOf(worker: Worker): Promise<WorkerReport> {
  const [report] = (await once(worker, "message")) as [WorkerReport];
  return report;
}

/** Resolves when the thread has ended, however; to be asked for before it can have. */
export function endOf(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.on("error", () => {});
    worker.once("exit", () => resolve());
  });
}
