import type { Worker } from "node:worker_threads";

/** What is told of the end of threads. */
export interface ExitListener {
  noteEnd(threadId: number): void;
}

const listeners = new Set<WeakRef<ExitListener>>();
let isWatching = false;

/**
 * Tells the listener of the end of each worker that this thread starts from now on. Keeps neither the listener nor the process alive.
 *
 * On Linux the dead are found without it; elsewhere this is the one proof that there is.
 */
export function watchWorkerExits(listener: ExitListener): void {
  for (const known of listeners) {
    const target = known.deref();
    if (target === listener) return;
    if (target === undefined) listeners.delete(known);
  }
  listeners.add(new WeakRef(listener));
  if (isWatching) return;
  isWatching = true;
  process.on("worker", onWorker);
}

function onWorker(worker: Worker): void {
  // It is -1 by the time the worker has ended.
  const { threadId } = worker;
  worker.once("exit", () => {
    for (const known of listeners) known.deref()?.noteEnd(threadId);
  });
}
