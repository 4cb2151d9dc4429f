import { describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const module = JSON.stringify(new URL("../../../src/index.js", import.meta.url).href);

async function outputOf(body: string): Promise<string> {
  const source = `import { SharedRWLock } from ${module};\nimport { Worker } from "node:worker_threads";\n${body}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--expose-gc", "-e", source], { timeout: 20_000 });
  return stdout.trim();
}

describe("a process exits by itself", () => {
  it("while a shared lock is idle, held, and shared with a thread that waits for nothing", async () => {
    const worker = `
      import { workerData } from "node:worker_threads";
      import { SharedRWLock } from ${module};
      await new SharedRWLock(workerData).read(() => console.log("read"));
    `;
    const output = await outputOf(`
      const idle = new SharedRWLock();
      await idle.write(() => {});
      const held = new SharedRWLock();
      held.tryWrite();
      new Worker(${JSON.stringify(worker)}, { eval: true, workerData: idle.buffer });
    `);
    expect(output).toBe("read");
  });

  it("but not under a task that waits", async () => {
    const output = await outputOf(`
      const lock = new SharedRWLock({ name: "it" });
      const other = new SharedRWLock(lock.buffer);
      other.tryWrite();
      await lock.read(() => {}, { timeoutMs: 60 }).catch((error) => console.log(error.code, error.details.holder.mode));
    `);
    expect(output).toBe("LOCK_TIMEOUT write");
  });

  it("and a lock that nobody has any more gives its slot back", async () => {
    const output = await outputOf(`
      const { buffer } = new SharedRWLock();
      for (let n = 0; n < 1_000; n += 1) {
        new SharedRWLock(buffer).writeSync(() => {});
        if (n % 50 === 0) {
          gc();
          await new Promise((resolve) => setTimeout(resolve));
        }
      }
      console.log("all");
    `);
    expect(output).toBe("all");
  });
});
