import { describe, expect, it } from "@jest/globals";
import { SharedRWLock } from "../../../src/lock/shared/shared-rw-lock.js";
import { newCells, start, stopAll, type Deed, type WorkerPlan } from "./plan.js";

const hunts = Number(process.env["DICTDB_RUNS"] ?? 1);
// Tells a wait that ends from one that does not, on a machine where every thread may have to wait for a processor.
const boundMs = 5_000;

describe("a shared lock under load", () => {
  it.each(Array.from({ length: 4 * hunts }, (_, n) => 1_000 + n))(
    "lets nobody in together with a writer (seed %i)",
    async (seed) => {
      const lock = new SharedRWLock();
      const cells = newCells();
      const plans: WorkerPlan[] = [0, 1, 2].map((n) => ({ buffer: lock.buffer, cells, seed: seed * 10 + n, operations: 1_500 }));
      const workers = await Promise.all(plans.map(start));
      const reports = await Promise.all(workers.map(({ report }) => report));
      expect(reports.map(({ errors }) => errors)).toEqual([0, 0, 0]);
      // All is given back.
      expect(lock.tryWrite()).toBeInstanceOf(Function);
    },
    60_000,
  );

  it.each<[crowd: Deed, single: Deed]>([
    ["read", "write"],
    ["read", "write sync"],
    ["read sync", "write"],
    ["read sync", "write sync"],
    ["write", "read"],
    ["write", "read sync"],
    ["write sync", "read"],
    ["write sync", "read sync"],
    ["write", "write"],
    ["write", "write sync"],
    ["write sync", "write"],
    ["write sync", "write sync"],
  ])(
    "two threads that %s without pause do not starve one that wants to %s",
    async (crowdDeed, deed) => {
      const lock = new SharedRWLock();
      const cells = newCells();
      const common = { buffer: lock.buffer, cells };
      const crowd = await Promise.all(
        [1, 2].map((seed) => start({ ...common, seed, deed: crowdDeed, operations: Infinity, keepsUp: true })),
      );
      const single = await start({ ...common, seed: 3, deed, operations: 100, keepsUp: true });
      const { errors, longestMs } = await single.report;
      stopAll(cells);
      const reports = await Promise.all(crowd.map(({ report }) => report));
      expect([errors, ...reports.map((report) => report.errors)]).toEqual([0, 0, 0]);
      process.stdout.write(`longest ${deed} against ${crowdDeed}: ${longestMs.toFixed(1)} ms\n`);
      expect(longestMs).toBeLessThan(boundMs);
    },
    60_000,
  );
});
