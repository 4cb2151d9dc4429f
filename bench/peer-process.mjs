import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** @typedef {import("./worker.mjs").Task | import("./threads/process.mjs").Task} Task */

const WORKER = fileURLToPath(new URL("./worker.mjs", import.meta.url));

/** @param {{ value: any } | { tooSlow: string }} answer */
export function valueOf(answer) {
  if ("tooSlow" in answer) throw new Error(answer.tooSlow);
  return answer.value;
}

/** A running process of one peer, asked one task at a time. */
export class PeerProcess {
  #child;
  #name;

  /** @param {string} name @param {string} [script] what the process runs */
  constructor(name, script = WORKER) {
    this.#name = name;
    this.#child = fork(script, [name], { execArgv: ["--expose-gc", "--max-old-space-size=6144"] });
  }

  /**
   * @param {Task} task
   * @returns {Promise<{ value: any } | { tooSlow: string }>} rejects when the work failed or its check did
   */
  ask(task) {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const label = `${this.#name}, ${"item" in task ? task.item : task.task}`;
      /** @param {number | null} code @param {string | null} signal */
      const onExit = (code, signal) => reject(new Error(`${label}: the process ended with ${signal ?? code}`));
      child.once("exit", onExit);
      child.once("message", (/** @type {import("./worker.mjs").Answer} */ answer) => {
        child.off("exit", onExit);
        if ("error" in answer) reject(new Error(`${label}: ${answer.error}`));
        else resolve(answer);
      });
      child.send(task);
    });
  }

  /** @returns {Promise<void>} when the process is gone */
  async end() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.disconnect();
    await gone;
  }
}
