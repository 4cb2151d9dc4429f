import { describe, expect, it } from "@jest/globals";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { DictDBError } from "../../../../src/base/errors.js";
import { LockWords, lockSize } from "../../../../src/lock/shared/lock-words.js";
import { isOsThreadGone, ownOsThread, type Threads } from "../../../../src/lock/shared/os-thread.js";
import { maxThreads, SlotTable, type ThreadSlot } from "../../../../src/lock/shared/slot-table.js";
import { thrown } from "../../../support/thrown.js";

/** Threads that are there because the test says so. */
class Crowd {
  readonly words = new Int32Array(new SharedArrayBuffer(4 * (SlotTable.size + lockSize)));
  readonly gone = new Set<number>();
  readonly lock = SlotTable.size;
  readonly isLinux: boolean;
  #count = 0;

  /** @param isLinux whether the operating system tells who is gone */
  constructor(isLinux = true) {
    this.isLinux = isLinux;
  }

  table(): SlotTable {
    const number = (this.#count += 1);
    const threads: Threads = {
      threadId: number,
      own: () => (this.isLinux ? { id: 1_000 + number, startedAt: 7 } : undefined),
      isGone: (id) => this.gone.has(id - 1_000),
    };
    return new SlotTable(this.words, 0, threads);
  }

  join(): ThreadSlot {
    return this.table().attach();
  }

  stepsOf(slot: ThreadSlot): LockWords {
    slot.table.listLock(this.lock, slot);
    return new LockWords(this.words, this.lock, 0, slot.index, slot.incarnation);
  }
}

describe("a slot table", () => {
  it("gives each thread a slot, and an incarnation that is never given again", () => {
    const crowd = new Crowd();
    const first = crowd.join();
    const second = crowd.join();
    expect([first.index, second.index]).toEqual([0, 1]);
    expect(first.table.live).toEqual([
      { index: 0, incarnation: first.incarnation, threadId: 1, osThreadId: 1_001 },
      { index: 1, incarnation: second.incarnation, threadId: 2, osThreadId: 1_002 },
    ]);
    first.detach();
    const third = crowd.join();
    expect(third.index).toBe(0);
    expect(new Set([first, second, third].map(({ incarnation }) => incarnation)).size).toBe(3);
    expect([first, second, third].map(({ incarnation }) => second.table.isDead(incarnation))).toEqual([true, false, false]);
    // Detaching twice must not hit the slot's next owner.
    first.detach();
    expect(second.table.isDead(third.incarnation)).toBe(false);
  });

  it("has room for as many threads as it says", () => {
    const crowd = new Crowd();
    const slots = Array.from({ length: maxThreads }, () => crowd.join());
    const error = thrown(DictDBError, () => crowd.join());
    expect([error.code, error.details]).toEqual(["CAPACITY", { threads: maxThreads }]);
    slots[5]!.detach();
    expect(crowd.join().index).toBe(5);
  });

  it("makes room by itself when all its threads have died", () => {
    const crowd = new Crowd();
    const slots = Array.from({ length: maxThreads }, () => crowd.join());
    for (let number = 1; number <= maxThreads; number += 1) crowd.gone.add(number);
    const late = crowd.join();
    expect(late.index).toBe(0);
    expect(late.table.live).toHaveLength(1);
    expect(slots.every(({ incarnation }) => late.table.isDead(incarnation))).toBe(true);
  });

  it("does not take a slot from a thread whose death cannot be proved, nor by the time that passes", () => {
    const crowd = new Crowd(false);
    for (let n = 0; n < maxThreads; n += 1) crowd.join();
    expect(thrown(DictDBError, () => crowd.join()).code).toBe("CAPACITY");
  });

  it("gives back what the dead hold in every lock of the buffer, once their end was seen, where nothing else tells of it", () => {
    const crowd = new Crowd(false);
    const observer = crowd.join();
    const table = crowd.table();
    const writer = table.attach();
    expect(crowd.stepsOf(writer).take()).toBe(true);
    crowd.stepsOf(writer).wantRead();
    expect(observer.table.isDead(writer.incarnation)).toBe(false);
    observer.table.noteEnd(writer.table.live[1]!.threadId);
    expect(observer.table.isDead(writer.incarnation)).toBe(true);
    expect(crowd.stepsOf(observer).isFree).toBe(true);
    expect(observer.table.live).toHaveLength(1);
  });

  it("gives back what a thread still holds when it detaches", () => {
    const crowd = new Crowd();
    const reader = crowd.join();
    const other = crowd.join();
    expect(crowd.stepsOf(reader).enterRead(false)).toBe(true);
    expect(crowd.stepsOf(other).isFree).toBe(false);
    reader.detach();
    expect(crowd.stepsOf(other).isFree).toBe(true);
  });
});

const onLinux = process.platform === "linux";

describe("a thread of the operating system", () => {
  it("is known on Linux, and there while it lives", () => {
    const own = ownOsThread();
    expect(own === undefined).toBe(!onLinux);
    expect(own !== undefined && isOsThreadGone(own.id, own.startedAt)).toBe(false);
    expect(own !== undefined && isOsThreadGone(own.id, 0)).toBe(false);
    // The same number with another start is another thread.
    expect(own !== undefined && isOsThreadGone(own.id, own.startedAt + 1)).toBe(onLinux);
  });

  it("is gone when it has ended", async () => {
    const source = `
      const { readlinkSync } = require("node:fs");
      const link = process.platform === "linux" ? readlinkSync("/proc/thread-self") : "/0";
      require("node:worker_threads").parentPort.postMessage(Number(link.split("/").at(-1)));
      setInterval(() => {}, 1e6);
    `;
    const worker = new Worker(source, { eval: true });
    const [id] = (await once(worker, "message")) as [number];
    ownOsThread();
    const before = isOsThreadGone(id, 0);
    await worker.terminate();
    expect([before, isOsThreadGone(id, 0)]).toEqual([false, onLinux]);
  });
});
