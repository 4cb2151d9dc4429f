import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type { RowLockMode } from "../../../src/log/commit.js";
import { RowQueue } from "../../../src/state/row-queue.js";
import { RowLocks } from "../../../src/state/row-locks.js";

afterEach(() => {
  jest.restoreAllMocks();
});

/** Counts how often somebody looks whom a place waits for, or who waits for a place or a row. */
function countLooks(): () => number {
  const spies = (["inTheWayOf", "waitersForHolder", "waitersBehind"] as const).map((name) => jest.spyOn(RowQueue.prototype, name));
  return () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
}

function request(locks: RowLocks, number: number, key: string, mode: RowLockMode = "update"): void {
  locks.apply({ type: "requestRows", table: 1, keys: [key], mode, owner: { replica: 1, number }, began: number }, number);
}

describe("looking for deadlocks", () => {
  it.each<[string, RowLockMode]>([
    ["to change it", "update"],
    ["to share it", "share"],
  ])("takes a few looks for each of 2,000 that queue for one row %s and hold another", (_what, mode) => {
    const locks = new RowLocks();
    const looks = countLooks();
    request(locks, 1, "wanted");
    for (let number = 2; number <= 2_000; number++) {
      request(locks, number, `own ${number}`);
      request(locks, number, "wanted", mode);
    }
    expect(locks.waiting).toBe(1_999);
    expect(looks()).toBeLessThan(10 * 2_000);
  });

  it("takes a few looks for each of 2,000 whose own row somebody waits for, too", () => {
    const locks = new RowLocks();
    const looks = countLooks();
    request(locks, 1, "wanted");
    for (let number = 2; number <= 4_000; number += 2) {
      request(locks, number, `own ${number}`);
      request(locks, number + 1, `own ${number}`);
      request(locks, number, "wanted");
    }
    expect(looks()).toBeLessThan(20 * 2_000);
  });

  it("takes a few looks where one waits that holds 2,000 rows", () => {
    const locks = new RowLocks();
    request(locks, 1, "wanted");
    for (let i = 0; i < 2_000; i++) request(locks, 2, `own ${i}`);
    const looks = countLooks();
    request(locks, 2, "wanted");
    expect(looks()).toBeLessThan(10);
  });

  it("finds the circle at the end of a long queue, and the youngest gives way", () => {
    const locks = new RowLocks();
    request(locks, 1, "wanted");
    for (let number = 2; number <= 500; number++) {
      request(locks, number, `own ${number}`);
      request(locks, number, "wanted");
    }
    locks.takeSettled();
    request(locks, 1, "own 500"); // 1 waits for 500, which waits for all before it in the queue
    expect(locks.takeSettled()).toEqual([{ replica: 1, number: 500 }]);
    expect(locks.waits({ replica: 1, number: 500 }, 1, "wanted")).toBe(false);
    expect(locks.waits({ replica: 1, number: 1 }, 1, "own 500")).toBe(true);
  });
});
