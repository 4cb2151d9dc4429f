import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { LockMode } from "../../src/lock/reader-writer-lock.js";
import { TableLockRun, type TaskStep } from "./table-lock-run.js";

const tables = 2;
const table = fc.nat(tables - 1);
const mode = fc.constantFrom<LockMode>("read", "write");

const { body } = fc.letrec<{ body: TaskStep[] }>((tie) => ({
  body: fc.array(
    fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 4, arbitrary: fc.record({ do: fc.constant("verb" as const), table }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant("yield" as const), times: fc.integer({ min: 1, max: 8 }) }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant("section" as const), table, mode, body: tie("body") }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("try" as const), table, mode, body: tie("body") }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("spawn" as const), body: tie("body") }) },
    ),
    { maxLength: 5 },
  ),
}));

describe("TableLock under any interleaving of tasks", () => {
  it("lets each verb and section pass or not by the sections its task is in, and ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 4 }), async (tasks) => {
        const run = new TableLockRun(tables);
        await run.run(tasks);
        expect(run.openHolders).toBe(0);
      }),
      // A lost wake-up would wait for ever: then fast-check reports the tasks that did it.
      { numRuns: 1000, timeout: 2_000, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: true },
    );
  }, 60_000);
});
