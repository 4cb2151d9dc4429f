import { describe, expect, it, jest } from "@jest/globals";
import { setImmediate as nextTurn } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { runInNewContext } from "node:vm";
import { DeadlockError, InvalidArgumentError, LockTimeoutError } from "../../../../src/base/errors.js";
import type { LockMode, ReaderWriterLock } from "../../../../src/lock/reader-writer-lock.js";
import { SharedRWLock } from "../../../../src/lock/shared/shared-rw-lock.js";
import { figures, free, modes, run, take } from "../../../contract/rw-lock-drive.js";
import { rejection } from "../../../support/rejection.js";
import { thrown } from "../../../support/thrown.js";

function runSync<R>(lock: SharedRWLock, mode: LockMode, fn: () => R, options?: { timeoutMs?: number }): R {
  return mode === "read" ? lock.readSync(fn, options) : lock.writeSync(fn, options);
}

/** Two parties to one lock. That they are in one thread matters only to the synchronous forms, which see it. */
function twoParties(): [SharedRWLock, SharedRWLock] {
  const lock = new SharedRWLock({ timeoutMs: Infinity, name: "ours" });
  return [lock, new SharedRWLock(lock.buffer, { timeoutMs: Infinity, name: "theirs" })];
}

describe("the synchronous forms", () => {
  it.each(modes)("%s: return what the function returns, hold the lock meanwhile, and give it back", (mode) => {
    const lock = new SharedRWLock();
    expect(runSync(lock, mode, () => [lock.heldMode, lock.readers])).toEqual([mode, mode === "read" ? 1 : 0]);
    expect(figures(lock)).toEqual(free);
  });

  it.each(modes)("%s: pass on what is thrown, unchanged, and give the lock back", (mode) => {
    const lock = new SharedRWLock();
    const reason = new Error("mine");
    const fail = (): never => {
      throw reason;
    };
    expect(thrown(Error, () => runSync(lock, mode, fail))).toBe(reason);
    expect(figures(lock)).toEqual(free);
  });

  it.each(modes)("%s: refuse a function that answers with a promise, or is none, and wrong options", (mode) => {
    const lock = new SharedRWLock();
    const refused: (() => unknown)[] = [
      () => runSync(lock, mode, async () => 1),
      () => runSync(lock, mode, 1 as never),
      () => runSync(lock, mode, () => 1, { timeoutMs: -1 }),
      () => runSync(lock, mode, () => 1, { timeout: 1 } as never),
      () => runSync(lock, mode, () => 1, { signal: AbortSignal.abort() } as never),
    ];
    for (const attempt of refused) expect(thrown(InvalidArgumentError, attempt)).toBeInstanceOf(InvalidArgumentError);
    expect(figures(lock)).toEqual(free);
  });

  it("let reads nest", () => {
    const lock = new SharedRWLock();
    expect(lock.readSync(() => lock.readSync(() => lock.readers))).toBe(2);
    expect(figures(lock)).toEqual(free);
  });

  it.each<[LockMode, LockMode]>([
    ["write", "write"],
    ["write", "read"],
    ["read", "write"],
  ])("in a %s section refuse a %s section at once", (outer, inner) => {
    const lock = new SharedRWLock({ timeoutMs: Infinity, name: "it" });
    const error = runSync(lock, outer, () => thrown(DeadlockError, () => runSync(lock, inner, () => 0)));
    expect(error.details).toEqual({ name: "it", mode: inner });
    expect(figures(lock)).toEqual(free);
  });

  it.each<[LockMode, LockMode]>([
    ["write", "write"],
    ["write", "read"],
    ["read", "write"],
  ])("do not wait for a task of their own thread that holds the lock: %s, then %s", async (outer, inner) => {
    const lock = new SharedRWLock({ timeoutMs: Infinity });
    const release = take(lock, outer);
    expect(thrown(DeadlockError, () => runSync(lock, inner, () => 0)).code).toBe("DEADLOCK");
    expect(lock.tryEnterWrite()).toBe(false);
    expect(figures(lock)).toEqual({ heldMode: outer, readers: outer === "read" ? 1 : 0, waiting: 0 });
    release();
  });

  it("read beside a task of their own thread that reads, also while a writer waits for both", async () => {
    const [ours, theirs] = twoParties();
    const release = take(ours, "read");
    const writer = theirs.write(() => "written");
    expect(ours.tryRead()).toBeUndefined();
    expect(ours.readSync(() => ours.readers)).toBe(2);
    release();
    expect(await writer).toBe("written");
  });

  it("go ahead of tasks of their own thread that queue", async () => {
    const [ours, theirs] = twoParties();
    const release = take(theirs, "read");
    const order: string[] = [];
    const tasks = [ours.write(() => order.push("task w")), ours.read(() => order.push("task r"))];
    ours.readSync(() => order.push("sync r"));
    expect(ours.tryEnterWrite()).toBe(false);
    release();
    ours.writeSync(() => order.push("sync w"));
    await Promise.all(tasks);
    expect(order.slice(0, 2)).toEqual(["sync r", "sync w"]);
    expect(order.slice(2).sort()).toEqual(["task r", "task w"]);
    expect([figures(ours), figures(theirs)]).toEqual([free, free]);
  });

  it.each(modes)("see that their own thread holds the lock through another handle (%s)", (mode) => {
    const [ours, theirs] = twoParties();
    const release = take(theirs, "write");
    expect(thrown(DeadlockError, () => runSync(ours, mode, () => 0)).details).toEqual({ name: "ours", mode });
    expect([figures(ours), ours.waiting]).toEqual([free, 0]);
    release();
  });

  it("give up at once with a limit of 0, naming the holder", () => {
    const [ours, theirs] = twoParties();
    const release = take(theirs, "read");
    const error = thrown(LockTimeoutError, () => ours.writeSync(() => 0, { timeoutMs: 0 }));
    expect(error.details).toMatchObject({ name: "ours", mode: "write", timeoutMs: 0, waitedMs: 0, holder: { threadId, mode: "read" } });
    expect(error.message).toMatch(/^ours was not free for writing within 0 ms: the main thread|worker thread \d+ .*has it for reading$/);
    expect(ours.readSync(() => "beside")).toBe("beside");
    release();
  });
});

describe("enterWrite", () => {
  it("holds the lock until leaveWrite", () => {
    const [ours, theirs] = twoParties();
    ours.enterWrite(0);
    expect([ours.heldMode, theirs.tryRead(), theirs.tryEnterWrite()]).toEqual(["write", undefined, false]);
    ours.leaveWrite();
    expect(theirs.tryEnterWrite()).toBe(true);
    expect(thrown(LockTimeoutError, () => ours.enterWrite(0)).code).toBe("LOCK_TIMEOUT");
    theirs.leaveWrite();
  });

  it("lets in tasks that queued meanwhile, those of other threads too", async () => {
    const [ours, theirs] = twoParties();
    ours.enterWrite(0);
    const reads = [ours.read(() => ours.readers), theirs.read(() => theirs.readers)];
    ours.leaveWrite();
    expect(await Promise.all(reads)).toEqual([1, 1]);
  });

  // The time limit of `vm` ends a synchronous call anywhere, and no `finally` runs.
  const interrupt = (begin: () => void): void => {
    const loop = (): never => {
      begin();
      for (;;);
    };
    expect(() => runInNewContext("loop()", { loop }, { timeout: 20 })).toThrow(/timed out/);
  };

  it("takes the place of a call that was torn out of its thread", () => {
    const [ours, theirs] = twoParties();
    interrupt(() => ours.enterWrite(0));
    expect(ours.heldMode).toBe("write");
    ours.enterWrite(0);
    ours.leaveWrite();
    expect(theirs.tryEnterWrite()).toBe(true);
    theirs.leaveWrite();
  });

  it.each<[string, (lock: SharedRWLock, loop: () => void) => void]>([
    ["enterWrite", (lock) => lock.enterWrite(0)],
    ["writeSync", (lock, loop) => lock.writeSync(loop)],
    ["readSync", (lock, loop) => lock.readSync(loop)],
    ["nested readSync", (lock, loop) => lock.readSync(() => lock.readSync(loop))],
  ])("and %s that was torn out of its thread ends with its turn", async (_what, begin) => {
    const [ours, theirs] = twoParties();
    const loop = (): never => {
      for (;;);
    };
    interrupt(() => begin(ours, loop));
    await Promise.resolve();
    expect(figures(ours)).toEqual(free);
    take(theirs, "write")();
  });
});

describe("turns between threads", () => {
  it("a writer that leaves lets in the readers of other threads before the next writer", async () => {
    const [ours, theirs] = twoParties();
    const release = take(ours, "write");
    const order: string[] = [];
    const all = [
      ours.write(() => order.push("our w")),
      theirs.write(() => order.push("their w")),
      theirs.read(() => order.push("their r")),
    ];
    release();
    await Promise.all(all);
    expect(order[0]).toBe("their r");
  });

  it("a reader queues behind a writer of another thread that waits", async () => {
    const [ours, theirs] = twoParties();
    const release = take(ours, "read");
    const order: string[] = [];
    const writer = theirs.write(() => order.push("w"));
    const reader = ours.read(() => order.push("r"));
    expect([ours.tryRead(), ours.waiting]).toEqual([undefined, 1]);
    release();
    await Promise.all([writer, reader]);
    expect(order).toEqual(["w", "r"]);
  });

  it("the reader behind a writer of another thread that gives up comes in", async () => {
    const [ours, theirs] = twoParties();
    const release = take(ours, "read");
    const controller = new AbortController();
    const writer = rejection(theirs.write(() => 0, { signal: controller.signal }));
    const reader = ours.read(() => "in");
    controller.abort("no longer");
    expect(await reader).toBe("in");
    expect(await writer).toBe("no longer");
    release();
  });

  it("a thread that writes again and again from a queue lets other threads' writers in", async () => {
    const [ours, theirs] = twoParties();
    const end = new AbortController();
    let turns = 0;
    const stream = async (): Promise<void> => {
      for (; !end.signal.aborted; turns += 1) await ours.write(() => nextTurn());
    };
    const streams = [stream(), stream(), stream()];
    await theirs.write(() => end.abort());
    await Promise.all(streams);
    expect(turns).toBeGreaterThan(3);
  });
});

describe("whenFree", () => {
  it("resolves at once for a free lock, and holds nothing", async () => {
    const lock = new SharedRWLock();
    await lock.whenFree();
    expect(figures(lock)).toEqual(free);
  });

  it.each(modes)("resolves when the last that held it to %s has left, in this thread or another", async (mode) => {
    const [ours, theirs] = twoParties();
    for (const holder of [ours, theirs]) {
      const release = take(holder, mode);
      const wait = ours.whenFree();
      let isFree = false;
      void wait.then(() => (isFree = true));
      await nextTurn();
      expect(isFree).toBe(false);
      release();
      await wait;
      take(theirs, "write")();
    }
  });

  it("ends as every wait does", async () => {
    const [ours, theirs] = twoParties();
    const release = take(theirs, "write");
    expect(await rejection(ours.whenFree({ timeoutMs: 5 }))).toBeInstanceOf(LockTimeoutError);
    expect(await rejection(ours.whenFree({ signal: AbortSignal.abort("no") }))).toBe("no");
    const controller = new AbortController();
    const wait = rejection(ours.whenFree({ signal: controller.signal }));
    controller.abort("no longer");
    expect(await wait).toBe("no longer");
    release();
    // What they had wished for is forgotten.
    take(ours, "read")();
  });
});

describe("a timeout", () => {
  it.each<[LockMode, LockMode]>([
    ["read", "write"],
    ["write", "read"],
    ["write", "write"],
  ])("names who has the lock: held to %s, wanted to %s", async (held, wanted) => {
    const [ours, theirs] = twoParties();
    const release = take(theirs, held);
    const error = (await rejection(run(ours as ReaderWriterLock, wanted, () => 0, { timeoutMs: 10 }))) as LockTimeoutError;
    expect(error.details).toMatchObject({ name: "ours", mode: wanted, holder: { threadId, mode: held } });
    release();
  });

  it("leaves no timer behind", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const [ours, theirs] = twoParties();
    const release = take(theirs, "write");
    await rejection(ours.read(() => 0, { timeoutMs: 5 }));
    expect(timers()).toBe(before);
    release();
  });
});

describe("new SharedRWLock()", () => {
  it.each<[string, readonly unknown[]]>([
    ["a buffer of another size", [new SharedArrayBuffer(16)]],
    ["a buffer of the right size that is no lock's", [new SharedArrayBuffer(new SharedRWLock().buffer.byteLength)]],
    ["a buffer that is not shared", [new ArrayBuffer(16)]],
    ["a buffer that is not shared, with options", [new ArrayBuffer(16), {}]],
    ["an unknown option", [{ timeout: 1 }]],
    ["an unknown option behind a buffer", [new SharedRWLock().buffer, { timeout: 1 }]],
    ["a wrong limit", [{ timeoutMs: "1" }]],
    ["an empty name", [{ name: "" }]],
    ["null", [null]],
  ])("refuses %s", (_what, args) => {
    expect(() => new (SharedRWLock as new (...args: readonly unknown[]) => SharedRWLock)(...args)).toThrow(InvalidArgumentError);
  });

  it("waits 5 seconds by default", async () => {
    jest.useFakeTimers();
    try {
      const lock = new SharedRWLock();
      lock.tryWrite();
      const waiting = rejection(lock.read(() => {}));
      jest.advanceTimersByTime(5_000);
      expect(await waiting).toMatchObject({ code: "LOCK_TIMEOUT", details: { timeoutMs: 5_000, name: "the lock" } });
    } finally {
      jest.useRealTimers();
    }
  });

  it("counts waits, synchronous ones included", async () => {
    const [ours, theirs] = twoParties();
    const release = take(theirs, "write");
    await rejection(ours.read(() => 0, { timeoutMs: 5 }));
    release();
    expect(ours.waits.count).toBe(1);
    expect(ours.waits.totalMs).toBeGreaterThanOrEqual(5);
    ours.enterWrite(5);
    ours.leaveWrite();
    expect(ours.waits.count).toBe(1);
  });
});
