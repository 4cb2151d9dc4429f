import { afterEach, describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "../../src/base/errors.js";
import type { ReaderWriterLock } from "../../src/lock/reader-writer-lock.js";
import type { WaitOptions } from "../../src/lock/wait-options.js";
import { deferred } from "../support/deferred.js";
import { rejection } from "../support/rejection.js";
import { acquire, figures, free, modes, queue, run, take, unlimited, type MakeLock } from "./rw-lock-drive.js";
import { rwLockWaitContract } from "./rw-lock-waits.js";

/**
 * What every reader-writer lock promises. After each test every lock made for it must be free with nobody waiting: the lost wake-up that no
 * single assertion looks for shows there, or as a test that never ends.
 */
export function rwLockContract(name: string, make: MakeLock): void {
  let made: ReaderWriterLock[] = [];

  const makeLock: MakeLock = (options) => {
    const lock = make(options);
    made.push(lock);
    return lock;
  };

  describe(`reader-writer lock contract: ${name}`, () => {
    afterEach(() => {
      const found = made.map(figures);
      made = [];
      expect(found).toEqual(found.map(() => free));
    });

    describe("exclusion", () => {
      it("lets readers in together", async () => {
        const lock = makeLock();
        const both = deferred();
        let inside = 0;
        const section = async (): Promise<void> => {
          inside += 1;
          if (inside === 2) both.resolve();
          await both.promise;
        };
        await Promise.all([lock.read(section), lock.read(section)]);
        expect(inside).toBe(2);
      });

      it("keeps readers and writers out while a writer is in", async () => {
        const lock = makeLock();
        let inside = 0;
        let most = 0;
        const alone = async (): Promise<void> => {
          inside += 1;
          most = Math.max(most, inside);
          await Promise.resolve();
          inside -= 1;
        };
        const reader = async (): Promise<void> => expect(inside).toBe(0);
        await Promise.all([lock.write(alone), lock.read(reader), lock.write(alone), lock.write(alone), lock.read(reader)]);
        expect(most).toBe(1);
      });

      it("keeps a writer out until the last reader has left", async () => {
        const lock = makeLock();
        const first = take(lock, "read");
        const second = take(lock, "read");
        const { log, done } = queue(lock, ["w"]);
        first();
        expect(figures(lock)).toEqual({ heldMode: "read", readers: 1, waiting: 1 });
        expect(log).toEqual([]);
        second();
        expect(lock.heldMode).toBe("write");
        await done;
      });

      it("counts holders and waiters", async () => {
        const lock = makeLock();
        expect(figures(lock)).toEqual(free);
        const readers = [await lock.acquireRead(), await lock.acquireRead()];
        expect(figures(lock)).toEqual({ heldMode: "read", readers: 2, waiting: 0 });
        const { done } = queue(lock, ["w", "r"]);
        expect(figures(lock)).toEqual({ heldMode: "read", readers: 2, waiting: 2 });
        for (const release of readers) release();
        expect(figures(lock)).toEqual({ heldMode: "write", readers: 0, waiting: 1 });
        await done;
      });
    });

    describe("sections", () => {
      it.each(modes)("%s() resolves to what the function returns", async (mode) => {
        const lock = makeLock();
        await expect(run(lock, mode, () => 1)).resolves.toBe(1);
        await expect(run(lock, mode, async () => 2)).resolves.toBe(2);
      });

      it.each(modes)("%s() passes on what the function throws, unchanged, and releases", async (mode) => {
        const lock = makeLock();
        const thrown = { not: "an Error" };
        const fail = (): never => {
          throw thrown;
        };
        expect(await rejection(run(lock, mode, fail))).toBe(thrown);
        expect(await rejection(run(lock, mode, () => Promise.reject(thrown)))).toBe(thrown);
        expect(figures(lock)).toEqual(free);
      });

      it.each(modes)("%s() holds the lock from the call on, and starts the function after the caller's turn", async (mode) => {
        const lock = makeLock();
        let started = false;
        const section = run(lock, mode, () => {
          started = true;
        });
        expect(lock.heldMode).toBe(mode);
        expect(started).toBe(false);
        await section;
        expect(started).toBe(true);
      });

      it.each(modes)("%s() holds the lock until the function's promise settles", async (mode) => {
        const lock = makeLock();
        const end = deferred();
        const started = deferred();
        const section = run(lock, mode, () => {
          started.resolve();
          return end.promise;
        });
        await started.promise;
        expect(lock.heldMode).toBe(mode);
        expect(lock.tryWrite()).toBeUndefined();
        end.resolve();
        await section;
        expect(figures(lock)).toEqual(free);
      });

      it.each(modes)("a second call of a release function (%s) does nothing", async (mode) => {
        const lock = makeLock();
        const stale = [take(lock, mode)];
        stale[0]!();
        stale.push(await acquire(lock, mode));
        stale[1]!();
        const release = take(lock, mode);
        for (const again of stale) again();
        expect(lock.heldMode).toBe(mode);
        release();
      });
    });

    describe("order", () => {
      it("makes a reader queue behind a waiting writer", async () => {
        const lock = makeLock();
        const release = take(lock, "read");
        const { log, done } = queue(lock, ["w1", "r1"]);
        expect(figures(lock)).toEqual({ heldMode: "read", readers: 1, waiting: 2 });
        release();
        await done;
        expect(log).toEqual(["w1", "r1"]);
      });

      it("admits every waiting reader when a writer leaves, before the next writer", async () => {
        const lock = makeLock();
        const release = take(lock, "write");
        const { log, done } = queue(lock, ["w1", "r1", "w2", "r2", "r3"]);
        release();
        expect(figures(lock)).toEqual({ heldMode: "read", readers: 3, waiting: 2 });
        await done;
        expect(log).toEqual(["r1", "r2", "r3", "w1", "w2"]);
      });

      it("lets a reader wait for one writer only, however many queue", async () => {
        const lock = makeLock();
        const release = take(lock, "read");
        const { log, done } = queue(lock, ["w1", "w2", "w3", "w4", "r1", "r2"]);
        release();
        await done;
        expect(log).toEqual(["w1", "r1", "r2", "w2", "w3", "w4"]);
      });

      it("makes a reader that comes in a read phase wait for the next writer", async () => {
        const lock = makeLock();
        const writer = take(lock, "write");
        const phase = lock.acquireRead(unlimited);
        const log: string[] = [];
        const next = lock.write(() => log.push("w"), unlimited);
        writer();
        const late = lock.read(() => log.push("r"), unlimited);
        const release = await phase;
        expect(figures(lock)).toEqual({ heldMode: "read", readers: 1, waiting: 2 });
        release();
        await Promise.all([next, late]);
        expect(log).toEqual(["w", "r"]);
      });

      it("does not let a stream of readers starve a writer", async () => {
        const lock = makeLock();
        const log: string[] = [];
        let leave = take(lock, "read");
        const writer = lock.write(() => log.push("w"), unlimited);
        // Each reader of the stream comes before the one ahead of it leaves, so there is always one that wants in.
        for (let n = 1; n <= 5; n += 1) {
          const next = lock.acquireRead(unlimited);
          leave();
          leave = await next;
          log.push(`r${n}`);
        }
        leave();
        await writer;
        expect(log[0]).toBe("w");
      });

      it("does not let a stream of writers starve a reader", async () => {
        const lock = makeLock();
        const log: string[] = [];
        let leave = take(lock, "write");
        const reader = lock.read(() => log.push("r"), unlimited);
        for (let n = 1; n <= 5; n += 1) {
          const next = lock.acquireWrite(unlimited);
          leave();
          leave = await next;
          log.push(`w${n}`);
        }
        leave();
        await reader;
        expect(log[0]).toBe("r");
      });

      it("serves writers in the order in which they came", async () => {
        const lock = makeLock();
        const release = take(lock, "write");
        const names = ["w1", "w2", "w3", "w4", "w5"];
        const { log, done } = queue(lock, names);
        release();
        await done;
        expect(log).toEqual(names);
      });
    });

    describe("try forms", () => {
      it("give nothing where they would have to wait", () => {
        const lock = makeLock();
        const write = take(lock, "write");
        expect(lock.tryRead()).toBeUndefined();
        expect(lock.tryWrite()).toBeUndefined();
        write();
        const read = take(lock, "read");
        expect(lock.tryWrite()).toBeUndefined();
        take(lock, "read")();
        read();
        take(lock, "write")();
      });

      it("do not overtake a waiting writer", async () => {
        const lock = makeLock();
        const release = take(lock, "read");
        const { done } = queue(lock, ["w"]);
        expect(lock.tryRead()).toBeUndefined();
        expect(lock.tryWrite()).toBeUndefined();
        release();
        await done;
      });
    });

    rwLockWaitContract(makeLock);

    describe("arguments", () => {
      const wrong: [string, unknown][] = [
        ["an unknown option", { timeout: 5 }],
        ["a negative limit", { timeoutMs: -1 }],
        ["a limit that is no number", { timeoutMs: "5" }],
        ["NaN as limit", { timeoutMs: NaN }],
        ["a signal that is none", { signal: {} }],
        ["options that are no object", 5],
      ];

      it.each(wrong)("refuses %s", async (_what, options) => {
        const lock = makeLock();
        for (const mode of modes) {
          expect(await rejection(run(lock, mode, () => 0, options as WaitOptions))).toBeInstanceOf(InvalidArgumentError);
          expect(await rejection(acquire(lock, mode, options as WaitOptions))).toBeInstanceOf(InvalidArgumentError);
        }
      });

      it.each(modes)("%s() refuses what is no function, without taking the lock", async (mode) => {
        const lock = makeLock();
        const attempt = rejection(run(lock, mode, "fn" as unknown as () => void));
        expect(figures(lock)).toEqual(free);
        expect(await attempt).toMatchObject({ code: "INVALID_ARGUMENT", details: { argument: "fn", received: '"fn"' } });
      });

      it.each(modes)("%s() takes options whose values are undefined as not given", async (mode) => {
        await expect(run(makeLock(), mode, () => 1, { timeoutMs: undefined, signal: undefined })).resolves.toBe(1);
      });
    });
  });
}
