import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { TestThread } from "../../support/test-thread.js";
import { cellTables, createCellTables, replayDifference } from "../../support/unit-replay.js";
import type * as tasks from "./replay-tasks.js";

const threadCount = 3;
const unitCount = 120;
const firstSeed = Number(process.env.DICTDB_SEED ?? Date.now() % 1_000_000_000);
const seeds = Array.from({ length: 4 }, (_, i) => firstSeed + i);

describe("the units of several threads", () => {
  let threads: TestThread<typeof tasks>[];
  beforeAll(() => {
    threads = Array.from({ length: threadCount }, () => new TestThread<typeof tasks>(new URL("./replay-tasks.js", import.meta.url)));
  });
  afterAll(async () => {
    await Promise.all(threads.map((thread) => thread.end()));
  });

  it.each(seeds)("give what they give one after the other, also those that come to nothing (seed %d)", async (seed) => {
    const db = new DictDB();
    createCellTables(db);
    const { seq } = db;
    const handle = db.share();
    const { word } = new Meeting();
    const units = await Promise.all(threads.map((thread, i) => thread.run(handle, "work", seed * 10 + i, unitCount, word, threadCount)));
    const tables = cellTables(db);
    expect({ seed, difference: replayDifference(units.flat(), tables, seq) }).toEqual({ seed, difference: undefined });
    for (const table of tables) table.check();
    await db.close();
  });
});
