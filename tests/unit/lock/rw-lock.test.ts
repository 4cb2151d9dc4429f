import { describe, expect, it, jest } from "@jest/globals";
import { LockTimeoutError } from "../../../src/base/errors.js";
import { RWLock, type RWLockOptions } from "../../../src/lock/rw-lock.js";
import { WaitCounter } from "../../../src/lock/wait-counter.js";
import { rejection } from "../../support/rejection.js";

describe("RWLock", () => {
  it.each([
    ["an unknown option", { fair: true }, "INVALID_ARGUMENT"],
    ["a limit that is no duration", { timeoutMs: -5 }, "INVALID_ARGUMENT"],
    ["an empty name", { name: "" }, "INVALID_ARGUMENT"],
  ])("refuses %s", (_what, options, code) => {
    expect(() => new RWLock(options as RWLockOptions)).toThrow(expect.objectContaining({ code }));
  });

  it("waits five seconds where nobody says otherwise", async () => {
    jest.useFakeTimers();
    try {
      const lock = new RWLock();
      lock.tryWrite();
      const waiting = rejection(lock.read(() => {}));
      jest.advanceTimersByTime(4_999);
      expect(lock.waiting).toBe(1);
      jest.advanceTimersByTime(1);
      expect(await waiting).toMatchObject({ code: "LOCK_TIMEOUT", details: { timeoutMs: 5_000, waitedMs: 5_000 } });
    } finally {
      jest.useRealTimers();
    }
  });

  it("names itself in a timeout", async () => {
    const options = { timeoutMs: 0 };
    const named = new RWLock({ name: "the cache" });
    const anonymous = new RWLock();
    named.tryRead();
    anonymous.tryWrite();
    const errors = [await rejection(named.write(() => {}, options)), await rejection(anonymous.read(() => {}, options))];
    expect(errors.map((error) => (error as LockTimeoutError).message)).toEqual([
      "the cache was not free for writing within 0 ms",
      "the lock was not free for reading within 0 ms",
    ]);
    expect(errors[0]).toMatchObject({ details: { name: "the cache", mode: "write", timeoutMs: 0, waitedMs: 0 } });
  });

  it("is not re-entrant", async () => {
    const lock = new RWLock();
    await lock.write(async () => {
      expect(await rejection(lock.read(() => {}, { timeoutMs: 5 }))).toBeInstanceOf(LockTimeoutError);
    });
  });

  it("shows the caller of a wait that timed out in the stack", async () => {
    const lock = new RWLock();
    lock.tryWrite();
    async function patientCaller(): Promise<void> {
      await lock.write(() => {}, { timeoutMs: 1 });
    }
    expect(((await rejection(patientCaller())) as Error).stack).toContain("patientCaller");
  });

  it("leaves no timer behind", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const lock = new RWLock();
    const release = lock.tryWrite();
    const controller = new AbortController();
    const waits = [lock.read(() => {}), lock.write(() => {})];
    const aborted = rejection(lock.write(() => {}, { signal: controller.signal }));
    expect(timers()).toBe(before + 3);
    controller.abort();
    release?.();
    await Promise.all(waits);
    await aborted;
    expect(timers()).toBe(before);
  });

  describe("waits", () => {
    it("counts every call that queued, however it ended, and adds up the time", async () => {
      const lock = new RWLock();
      const release = lock.tryWrite();
      const controller = new AbortController();
      const timedOut = rejection(lock.read(() => {}, { timeoutMs: 10 }));
      const aborted = rejection(lock.read(() => {}, { signal: controller.signal }));
      const granted = lock.read(() => {});
      controller.abort();
      await timedOut;
      release?.();
      await Promise.all([granted, aborted]);
      expect(lock.waits.count).toBe(3);
      // The one that timed out waited its 10 ms, the granted one longer.
      expect(lock.waits.totalMs).toBeGreaterThanOrEqual(20);
      expect(lock.waits.totalMs).toBeLessThan(10_000);
    });

    it("does not count what did not wait", async () => {
      const lock = new RWLock();
      await lock.write(() => {});
      const release = lock.tryRead();
      lock.tryWrite();
      await rejection(lock.write(() => {}, { timeoutMs: 0 }));
      await rejection(lock.write(() => {}, { signal: AbortSignal.abort() }));
      release?.();
      expect([lock.waits.count, lock.waits.totalMs]).toEqual([0, 0]);
    });

    it("adds up several locks in one counter", async () => {
      const waits = new WaitCounter();
      for (const lock of [new RWLock(undefined, waits), new RWLock({ timeoutMs: 50 }, waits)]) {
        const release = lock.tryWrite();
        const waiting = lock.write(() => {});
        release?.();
        await waiting;
        expect(lock.waits).toBe(waits);
      }
      expect(waits.count).toBe(2);
    });
  });
});
