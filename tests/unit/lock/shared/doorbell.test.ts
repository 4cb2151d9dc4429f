import { describe, expect, it } from "@jest/globals";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Doorbell, ring } from "../../../../src/lock/shared/doorbell.js";

function newBell(): { bell: Doorbell; words: Int32Array } {
  const words = new Int32Array(new SharedArrayBuffer(16));
  return { bell: new Doorbell(words, 2), words };
}

describe("a doorbell", () => {
  it("does not let its owner sleep when it was rung since it was armed", () => {
    const { bell, words } = newBell();
    bell.arm();
    ring(words, 2);
    expect(bell.sleep(10_000)).toBe(true);
  });

  it("lets its owner sleep until the time is up when nobody rings, or rang before it was armed", () => {
    const { bell, words } = newBell();
    ring(words, 2);
    bell.arm();
    expect(bell.sleep(5)).toBe(false);
  });

  it("calls listeners after a ring, and again after the next, until they stop", async () => {
    const { bell, words } = newBell();
    const heard: string[] = [];
    const stop = bell.listen(() => heard.push("a"));
    bell.listen(() => heard.push("b"));
    await nextTurn();
    expect(heard).toEqual([]);
    const rung = bell.rung();
    ring(words, 2);
    await rung;
    expect(heard).toEqual(["a", "b"]);
    stop();
    const again = bell.rung();
    ring(words, 2);
    await again;
    expect(heard).toEqual(["a", "b", "b"]);
  });

  it("hears a ring that came while its owner slept", async () => {
    const { bell, words } = newBell();
    const rung = bell.rung();
    bell.arm();
    ring(words, 2);
    expect(bell.sleep(10_000)).toBe(true);
    await rung;
  });

  it("makes up for a ringer that died before it notified", async () => {
    const { bell, words } = newBell();
    const rung = bell.rung();
    Atomics.store(words, 2, 0);
    await rung;
    expect(Atomics.load(words, 2)).toBe(1);
  });
});
