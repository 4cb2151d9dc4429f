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

/** A worker at work. */
export interface Started {
  readonly worker: Worker;
  /** What it reports at its end; never settles when it dies before, so a test that waits for it then fails by its time. */
  readonly report: Promise<WorkerReport>;
  /** Settles when the thread has ended, however it did. */
  readonly ended: Promise<void>;
}

/** Starts a worker, and resolves when it is about to begin. */
export async function start(plan: WorkerPlan): Promise<Started> {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: plan,
    stderr: true,
    resourceLimits: plan.death === "heap" ? { maxOldGenerationSizeMb: 24 } : {},
  });
  // All listeners from the beginning: a worker may be done before the others of its test have begun.
  const report = new Promise<WorkerReport>((resolve) => {
    worker.on("message", (message: WorkerReport | "ready" | "now") => {
      if (message === "now") void worker.terminate();
      else if (message !== "ready") resolve(message);
    });
  });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    // One that is to die may die with an error; another's is the test's.
    worker.on("error", (error: unknown) => {
      if (plan.death === undefined) reject(error);
    });
  });
  return { worker, report, ended };
}
