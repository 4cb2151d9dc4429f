import { describe, expect, it } from "@jest/globals";
import { DictDBError, InvalidArgumentError } from "../../../src/index.js";
import { FileTable } from "../../../src/log/file-table.js";
import { ControlBuffer, maxTables, words } from "../../../src/log/control-buffer.js";
import { SharedRWLock } from "../../../src/lock/shared/shared-rw-lock.js";
import { SlotTable } from "../../../src/lock/shared/slot-table.js";
import { thrown } from "../../support/thrown.js";

describe("ControlBuffer", () => {
  it("says which database it is of, in whatever object it comes", () => {
    const [a, b] = [ControlBuffer.create(1_000), ControlBuffer.create(1_000)];
    expect(ControlBuffer.open(a.buffer).identity).toBe(a.identity);
    expect(a.identity).not.toBe(b.identity);
    expect(ControlBuffer.open(a.buffer).words[words.logLimit]).toBe(1_000);
  });

  it.each([0, 4, 7, 64, 1_000_000])("refuses %d bytes that are none of its own", (byteLength) => {
    const error = thrown(InvalidArgumentError, () => ControlBuffer.open(new SharedArrayBuffer(byteLength)));
    expect(error.details).toMatchObject({ argument: "handle", expected: "layout 2" });
  });

  it("has room for the lock of the catalog and of each table, apart from everything else", () => {
    const { buffer } = ControlBuffer.create(1);
    const places = Array.from({ length: maxTables }, (_, number) => ControlBuffer.lockAt(number));
    expect(places[0]).toBeGreaterThanOrEqual(words.slots + SlotTable.size);
    for (const [i, place] of places.slice(1).entries()) expect(place - places[i]!).toBe(SharedRWLock.size);
    expect(places.at(-1)! + SharedRWLock.size + FileTable.size).toBe(buffer.byteLength / 4);
    expect(thrown(DictDBError, () => ControlBuffer.lockAt(maxTables))).toMatchObject({ code: "CAPACITY", details: { limit: 1_023 } });
  });

  it("puts words that are written at different rates on cache lines of their own", () => {
    const lines = [
      [words.layout, words.identity, words.identity + 3, words.logLimit],
      [words.published, words.tail, words.tail + 1],
      [words.mutex],
      [words.generation, words.claim],
      [words.compactor, words.attempt, words.progress],
      [words.bell, words.sleepers],
      [words.slots],
    ].map((line) => new Set(line.map((word) => word >> 4)));
    expect(lines.map(({ size }) => size)).toEqual(lines.map(() => 1));
    expect(new Set(lines.flatMap((line) => [...line])).size).toBe(lines.length);
  });
});
