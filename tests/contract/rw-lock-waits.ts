import { describe, expect, it } from "@jest/globals";
import { getEventListeners } from "node:events";
import { LockTimeoutError } from "../../src/base/errors.js";
import { rejection } from "../support/rejection.js";
import { acquire, figures, modes, queue, run, take, unlimited, type MakeLock } from "./rw-lock-drive.js";

// Long enough to tell a wait that is measured from one that is not, short enough to be waited for.
const shortMs = 15;

function notGranted(): never {
  throw new Error("the lock was granted");
}

/** The part of the contract that is about waits which end without the lock. */
export function rwLockWaitContract(makeLock: MakeLock): void {
  describe("time limit", () => {
    it.each(modes)("ends a %s wait with LockTimeoutError", async (mode) => {
      const lock = makeLock();
      const release = take(lock, "write");
      const started = performance.now();
      const error = await rejection(run(lock, mode, notGranted, { timeoutMs: shortMs }));
      const elapsedMs = performance.now() - started;
      expect(error).toBeInstanceOf(LockTimeoutError);
      const { code, details } = error as LockTimeoutError;
      expect(code).toBe("LOCK_TIMEOUT");
      expect(details).toMatchObject({ mode, timeoutMs: shortMs });
      expect(details["waitedMs"]).toBeGreaterThanOrEqual(shortMs);
      expect(details["waitedMs"]).toBeLessThanOrEqual(elapsedMs);
      expect(lock.waiting).toBe(0);
      release();
    });

    it("is that of the lock where the call gives none", async () => {
      const lock = makeLock({ timeoutMs: shortMs });
      const release = take(lock, "write");
      expect(await rejection(lock.read(() => 0))).toMatchObject({ code: "LOCK_TIMEOUT", details: { timeoutMs: shortMs } });
      expect(await rejection(lock.acquireWrite({}))).toMatchObject({ code: "LOCK_TIMEOUT", details: { timeoutMs: shortMs } });
      release();
    });

    it.each(modes)("of 0 takes a free lock (%s) and does not wait for a busy one", async (mode) => {
      const lock = makeLock();
      await expect(run(lock, mode, () => "in", { timeoutMs: 0 })).resolves.toBe("in");
      const release = take(lock, "write");
      const attempt = rejection(acquire(lock, mode, { timeoutMs: 0 }));
      expect(lock.waiting).toBe(0);
      release();
      expect(await attempt).toMatchObject({ code: "LOCK_TIMEOUT", details: { mode, timeoutMs: 0, waitedMs: 0 } });
    });

    it("admits the readers behind a writer that gives up", async () => {
      const lock = makeLock();
      const release = take(lock, "read");
      const writer = rejection(lock.acquireWrite({ timeoutMs: shortMs }));
      // The holder stays: only the writer's giving up can admit this reader.
      await lock.read(() => expect(lock.readers).toBe(2), unlimited);
      expect(await writer).toBeInstanceOf(LockTimeoutError);
      release();
    });
  });

  describe("abort", () => {
    it.each(modes)("ends a %s wait with the signal's reason, unchanged", async (mode) => {
      for (const reason of [new Error("enough"), "enough", null]) {
        const lock = makeLock();
        const release = take(lock, "write");
        const controller = new AbortController();
        const waiting = rejection(run(lock, mode, notGranted, { signal: controller.signal }));
        controller.abort(reason);
        expect(lock.waiting).toBe(0);
        expect(await waiting).toBe(reason);
        release();
      }
    });

    it.each(modes)("before the call refuses %s even where the lock is free", async (mode) => {
      const lock = makeLock();
      const options = { signal: AbortSignal.abort("before"), timeoutMs: 0 };
      expect(await rejection(run(lock, mode, notGranted, options))).toBe("before");
      expect(await rejection(acquire(lock, mode, options))).toBe("before");
    });

    it("after the grant changes nothing", async () => {
      const lock = makeLock();
      const controller = new AbortController();
      const release = await lock.acquireWrite({ signal: controller.signal });
      controller.abort();
      expect(lock.heldMode).toBe("write");
      release();
    });

    it("admits at once the readers behind a writer that gives up", async () => {
      const lock = makeLock();
      const release = take(lock, "read");
      const controller = new AbortController();
      const writer = rejection(lock.acquireWrite({ signal: controller.signal, timeoutMs: Infinity }));
      const readers = [lock.acquireRead(unlimited), lock.acquireRead(unlimited)];
      controller.abort("no longer");
      expect(figures(lock)).toEqual({ heldMode: "read", readers: 3, waiting: 0 });
      expect(await writer).toBe("no longer");
      for (const reader of readers) (await reader)();
      release();
    });

    it("of a writer leaves readers queued behind the next one", async () => {
      const lock = makeLock();
      const release = take(lock, "read");
      const controller = new AbortController();
      const writer = rejection(lock.acquireWrite({ signal: controller.signal, timeoutMs: Infinity }));
      const { log, done } = queue(lock, ["w", "r"]);
      controller.abort("no longer");
      expect(figures(lock)).toEqual({ heldMode: "read", readers: 1, waiting: 2 });
      expect(await writer).toBe("no longer");
      release();
      await done;
      expect(log).toEqual(["w", "r"]);
    });

    it("of a writer admits nobody while another writer is in", async () => {
      const lock = makeLock();
      const release = take(lock, "write");
      const controller = new AbortController();
      const writer = rejection(lock.acquireWrite({ signal: controller.signal, timeoutMs: Infinity }));
      const { log, done } = queue(lock, ["r"]);
      controller.abort("no longer");
      expect(figures(lock)).toEqual({ heldMode: "write", readers: 0, waiting: 1 });
      expect(await writer).toBe("no longer");
      expect(log).toEqual([]);
      release();
      await done;
    });

    it("takes a waiter out of the middle of the queue", async () => {
      for (const mode of modes) {
        const lock = makeLock();
        const release = take(lock, "write");
        const controller = new AbortController();
        const before = queue(lock, [mode]);
        const middle = rejection(acquire(lock, mode, { signal: controller.signal }));
        const after = queue(lock, [mode]);
        controller.abort("no longer");
        expect(lock.waiting).toBe(2);
        expect(await middle).toBe("no longer");
        release();
        await Promise.all([before.done, after.done]);
      }
    });

    it("ends a wait that is granted in the same turn by another listener of the signal", async () => {
      for (const mode of modes) {
        const lock = makeLock();
        const release = take(lock, "write");
        const controller = new AbortController();
        // Added first, so it runs before the lock hears of the abort.
        controller.signal.addEventListener("abort", release);
        const waiting = rejection(acquire(lock, mode, { signal: controller.signal }));
        const { log, done } = queue(lock, ["w"]);
        controller.abort("both");
        expect(await waiting).toBe("both");
        await done;
        expect(log).toEqual(["w"]);
      }
    });

    it("rejects every waiter of the signal, those too that another one's giving up would admit", async () => {
      const lock = makeLock();
      const release = take(lock, "read");
      const controller = new AbortController();
      const options = { signal: controller.signal };
      const waits = [lock.acquireWrite(options), lock.acquireRead(options), lock.acquireRead(options)].map(rejection);
      controller.abort("all");
      expect(await Promise.all(waits)).toEqual(["all", "all", "all"]);
      expect(figures(lock)).toEqual({ heldMode: "read", readers: 1, waiting: 0 });
      release();
    });

    it("leaves no listener behind, whichever way a wait ends", async () => {
      const lock = makeLock();
      const release = take(lock, "write");
      const granted = new AbortController();
      const timedOut = new AbortController();
      const grant = lock.acquireRead({ signal: granted.signal, timeoutMs: Infinity });
      const timeout = rejection(lock.acquireRead({ signal: timedOut.signal, timeoutMs: shortMs }));
      expect(getEventListeners(granted.signal, "abort")).toHaveLength(1);
      await timeout;
      release();
      (await grant)();
      expect(getEventListeners(granted.signal, "abort")).toHaveLength(0);
      expect(getEventListeners(timedOut.signal, "abort")).toHaveLength(0);
    });
  });
}
