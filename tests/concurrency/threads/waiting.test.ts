import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import type { AnyRecord, DatabaseHandle, Table } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { rejection } from "../../support/rejection.js";
import { TestThread } from "../../support/test-thread.js";
import { thrown } from "../../support/thrown.js";
import { LockTimeoutError } from "../../../src/index.js";
import type * as Tasks from "./waiting-tasks.js";

const lockTimeoutMs = 40;
/** Tells waiting from hanging, on a machine that has other things to do. */
const hangMs = 10_000;

describe("a table that another thread holds", () => {
  let other: TestThread<typeof Tasks>;
  let db: DictDB;
  let handle: DatabaseHandle;
  let things: Table<AnyRecord>;

  beforeAll(() => {
    other = new TestThread(new URL("./waiting-tasks.js", import.meta.url));
  });

  beforeEach(() => {
    db = new DictDB({ lockTimeoutMs });
    things = db.createTable("things");
    db.createTable("others");
    things.insert({ name: "pen" });
    handle = db.share();
  });

  afterEach(() => db.close());

  afterAll(() => other.end());

  /** Lets the other thread hold a section, does something meanwhile, and lets it leave. */
  async function whileHeld(mode: "read" | "write", work: () => unknown): Promise<void> {
    const [entered, leave] = [new Meeting(), new Meeting()];
    const section = other.run(handle, "hold", "things", mode, entered.word, leave.word);
    await entered.whenHere(1);
    try {
      await work();
    } finally {
      leave.arrive();
    }
    expect(await section).toBe("left");
  }

  const writes: readonly (readonly [verb: string, write: () => unknown])[] = [
    ["insert()", () => things.insert({ name: "ink" })],
    ["update()", () => things.update({ name: "ink" }, 1)],
    ["delete() that matches nothing", () => things.delete({ where: { name: "ink" } })],
    ["createIndex()", () => things.createIndex("name")],
    ["atomic()", () => db.atomic(() => things.insert({ name: "ink" }))],
    [
      "atomic() over two tables",
      () =>
        db.atomic(() => {
          db.getTable("others").insert({});
          things.insert({ name: "ink" });
        }),
    ],
    ["dropTable()", () => db.dropTable("things")],
  ];

  it.each(["read", "write"] as const)("keeps every write out of a %s section for lockTimeoutMs, then says who holds it", async (mode) => {
    await whileHeld(mode, () => {
      for (const [, write] of writes) {
        const { seq } = db;
        const error = thrown(LockTimeoutError, write);
        const purpose = mode === "read" ? "reading" : "writing";
        expect(error.code).toBe("LOCK_TIMEOUT");
        expect(error.message).toMatch(
          new RegExp(
            `^table "things" was not free for writing within ${lockTimeoutMs} ms: worker thread ${other.threadId}( .*)? has it for ${purpose}$`,
          ),
        );
        expect(error.details).toMatchObject({
          name: 'table "things"',
          mode: "write",
          timeoutMs: lockTimeoutMs,
          holder: { threadId: other.threadId, mode },
        });
        const { waitedMs } = error.details as { waitedMs: number };
        expect(waitedMs).toBeGreaterThanOrEqual(lockTimeoutMs - 1);
        expect(waitedMs).toBeLessThan(hangMs);
        expect(db.seq).toBe(seq);
      }
      const { lockWaits, lockWaitMs } = db.stats();
      expect(lockWaits).toBeGreaterThanOrEqual(writes.length);
      expect(lockWaitMs).toBeGreaterThanOrEqual(writes.length * (lockTimeoutMs - 1));
    });
    for (const [, write] of writes) write(); // nobody holds it any more, and no wait has left anything behind
    expect(db.hasTable("things")).toBe(false);
    db.getTable("others").check();
  });

  it("lets reads, snapshots and iterators pass", async () => {
    await whileHeld("write", () => {
      using snapshot = db.snapshot();
      expect(things.get(1)).toEqual({ id: 1, name: "pen" });
      expect(things.select({ where: { name: "pen" } })).toHaveLength(1);
      expect(snapshot.getTable(things).size).toBe(1);
      expect([...things.iterate()]).toHaveLength(1);
      expect(db.getTable("others").insert({})).toBe(1);
    });
  });

  it("lets readers share a read section, and no writer in between", async () => {
    await whileHeld("read", async () => {
      expect(await things.lock.read(() => "entered", { timeoutMs: 0 })).toBe("entered");
      expect(await rejection(things.lock.write(() => "entered", { timeoutMs: 5 }))).toMatchObject({ code: "LOCK_TIMEOUT" });
      expect(things.lock.tryWrite()).toBeUndefined();
    });
  });

  it("is waited for by a task no longer than timeoutMs, and until its signal", async () => {
    await whileHeld("write", async () => {
      const error = await rejection(things.lock.write(() => "entered", { timeoutMs: 5 }));
      expect(error).toMatchObject({ code: "LOCK_TIMEOUT", details: { timeoutMs: 5, holder: { threadId: other.threadId, mode: "write" } } });
      expect(await rejection(things.lock.read(() => "entered"))).toMatchObject({
        code: "LOCK_TIMEOUT",
        details: { timeoutMs: lockTimeoutMs },
      });
      const reason = { no: "error" };
      const controller = new AbortController();
      const waiting = rejection(things.lock.write(() => "entered", { signal: controller.signal, timeoutMs: Infinity }));
      setImmediate(() => controller.abort(reason));
      expect(await waiting).toBe(reason);
    });
    expect(await things.lock.write(() => "entered", { timeoutMs: 0 })).toBe("entered");
  });

  it("wakes the tasks that wait when it is free, and the synchronous writer", async () => {
    let waiting: Promise<unknown>[] = [];
    await whileHeld("write", () => {
      waiting = [
        things.lock.read(() => things.size, { timeoutMs: hangMs }),
        things.lock.write(() => things.insert({}), { timeoutMs: hangMs }),
      ];
    });
    expect(await Promise.all(waiting)).toEqual([1, 2]);

    // The other way round: this thread's task holds it, the other thread blocks.
    const announced = new Meeting();
    const written = await things.lock.write(async () => {
      const result = other.runWith({ lockTimeoutMs: hangMs }, handle, "tryInsert", "things", announced.word);
      await announced.whenHere(1);
      things.insert({});
      return { result };
    });
    expect(await written.result).toBe(4);
  });

  it("is given up by a task of another thread with the reason of its signal, and asked for again", async () => {
    const giveUp = new Meeting();
    await things.lock.read(async () => {
      const waiting = other.run(handle, "giveUp", "things", giveUp.word);
      giveUp.arrive();
      expect(await rejection(waiting)).toMatchObject({ message: "no longer needed" });
      expect(await other.run(handle, "enter", "things", "read", 1_000)).toBe("entered");
      expect(await rejection(other.run(handle, "enter", "things", "write", 5))).toMatchObject({
        code: "LOCK_TIMEOUT",
        details: { name: 'table "things"', mode: "write", holder: { threadId: 0, mode: "read" } },
      });
      expect(await other.run(handle, "look", "things")).toEqual([1, 1, 1]);
    });
    expect(await other.run(handle, "enter", "things", "write", 0)).toBe("entered");
  });

  it.each(["read", "write"] as const)("makes a write throw at once that would wait for its own thread's %s section", async (mode) => {
    const { codes, ms } = await other.runWith({ lockTimeoutMs: 60_000 }, handle, "writeBesideOwnSection", "things", mode);
    expect(codes).toEqual(["DEADLOCK", "DEADLOCK", "DEADLOCK", "DEADLOCK"]);
    expect(ms).toBeLessThan(hangMs);
    things.insert({});
  });
});

describe("a unit of work of two threads", () => {
  const minute = 60_000;
  let a: TestThread<typeof Tasks>;
  let b: TestThread<typeof Tasks>;

  beforeAll(() => {
    [a, b] = [1, 2].map(() => new TestThread<typeof Tasks>(new URL("./waiting-tasks.js", import.meta.url))) as [typeof a, typeof b];
  });

  afterAll(async () => {
    await Promise.all([a.end(), b.end()]);
  }, minute);

  it.each([0, 1, 2, 3])(
    "runs again when it was overtaken, here %d times, and alone in the end",
    async (times) => {
      await using db = new DictDB();
      db.createTable("counters").insert({ n: 0 });
      const handle = db.share();
      const [running, overtaken] = [new Meeting(), new Meeting()];
      const [runs] = await Promise.all([
        a.run(handle, "addOne", "counters", times, running.word, overtaken.word),
        b.run(handle, "overtake", "counters", times, running.word, overtaken.word),
      ]);
      expect(runs).toEqual([times + 1, times]);
      expect(db.getTable("counters").get(1)).toEqual({ id: 1, n: times + 1 });
    },
    minute,
  );

  it(
    "locks its tables in one order, whatever order it wrote them in",
    async () => {
      await using db = new DictDB({ lockTimeoutMs: 20_000 });
      for (const name of ["left", "right"]) db.createTable(name);
      const handle = db.share();
      const { word } = new Meeting();
      await Promise.all([a.run(handle, "writeBoth", "left", "right", 150, word), b.run(handle, "writeBoth", "right", "left", 150, word)]);
      for (const name of ["left", "right"]) {
        expect(db.getTable(name).size).toBe(300);
        db.getTable(name).check();
      }
    },
    minute,
  );
});

describe("stats()", () => {
  it("counts threads, bytes of shared memory, and the commits that were still to be read", async () => {
    await using db = new DictDB();
    const things = db.createTable("things");
    things.insert(Array.from({ length: 1_000 }, (_, i) => ({ text: `thing ${i}` })));
    expect(db.stats()).toMatchObject({ threads: 1, lag: 0, sharedBytes: 0 });
    const handle = db.share();
    const { sharedBytes } = db.stats();
    expect(db.stats()).toMatchObject({ threads: 1, lag: 0 });
    expect(sharedBytes).toBeGreaterThan(1_000 * 10);
    expect(sharedBytes).toBeLessThan(4_000_000);

    const other = new TestThread<typeof Tasks>(new URL("./waiting-tasks.js", import.meta.url));
    const { seq } = db;
    const done = new Meeting();
    const inserting = other.run(handle, "insertMany", "things", 25, done.word);
    done.waitFor(1); // this thread reads nothing meanwhile
    expect(db.stats()).toMatchObject({ threads: 2, lag: 25, commits: seq + 25, records: 1_025 });
    expect(db.stats().lag).toBe(0);
    await inserting;
    await other.end();
    expect(db.stats().threads).toBe(1);
  });
});
