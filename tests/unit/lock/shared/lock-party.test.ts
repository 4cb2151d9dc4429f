import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type { LockMode } from "../../../../src/lock/reader-writer-lock.js";
import { lockField, lockSize } from "../../../../src/lock/shared/lock-words.js";
import { LockParty } from "../../../../src/lock/shared/lock-party.js";
import { slotAt, slotField } from "../../../../src/lock/shared/slot-layout.js";
import { SlotTable } from "../../../../src/lock/shared/slot-table.js";
import { WaitCounter } from "../../../../src/lock/wait-counter.js";

const lock = SlotTable.size;

/** What a thread does to shared memory while it waits in vain, in words. */
function operationsOf(held: LockMode, run: (party: LockParty) => void): string[] {
  const words = new Int32Array(new SharedArrayBuffer(4 * (SlotTable.size + lockSize)));
  const [holder, party] = [1, 2].map((threadId) => {
    const slot = new SlotTable(words, 0, { threadId, own: () => undefined, isGone: () => false }).attach();
    return new LockParty(words, lock, slot, new WaitCounter());
  }) as [LockParty, LockParty];
  expect(held === "read" ? holder.tryRead() : holder.tryWrite()).toBe(true);

  const names = new Map([
    ...Object.entries(lockField).map(([name, at]) => [lock + at, name] as const),
    [slotAt(0, 1, slotField.bell), "own bell"],
  ]);
  const seen: string[] = [];
  for (const name of ["load", "store", "or", "and", "exchange", "compareExchange", "wait", "waitAsync"] as const) {
    const original = Atomics[name] as (...args: unknown[]) => unknown;
    jest.spyOn(Atomics, name).mockImplementation(((...args: unknown[]) => {
      const word = names.get(args[1] as number);
      if (word !== undefined) seen.push(`${name} ${word}`);
      return original(...args);
    }) as never);
  }
  run(party);
  jest.restoreAllMocks();
  return seen;
}

/** Fails unless the last steps before the sleep are those of the models, in their order. */
function expectOrder(operations: readonly string[], sleep: string, steps: readonly string[]): void {
  const end = operations.indexOf(sleep);
  expect(end).toBeGreaterThan(0);
  let from = operations.lastIndexOf(steps[0]!, end);
  for (const step of steps) {
    const at = operations.indexOf(step, from);
    expect([step, at >= from && at < end]).toEqual([step, true]);
    from = at;
  }
}

describe("a thread that waits without its event loop takes the steps that the models walk", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it("to write, behind a writer: arms, announces, tries, sleeps", () => {
    const operations = operationsOf("write", (party) => expect(party.enterWriteSync(60, false)).toBe("timed out"));
    expectOrder(operations, "wait own bell", ["store own bell", "or wantWrite", "or state", "load state"]);
  });

  it("to write, behind readers: owns, arms, announces, looks whether they have left, sleeps", () => {
    const operations = operationsOf("read", (party) => expect(party.enterWriteSync(60, false)).toBe("timed out"));
    expectOrder(operations, "wait own bell", ["compareExchange state", "store own bell", "or wantWrite", "load read"]);
    // And gives back what it owned when it gives up.
    expect(operations.indexOf("store state", operations.indexOf("wait own bell"))).toBeGreaterThan(0);
  });

  it("to read: arms, announces, tries, sleeps, and takes its wish back", () => {
    const operations = operationsOf("write", (party) => expect(party.enterReadSync(60)).toBe("timed out"));
    expectOrder(operations, "wait own bell", ["store own bell", "or wantRead", "or state", "load state"]);
    expect(operations).toContain("and wantRead");
  });
});
