import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { runDelayMs } from "../../support/run-delay.js";
import { TestThread } from "../../support/test-thread.js";
import type * as Tasks from "./waiting-tasks.js";

const minute = 60_000;
const tickMs = 10;
const ticksEach = 30;

/** How long a timer takes for its ticks, less what the thread waited for a processor. */
async function ticking(): Promise<number> {
  const [began, delayed] = [performance.now(), runDelayMs()];
  await new Promise<void>((resolve) => {
    let left = ticksEach;
    const timer = setInterval(() => {
      if (--left > 0) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
  return performance.now() - began - (runDelayMs() - delayed);
}

/** The shortest of a few times: what is in the way of a timer by chance is so once, what blocks the thread is so each time. */
async function shortestOf(times: number): Promise<number> {
  let shortest = Infinity;
  for (let i = 0; i < times; i++) shortest = Math.min(shortest, await ticking());
  return shortest;
}

describe("a thread whose transactions wait for another thread", () => {
  let other: TestThread<typeof Tasks>;
  let usual: number;

  beforeAll(async () => {
    other = new TestThread(new URL("./waiting-tasks.js", import.meta.url));
    usual = await shortestOf(2);
  });

  afterAll(() => other.end());

  async function whileHeld(db: DictDB, how: "a section" | "a row", work: () => unknown): Promise<void> {
    const [entered, leave] = [new Meeting(), new Meeting()];
    const handle = db.share();
    const held =
      how === "a section"
        ? other.run(handle, "hold", "things", "write", entered.word, leave.word)
        : other.run(handle, "holdRow", "things", 1, entered.word, leave.word);
    await entered.whenHere(1);
    try {
      await work();
    } finally {
      leave.arrive();
    }
    expect(await held).toBe("left");
  }

  it.each([1, 10, 100, 500])(
    "keeps nine tenths of its ticks while %d wait for a section, and does not look by the clock",
    async (count) => {
      await using db = new DictDB({ lockTimeoutMs: minute });
      const things = db.createTable<{ id: number; n: number }>("things");
      things.insert(Array.from({ length: count }, () => ({ n: 0 })));
      let done: Promise<void>[] = [];
      const order: number[] = [];
      const before = db.stats().lockWaits;
      await whileHeld(db, "a section", async () => {
        done = Array.from({ length: count }, async (_, i) => {
          await db.transaction((tx) => tx.getTable(things).update({ n: 1 }, i + 1));
          order.push(i);
        });
        expect(await shortestOf(3)).toBeLessThan(usual / 0.9 + tickMs);
        // The first has looked twice as it came, and waits as the others do.
        expect(db.stats().lockWaits - before).toBeLessThanOrEqual(2);
        expect(order).toEqual([]);
      });
      await Promise.all(done);
      expect(order).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(things.count({ n: 1 })).toBe(count);
      // Each waited once; some more where somebody else was quicker when it was woken.
      expect(db.stats().lockWaits - before).toBeLessThanOrEqual(count + 10);
    },
    minute,
  );

  it(
    "keeps nine tenths of its ticks while 500 wait for a row",
    async () => {
      await using db = new DictDB({ lockTimeoutMs: minute });
      const things = db.createTable<{ id: number; n: number }>("things");
      things.insert({ n: 0 });
      let done: Promise<unknown>[] = [];
      await whileHeld(db, "a row", async () => {
        done = Array.from({ length: 500 }, () =>
          db.transaction(async (tx) => {
            const [row] = await tx.getTable(things).selectForUpdate({ where: { id: 1 } });
            tx.getTable(things).update({ n: row!.n + 1 }, 1);
          }),
        );
        expect(await shortestOf(3)).toBeLessThan(usual / 0.9 + tickMs);
      });
      await Promise.all(done);
      expect(things.get(1)!.n).toBe(500);
    },
    minute,
  );

  it(
    "goes on when the thread that holds the section ends inside it",
    async () => {
      await using db = new DictDB({ lockTimeoutMs: minute });
      const things = db.createTable<{ id: number; n: number }>("things");
      things.insert([{ n: 0 }, { n: 0 }, { n: 0 }]);
      const dying = new TestThread<typeof Tasks>(new URL("./waiting-tasks.js", import.meta.url));
      const [entered, leave] = [new Meeting(), new Meeting()];
      const held = dying.run(db.share(), "hold", "things", "write", entered.word, leave.word).catch((error: unknown) => error);
      await entered.whenHere(1);
      const done = [1, 2, 3].map((id) => db.transaction((tx) => tx.getTable(things).update({ n: 1 }, id)));
      await dying.kill();
      await Promise.all(done);
      expect(await held).toBeInstanceOf(Error);
      expect(things.count({ n: 1 })).toBe(3);
    },
    minute,
  );

  it(
    "names the limit and the holder to each that gives up, and lets the others go on",
    async () => {
      await using db = new DictDB({ lockTimeoutMs: minute });
      const things = db.createTable<{ id: number; n: number }>("things");
      things.insert([{ n: 0 }, { n: 0 }, { n: 0 }, { n: 0 }]);
      const update = (id: number, options: object): Promise<unknown> =>
        db.transaction((tx) => tx.getTable(things).update({ n: 1 }, id), options).catch((error: unknown) => error);
      const reason = new Error("no longer needed");
      let last: Promise<unknown> = Promise.resolve();
      await whileHeld(db, "a section", async () => {
        const controller = new AbortController();
        const waits = [update(1, { lockTimeoutMs: 20 }), update(2, { lockTimeoutMs: 30 }), update(3, { signal: controller.signal })];
        last = update(4, {});
        for (const [i, limit] of [20, 30].entries()) {
          expect(await waits[i]).toMatchObject({
            code: "LOCK_TIMEOUT",
            message: expect.stringMatching(
              new RegExp(`^table "things" was not free for writing within ${limit} ms: worker thread ${other.threadId} `),
            ),
            details: { table: "things", timeoutMs: limit, holder: { threadId: other.threadId, mode: "write" } },
          });
        }
        controller.abort(reason);
        expect(await waits[2]).toBe(reason);
      });
      expect(await last).toBe(1);
      expect(things.all().map(({ n }) => n)).toEqual([0, 0, 0, 1]);
    },
    minute,
  );

  it("tells those that wait when the database is closed", async () => {
    const db = new DictDB({ lockTimeoutMs: minute });
    const things = db.createTable<{ id: number; n: number }>("things");
    things.insert([{ n: 0 }, { n: 0 }]);
    const codes: unknown[] = [];
    await whileHeld(db, "a section", async () => {
      const waits = [
        db.transaction((tx) => tx.getTable(things).update({ n: 1 }, 1)),
        db.transaction((tx) => tx.getTable(things).update({ n: 1 }, 2)),
        things.lock.write(() => 1),
        things.lock.read(() => 1, { signal: new AbortController().signal }),
      ];
      const ends = Promise.allSettled(waits);
      await new Promise(setImmediate);
      await db.close();
      for (const end of await ends) codes.push(end.status === "rejected" ? (end.reason as { code: unknown }).code : end.value);
    });
    expect(codes).toEqual(["CLOSED", "CLOSED", "CLOSED", "CLOSED"]);
  });

  it("gives nothing back twice: a section that outlives its database takes no lock from others", async () => {
    const db = new DictDB({ lockTimeoutMs: minute });
    const things = db.createTable("things");
    const handle = db.share();
    let leave = (): void => undefined;
    const section = things.lock.write(() => new Promise<void>((resolve) => (leave = resolve)));
    await new Promise(setImmediate);
    const [entered, left] = [new Meeting(), new Meeting()];
    // The other thread waits for the section, which closing the database ends, and has the table then.
    const held = other.run(handle, "hold", "things", "write", entered.word, left.word);
    await db.close();
    await entered.whenHere(1);
    leave();
    await section;
    const again = DictDB.attach(handle, { lockTimeoutMs: minute });
    expect(again.getTable("things").lock.tryWrite()).toBeUndefined();
    left.arrive();
    expect(await held).toBe("left");
    await again.close();
  });
});
