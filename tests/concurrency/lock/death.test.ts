import { afterAll, describe, expect, it } from "@jest/globals";
import { SharedRWLock } from "../../../src/lock/shared/shared-rw-lock.js";
import { randomFrom } from "../../support/random.js";
import { newCells, start, stopAll, type Death, type WorkerPlan } from "./plan.js";

const hunts = Number(process.env["DICTDB_RUNS"] ?? 1);
// Promised on Linux: nobody waits longer for the dead.
const promisedMs = 500;

const deaths: readonly Death[] = ["terminate", "exit", "throw", "heap"];
const states: readonly NonNullable<WorkerPlan["state"]>[] = [
  "read",
  "write",
  "waiting to read",
  "waiting to write",
  "waiting in a sync read",
  "waiting in a sync write",
];

let died = 0;
let longestMs = 0;
let longestBesideMs = 0;

afterAll(() => {
  process.stdout.write(
    `${died} deaths; longest wait for the dead: ${longestMs.toFixed(1)} ms; beside the living: ${longestBesideMs.toFixed(1)} ms\n`,
  );
});

/** Nobody else is in the way, so whatever is waited for is dead. */
async function measured<R>(run: () => R | Promise<R>): Promise<R> {
  const startedAt = performance.now();
  const result = await run();
  longestMs = Math.max(longestMs, performance.now() - startedAt);
  return result;
}

describe("a thread that dies", () => {
  // A thread that waits without its event loop can only be ended from outside.
  const cases = states.flatMap((state) =>
    deaths.filter((death) => death === "terminate" || !state.includes("sync")).map((death) => [state, death] as const),
  );

  it.each(cases)("in %s by %s gives everything back", async (state, death) => {
    const lock = new SharedRWLock({ timeoutMs: 10_000 });
    const cells = newCells();
    const release = state.startsWith("waiting") ? lock.tryWrite() : undefined;
    const { worker, ended } = await start({ buffer: lock.buffer, cells, seed: 1, operations: 0, death, state });
    if (death === "terminate") await worker.terminate();
    await ended;
    died += 1;
    release?.();
    await measured(() => lock.write(() => {}));
    await measured(() => lock.read(() => {}));
    await measured(() => lock.writeSync(() => {}));
    expect(longestMs).toBeLessThan(promisedMs);
  });

  it("is found by a thread that blocks, and never looks at its event loop", async () => {
    const lock = new SharedRWLock({ timeoutMs: 10_000 });
    const plan: WorkerPlan = { buffer: lock.buffer, cells: newCells(), seed: 1, operations: 0, death: "terminate", state: "write" };
    const { worker, ended } = await start(plan);
    void worker.terminate();
    await measured(() => lock.writeSync(() => {}));
    died += 1;
    await ended;
    expect(longestMs).toBeLessThan(promisedMs);
  });
});

describe("threads that die at random moments", () => {
  const rounds = 12 * hunts;
  const together = 8;

  it.each(Array.from({ length: rounds }, (_, n) => 2_000 + n))(
    "keep nobody waiting, and let nobody in beside a writer (seed %i)",
    async (seed) => {
      const random = randomFrom(seed);
      const lock = new SharedRWLock({ timeoutMs: 10_000 });
      const cells = newCells();
      const common = { buffer: lock.buffer, cells, operations: 400 };
      const survivor = await start({ ...common, seed: seed * 100, operations: Infinity, keepsUp: true });
      const mortals = await Promise.all(
        Array.from({ length: together }, (_, n) => start({ ...common, seed: seed * 100 + 1 + n, death: deaths[random(3)]! })),
      );
      await Promise.all(mortals.map(({ ended }) => ended));
      died += together;
      await measured(() => lock.write(() => {}));
      stopAll(cells);
      const report = await survivor.report;
      expect(report.errors).toBe(0);
      // Its waits were for the dead and for nine busy threads that share the processors.
      longestBesideMs = Math.max(longestBesideMs, report.longestMs);
      expect(longestBesideMs).toBeLessThan(5_000);
      expect(longestMs).toBeLessThan(promisedMs);
    },
    60_000,
  );
});
