import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { TestThread } from "../../support/test-thread.js";
import { claimsAll, waysToClaim } from "./claim-tasks.js";
import type { Job } from "./claim-tasks.js";
import type * as tasks from "./claim-tasks.js";

const threadCount = 3;
const jobCount = 25;

describe("threads that claim the same jobs", () => {
  let threads: TestThread<typeof tasks>[];
  beforeAll(() => {
    threads = Array.from({ length: threadCount }, () => new TestThread<typeof tasks>(new URL("./claim-tasks.js", import.meta.url)));
  });
  afterAll(async () => {
    await Promise.all(threads.map((thread) => thread.end()));
  });

  const kinds = waysToClaim.flatMap((way) => (["atomic", "transaction"] as const).map((how) => [way, how] as const));
  it.each(kinds)("get each of them once: %s in %s", async (way, how) => {
    const db = new DictDB();
    const jobs = db.createTable<Job>("jobs");
    const keys = Array.from({ length: claimsAll(way) ? 1 : jobCount }, (_, i) => i + 1);
    jobs.insert(keys.map((id) => ({ id, state: "free", lease: 1 })));
    const handle = db.share();
    const { word } = new Meeting();
    const claimed = await Promise.all(threads.map((thread) => thread.run(handle, "claim", way, how, keys, word, threadCount)));
    expect(claimed.flat().sort((a, b) => a - b)).toEqual(keys);
    jobs.check();
    await db.close();
  });
});
