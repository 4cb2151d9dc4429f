import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { DatabaseHandle, DatabaseOptions, DictDB } from "../../src/index.js";

/** What a module of tasks exports: functions that a thread runs on its part of a database. What they take and answer is copied. */
type TaskName<M> = keyof M & string;
type TaskArguments<F> = F extends (db: DictDB, ...args: infer A) => unknown ? A : never;
type TaskResult<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Asks a thread to run a task. */
export interface TaskRequest {
  readonly id: number;
  readonly handle: DatabaseHandle;
  readonly options: DatabaseOptions | undefined;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What became of a task. An error comes as plain data, since its class and its code do not cross. */
export type TaskAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> } };

/** Ends a thread's wait for requests, so that it ends by itself as soon as nothing keeps it alive. */
export const noMoreTasks = "no more tasks";

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker thread that runs tasks of one module, several at a time if they await. */
export class TestThread<M> {
  readonly #worker: Worker;
  readonly #exit: Promise<unknown[]>;
  readonly #pending = new Map<number, Pending>();
  #requests = 0;

  /** @param module the URL of the built module with the tasks */
  constructor(module: URL) {
    this.#worker = new Worker(new URL("./test-thread-worker.js", import.meta.url), { workerData: { module: module.href } });
    this.#worker.unref();
    this.#exit = once(this.#worker, "exit");
    this.#worker.on("message", (answer: TaskAnswer) => this.#settle(answer));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("the thread has ended")));
  }

  /** `threadId` of the worker. */
  get threadId(): number {
    return this.#worker.threadId;
  }

  /** Runs a task on the thread's part of a database, which it attaches to when it first hears of it. */
  run<N extends TaskName<M>>(handle: DatabaseHandle, name: N, ...args: TaskArguments<M[N]>): Promise<TaskResult<M[N]>> {
    return this.runWith(undefined, handle, name, ...args);
  }

  /** {@link run}, with options for the attaching. */
  runWith<N extends TaskName<M>>(
    options: DatabaseOptions | undefined,
    handle: DatabaseHandle,
    name: N,
    ...args: TaskArguments<M[N]>
  ): Promise<TaskResult<M[N]>> {
    const id = this.#requests++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#worker.ref();
      const request: TaskRequest = { id, handle, options, name, args };
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread at once, whatever it is doing. What it was running rejects. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Resolves once the thread has ended by itself, as it should: it is told that no more tasks come, and nothing else. */
  async end(): Promise<void> {
    this.#worker.ref();
    this.#worker.postMessage(noMoreTasks);
    const [code] = (await this.#exit) as [number];
    if (code !== 0) throw new Error(`the thread has ended with code ${code}`);
  }

  #settle(answer: TaskAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ("error" in answer) pending?.reject(Object.assign(new Error(answer.error.message), answer.error.fields));
    else pending?.resolve(answer.result);
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
