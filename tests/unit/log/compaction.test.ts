import { describe, expect, it } from "@jest/globals";
import { DictDBError } from "../../../src/index.js";
import { Compaction, CompactionTurn } from "../../../src/log/compaction.js";
import { LogMemory, put } from "../../support/log-ends.js";
import type { LogEnd } from "../../support/log-ends.js";
import { thrown } from "../../support/thrown.js";

const pass = (): boolean => true;

/** Two ends of a log that is compacted from 400 words on, and the turn of each. */
function twoEnds(): { a: LogEnd; b: LogEnd; turnOfA: CompactionTurn; turnOfB: CompactionTurn } {
  const [a, b] = LogMemory.ends(2, 0, new LogMemory(400)) as [LogEnd, LogEnd];
  return { a, b, turnOfA: new CompactionTurn(a.log, a.slot), turnOfB: new CompactionTurn(b.log, b.slot) };
}

describe("CompactionTurn", () => {
  it("is one thread's at a time, and free again after a failure", () => {
    const { turnOfA, turnOfB } = twoEnds();
    const outcome = turnOfA.try(() => turnOfB.try(() => "both"));
    expect(outcome).toBeUndefined();
    expect(turnOfB.try(() => "free")).toBe("free");
    const failure = new Error("full");
    expect(() =>
      turnOfA.try(() => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(turnOfB.take(() => "taken")).toBe("taken");
  });

  it("is taken from a thread that has died in it", () => {
    const { a, turnOfA, turnOfB } = twoEnds();
    turnOfA.try(() => {
      a.slot.detach();
      expect(turnOfB.take(() => "taken over")).toBe("taken over");
    });
  });

  it("begins no second attempt while one is worked on", () => {
    const { a, b, turnOfA, turnOfB } = twoEnds();
    a.append([put(1)]);
    b.read();
    expect(turnOfA.isAttempted).toBe(false);
    const attempt = turnOfA.begin()!;
    expect(attempt.seq).toBe(1);
    expect([turnOfA.isAttempted, turnOfB.isAttempted]).toEqual([true, true]);
    expect(turnOfB.begin()).toBeUndefined();
    expect(attempt.isCurrent).toBe(true);
  });

  it("begins another attempt once the log has grown far without work on the first, which then ends", () => {
    const { a, b, turnOfA, turnOfB } = twoEnds();
    const stalled = turnOfA.begin()!;
    let key = 0;
    while (turnOfB.isAttempted) b.append([put(++key)]);
    expect(b.log.position).toBeGreaterThan(400);
    const second = turnOfB.begin()!;
    expect([stalled.isCurrent, second.isCurrent]).toEqual([false, true]);
    second.endBase();
    while (!second.copyLog(100));
    expect(second.flip(pass)).toBe(true);
    a.append([put(++key)]);
    expect(a.log.generation).toBe(1);
    b.read();
    expect(b.records).toEqual(a.records);
  });

  it("counts work on an attempt, not its age", () => {
    const { a, turnOfA, turnOfB } = twoEnds();
    const attempt = turnOfA.begin()!;
    for (let key = 1; key <= 600; key++) {
      a.append([put(key)]);
      attempt.add([put(key)]);
    }
    expect(a.log.position).toBeGreaterThan(2 * 400);
    expect([turnOfB.isAttempted, attempt.isCurrent]).toEqual([true, true]);
  });

  it("begins nothing for a thread that reads the segment before", () => {
    const { a, b, turnOfA, turnOfB } = twoEnds();
    const attempt = turnOfA.begin()!;
    attempt.endBase();
    attempt.copyLog(100);
    attempt.flip(pass);
    expect(turnOfB.begin()).toBeUndefined();
    b.append([put(1)]); // goes over
    a.read();
    expect(turnOfB.begin()).toBeDefined();
  });
});

describe("Compaction", () => {
  it("makes a segment of the state at its beginning and the log after it", () => {
    const memory = new LogMemory();
    const [a, b] = LogMemory.ends(2, 0, memory) as [LogEnd, LogEnd];
    a.append([put(1, { x: 1 })]);
    const compaction = new Compaction(a.log);
    a.append([put(2, { y: 2 })]);
    compaction.add([put(1, { x: 1 })]);
    b.append([put(3, { z: 3 })]);
    compaction.endBase();
    expect(compaction.copyLog(1_000)).toBe(true);
    b.append([put(4, { x: 4 })]); // is met by the flip
    expect(compaction.flip((commit) => a.commits.push(commit) > 0)).toBe(true);
    const late = memory.end();
    const base: unknown[] = [];
    expect(late.log.readBase((changes) => base.push(...changes))).toBe(1);
    late.read();
    expect(base).toEqual([put(1, { x: 1 })]);
    expect(late.records).toEqual([
      { id: 2, y: 2 },
      { id: 3, z: 3 },
      { id: 4, x: 4 },
    ]);
  });

  it("copies a long log in pieces, and the rest while nobody can append", () => {
    const [a] = LogMemory.ends(1) as [LogEnd];
    const compaction = new Compaction(a.log);
    compaction.endBase();
    for (let key = 1; key <= 30; key++) a.append([put(key, { text: "x".repeat(10_000) })]);
    const pieces: boolean[] = [];
    do pieces.push(compaction.copyLog(20_000));
    while (!pieces.at(-1));
    expect(pieces).toEqual([false, false, true]); // 75,000 words, of which 16,384 may be left
    expect(compaction.flip(pass)).toBe(true);
  });

  it("does not flip when another attempt was faster", () => {
    const [a, b] = LogMemory.ends(2) as [LogEnd, LogEnd];
    const slow = new Compaction(a.log);
    slow.endBase();
    slow.copyLog(100);
    const fast = new Compaction(b.log);
    fast.endBase();
    fast.copyLog(100);
    expect(fast.flip(pass)).toBe(true);
    expect(slow.isCurrent).toBe(false);
    expect(slow.flip(pass)).toBe(false);
    a.append([put(1)]);
    b.read();
    expect(b.records).toEqual([{ id: 1 }]);
  });

  it("leaves the log as it was when its segment is full", () => {
    const [a, b] = LogMemory.ends(2, 0, new LogMemory(100, 4_096)) as [LogEnd, LogEnd];
    a.append([put(1)]);
    const compaction = new Compaction(a.log);
    expect(thrown(DictDBError, () => compaction.add([put(1, { text: "x".repeat(5_000) })])).code).toBe("CAPACITY");
    a.append([put(2)]);
    b.read();
    expect(b.records).toEqual([{ id: 1 }, { id: 2 }]);
    expect(b.log.generation).toBe(0);
  });

  it("keeps the shapes of its base to itself", () => {
    const memory = new LogMemory();
    const [a, b] = LogMemory.ends(2, 0, memory) as [LogEnd, LogEnd];
    a.append([put(1, { told: 1 })]);
    b.read();
    const compaction = new Compaction(a.log);
    compaction.add([{ type: "columns", table: 1, names: ["a"] }, put(1, { never: "told in the log" })]);
    compaction.endBase();
    compaction.copyLog(100);
    compaction.flip(pass);
    a.append([put(2, { fresh: 2 })]);
    b.append([put(3, { fresher: 3 })]); // comes over by the flip and has not read the base
    const late = memory.end();
    late.log.readBase(() => undefined);
    for (const end of [a, b, late]) {
      end.read();
      expect(end.records.slice(-2)).toEqual([
        { id: 2, fresh: 2 },
        { id: 3, fresher: 3 },
      ]);
    }
  });
});

it("a base of long records is in frames of a record each, since whoever writes or reads one holds it whole", () => {
  const { a, turnOfA } = twoEnds();
  const records = Array.from({ length: 12 }, (_, i) => put(i + 1, { text: "x".repeat(200_000) }));
  const attempt = turnOfA.begin()!;
  const before = attempt.written;
  attempt.add(records);
  attempt.endBase();
  while (!attempt.copyLog(100));
  attempt.flip(pass);
  expect(attempt.written - before).toBeGreaterThan(12 * 50_000);
  const parts: number[] = [];
  a.log.readBase((changes) => parts.push(changes.length));
  expect(parts.reduce((sum, length) => sum + length, 0)).toBe(12);
  expect(Math.max(...parts)).toBeLessThanOrEqual(2);
});
