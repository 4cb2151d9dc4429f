import { describe, expect, it } from "@jest/globals";
import { anything, FileTable, nothingThere } from "../../../src/log/file-table.js";
import type { FileNote } from "../../../src/log/file-table.js";

const named = (number: number): Int32Array => Int32Array.of(7, 7, 7, number);
const note = (seq: number): FileNote => ({ stamp: named(seq % 1_000), next: anything, seq, nextSeq: seq + 1 });

describe("FileTable", () => {
  it("finds the last note of a file by any of its names", () => {
    const table = new FileTable();
    expect(table.find([named(1)])).toBeUndefined();
    table.note([named(1), named(2)], note(1));
    table.note([named(2), named(3)], note(2 ** 40 + 5));
    expect([table.find([named(1)]), table.find([named(1), named(2)]), table.find([named(4)])]).toEqual([
      note(1),
      note(2 ** 40 + 5),
      undefined,
    ]);
    table.note([named(1)], { stamp: nothingThere, next: named(9), seq: 0, nextSeq: 2 ** 32 - 1 });
    expect(table.find([named(3), named(1)])).toEqual({ stamp: nothingThere, next: named(9), seq: 0, nextSeq: 2 ** 32 - 1 });
  });

  it("forgets what was noted least recently", () => {
    const table = new FileTable();
    for (let i = 0; i < 1_024; i++) table.note([named(i)], note(i));
    table.note([named(0)], note(0));
    table.note([named(2_000)], note(2_000));
    expect([table.find([named(0)])?.seq, table.find([named(1)]), table.find([named(2)])?.seq, table.find([named(2_000)])?.seq]).toEqual([
      0,
      undefined,
      2,
      2_000,
    ]);
  });

  it("takes over what another one knows, and shares it", () => {
    const local = new FileTable();
    local.note([named(1)], note(1));
    const words = new Int32Array(FileTable.size);
    new FileTable(words).takeOver(local);
    new FileTable(words).takeOver(new FileTable());
    const other = new FileTable(words);
    expect(other.find([named(1)])).toEqual(note(1));
    other.note([named(2)], note(2));
    expect(new FileTable(words).find([named(2)])).toEqual(note(2));
  });
});
