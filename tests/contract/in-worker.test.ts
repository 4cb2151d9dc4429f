import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "@jest/globals";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Run {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly message: string }[];
}

/** Runs a file of tests with a jest that itself runs in a worker thread, tests and all. */
async function runInWorker(file: string): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "dictdb-in-worker-"));
  const results = join(folder, "results.json");
  try {
    const worker = new Worker(join(root, "node_modules/jest/bin/jest.js"), {
      argv: ["--runInBand", "--rootDir", root, "--testMatch", `**/${file}`, "--json", "--outputFile", results, "--silent"],
      execArgv: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"],
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    await once(worker, "exit");
    return JSON.parse(readFileSync(results, "utf8")) as Run;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it("all verbs work in a worker as they do in one thread", async () => {
  const { numPassedTests, numFailedTests, testResults } = await runInWorker("dist/tests/contract/in-worker/table.js");
  expect(numFailedTests === 0 ? "" : testResults.map(({ message }) => message).join("\n")).toBe("");
  expect(numPassedTests).toBeGreaterThan(200);
}, 120_000);
