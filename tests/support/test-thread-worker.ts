import { parentPort, workerData } from "node:worker_threads";
import { DictDB } from "../../src/index.js";
import { noMoreTasks } from "./test-thread.js";
import type { TaskAnswer, TaskRequest } from "./test-thread.js";

type Task = (db: DictDB, ...args: readonly unknown[]) => unknown;

const tasks = (await import((workerData as { module: string }).module)) as Record<string, Task>;
const port = parentPort!;

async function answer({ id, handle, options, name, args }: TaskRequest): Promise<TaskAnswer> {
  try {
    const result = await tasks[name]!(DictDB.attach(handle, options), ...args);
    return { id, result };
  } catch (error) {
    const { name, code, details, stack } = error as Record<string, unknown>;
    return { id, error: { message: (error as Error).message, fields: { name, code, details, stack } } };
  }
}

port.on("message", (request: TaskRequest | typeof noMoreTasks) => {
  if (request === noMoreTasks) port.close();
  else void answer(request).then((message) => port.postMessage(message));
});
