import { describe, expect, it } from "@jest/globals";
import { and, Condition, or } from "../../../src/condition/condition.js";
import { Field } from "../../../src/condition/field.js";
import { everything } from "../../../src/condition/filter.js";
import type { Filter } from "../../../src/condition/filter.js";
import { applyCommit } from "../../../src/state/apply-commit.js";
import { DatabaseState } from "../../../src/state/database-state.js";
import type { Change } from "../../../src/log/commit.js";
import { ReadSet } from "../../../src/transaction/read-set.js";
import type { ReadConflict } from "../../../src/transaction/read-set.js";
import { definitionOf } from "../../support/states.js";

const put = (key: number, n: number): Change => ({ type: "put", table: 1, key, record: { id: key, n } });
const remove = (key: number): Change => ({ type: "delete", table: 1, key });
const where = (condition: Condition): Filter => ({ node: condition.node, predicate: undefined });
const n = new Field(["n"]);

/** What a read set says after commits to a table that had the records 1 to 3, with n from 10 to 30. */
function after(note: (reads: ReadSet) => void, ...commits: readonly (readonly Change[])[]): ReadConflict | undefined {
  const state = new DatabaseState();
  const first: Change[] = [{ type: "createTable", definition: definitionOf(1) }, put(1, 10), put(2, 20), put(3, 30)];
  applyCommit(state, { seq: 1, changes: first });
  const snapshot = state.openSnapshot();
  const reads = new ReadSet();
  note(reads);
  for (const [i, changes] of commits.entries()) applyCommit(state, { seq: i + 2, changes });
  return reads.conflict(snapshot.overlayOf(state.table(1)!), state.table(1)!);
}

describe("a read set", () => {
  it("conflicts with a change of a key that was read, present or absent, and names the first commit that changed it", () => {
    const one = (reads: ReadSet): void => [3, 2, 1, 9].forEach((key) => reads.noteKey(key));
    expect(after(one)).toBeUndefined();
    expect(after(one, [put(5, 50)], [put(6, 1), remove(6)])).toBeUndefined();
    expect(after(one, [put(5, 50)], [put(2, 21)], [put(2, 22)])).toEqual({ key: 2, seq: 3, filter: undefined });
    expect(after(one, [put(9, 1)])).toEqual({ key: 9, seq: 2, filter: undefined });
    expect(after(one, [remove(1)])).toEqual({ key: 1, seq: 2, filter: undefined });
  });

  it("conflicts with what comes into a condition, goes out of it or changes within it, and with nothing else", () => {
    const filter = where(n.gte(20));
    const read = (reads: ReadSet): void => reads.noteFilter(filter);
    expect(after(read, [put(1, 11)], [put(4, 19)], [remove(1)], [put(5, 5), remove(5)])).toBeUndefined();
    expect(after(read, [put(1, 20)])).toEqual({ key: 1, seq: 2, filter });
    expect(after(read, [put(2, 0)])).toEqual({ key: 2, seq: 2, filter });
    expect(after(read, [put(2, 21)])).toEqual({ key: 2, seq: 2, filter });
    expect(after(read, [remove(3)])).toEqual({ key: 3, seq: 2, filter });
    expect(after(read, [put(8, 80)])).toEqual({ key: 8, seq: 2, filter });
    // In and out again: it is today what it was.
    expect(after(read, [put(8, 80)], [remove(8)])).toBeUndefined();
  });

  it("conflicts with a record at which a predicate throws", () => {
    const filter: Filter = {
      node: undefined,
      predicate: (record) => {
        if (record.n === 99) throw new Error("cannot say");
        return false;
      },
    };
    const read = (reads: ReadSet): void => reads.noteFilter(filter);
    expect(after(read, [put(1, 98)])).toBeUndefined();
    expect(after(read, [put(1, 99)])).toMatchObject({ key: 1 });
  });

  it("that has seen everything conflicts with any change; one that has counted, with another number", () => {
    const all = (reads: ReadSet): void => reads.noteEverything();
    const size = (reads: ReadSet): void => reads.noteSize();
    expect(after(all, [put(1, 11)])).toEqual({ key: 1, seq: 2, filter: everything });
    expect(after(size, [put(1, 11)], [remove(2), put(7, 7)])).toBeUndefined();
    expect(after(size, [put(1, 11)], [remove(2)])).toEqual({ key: 2, seq: 3, filter: everything });
  });

  it("knows whether it is empty", () => {
    const reads = new ReadSet();
    expect(reads.isEmpty).toBe(true);
    reads.noteSize();
    expect(reads.isEmpty).toBe(false);
  });

  it.each<[string, (i: number) => Condition]>([
    ["a range", (i) => n.between(1_000 + 2 * i, 1_001 + 2 * i)],
    ["a point", (i) => n.eq(1_000 + i)],
    ["points", (i) => n.in([1_000 + i, -1 - i, `text ${i}`])],
    ["a range and what matches much", (i) => and(new Field(["id"]).gte(0), n.between(1_000 + i, 1_001 + i))],
    ["ranges of which any will do", (i) => or(n.lt(-1 - i), n.gt(1_000 + i))],
    ["elements", (i) => new Field(["tags"]).contains(`none ${i}`)],
  ])("holds many filters against many changes by looking at few records for each: %s", (_what, condition) => {
    const reads = { count: 0 };
    const counted = (key: number): Change => {
      const tags = [`tag ${key}`];
      const record = Object.defineProperty({ id: key, n: key % 1_000, tags }, "n", {
        enumerable: true,
        get: () => {
          reads.count++;
          return key % 1_000;
        },
      });
      return { type: "put", table: 1, key, record };
    };
    const state = new DatabaseState();
    applyCommit(state, { seq: 1, changes: [{ type: "createTable", definition: definitionOf(1) }] });
    const snapshot = state.openSnapshot();
    const set = new ReadSet();
    for (let i = 0; i < 1_000; i++) set.noteFilter(where(condition(i)));
    applyCommit(state, { seq: 2, changes: Array.from({ length: 2_000 }, (_, key) => counted(key)) });
    reads.count = 0;
    expect(set.conflict(snapshot.overlayOf(state.table(1)!), state.table(1)!)).toBeUndefined();
    expect(reads.count).toBeLessThan(10_000);
    const last = where(n.between(998, 1_500));
    set.noteFilter(last);
    expect(set.conflict(snapshot.overlayOf(state.table(1)!), state.table(1)!)).toEqual({ key: 998, seq: 2, filter: last });
  });
});
