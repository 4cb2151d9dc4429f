import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { DictDB } from "../../src/index.js";
import type { DatabaseHandle, Table } from "../../src/index.js";
import { TableState } from "../../src/state/table-state.js";
import { digestOf } from "./digest-worker.js";

interface Row {
  id: number;
  n: number;
  text?: string;
}

async function digestElsewhere(handle: DatabaseHandle): Promise<string> {
  const worker = new Worker(new URL("./digest-worker.js", import.meta.url), { workerData: { digestOf: handle } });
  const [digest] = (await once(worker, "message")) as [string];
  await worker.terminate();
  return digest;
}

let db: DictDB;

function sharedTable(): { handle: DatabaseHandle; rows: Table<Row> } {
  db = new DictDB();
  const rows = db.createTable<Row>("rows");
  rows.createIndex("n", { type: "sorted" });
  rows.createIndex("text");
  rows.insert(Array.from({ length: 500 }, (_, i) => ({ n: i % 7, text: `row ${i}` })));
  return { handle: db.share({ logLimitBytes: 64 * 1_024 }), rows };
}

/** Lets the application of the next commit fail at its n-th record, as it does where stack or memory end. */
function failAt(nth: number): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { put } = TableState.prototype;
  let calls = 0;
  const spy = jest.spyOn(TableState.prototype, "put");
  spy.mockImplementation(function fail(this: TableState, ...args) {
    calls++;
    if (calls !== nth) return put.apply(this, args);
    spy.mockRestore();
    throw new RangeError("Maximum call stack size exceeded");
  });
}

afterEach(async () => {
  jest.restoreAllMocks();
  await db.close();
});

describe("a commit that is published and then cannot be applied", () => {
  it.each([1, 2, 250, 500])("at record %i, is no failure: the state is made again from the log", async (nth) => {
    const { handle, rows } = sharedTable();
    failAt(nth);
    expect(rows.update({ n: -1 }, { where: rows.fields.id.gt(0) })).toBe(500);
    expect(rows.count({ n: -1 })).toBe(500);
    expect(rows.select({ where: { text: "row 7" } })).toEqual([{ id: 8, n: -1, text: "row 7" }]);
    expect(rows.insert({ n: 1 })).toBe(501);
    expect(await digestElsewhere(handle)).toBe(digestOf(db));
  });

  it("leaves open snapshots as they were", () => {
    const { rows } = sharedTable();
    const snapshot = db.snapshot();
    const before = rows.all();
    failAt(3);
    rows.update({ n: -1 }, { where: rows.fields.id.gt(0) });
    expect(
      snapshot
        .getTable(rows)
        .all()
        .sort((a, b) => a.id - b.id),
    ).toEqual(before);
    expect(rows.count({ n: -1 })).toBe(500);
  });

  it("in the middle of a compaction, does not get into the base", async () => {
    const { handle, rows } = sharedTable();
    for (let round = 0; round < 40; round++) {
      failAt(1 + ((round * 37) % 400));
      rows.update({ n: round, text: `round ${round}` }, { where: rows.fields.id.gt(0) });
      jest.restoreAllMocks();
      expect(rows.count({ n: round })).toBe(500);
    }
    expect(await digestElsewhere(handle)).toBe(digestOf(db));
  });
});
