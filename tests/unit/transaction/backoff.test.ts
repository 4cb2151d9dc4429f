import { describe, expect, it } from "@jest/globals";
import type { Clock } from "../../../src/base/clock.js";
import { backoffMs, pause } from "../../../src/transaction/backoff.js";
import { rejection } from "../../support/rejection.js";

describe("backoffMs()", () => {
  it("doubles with each failure, up to a limit, and takes a random part of that", () => {
    const longest = Array.from({ length: 10 }, (_, i) => backoffMs(i + 1, () => 1));
    expect(longest).toEqual([1, 2, 4, 8, 16, 32, 64, 100, 100, 100]);
    expect(backoffMs(5, () => 0)).toBe(0);
    expect(backoffMs(5, () => 0.25)).toBe(4);
    expect(backoffMs(100_000, () => 0.5)).toBe(50);
  });
});

describe("pause()", () => {
  /** A clock whose timers the test sets off. */
  class TestClock implements Clock {
    readonly timers: { readonly ms: number; readonly callback: () => void; cancelled: boolean }[] = [];

    now(): number {
      return 0;
    }

    setTimer(ms: number, callback: () => void): () => void {
      const timer = { ms, callback, cancelled: false };
      this.timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    }
  }

  it("lasts until the clock says so", async () => {
    const clock = new TestClock();
    let over = false;
    const paused = pause(17, clock, undefined).then(() => (over = true));
    await Promise.resolve();
    expect([clock.timers[0]?.ms, over]).toEqual([17, false]);
    clock.timers[0]!.callback();
    await paused;
    expect(over).toBe(true);
  });

  it("ends with the signal's reason, and gives its timer back", async () => {
    const clock = new TestClock();
    const reason = { any: "thing" };
    const ended = new AbortController();
    const paused = rejection(pause(17, clock, ended.signal));
    ended.abort(reason);
    expect(await paused).toBe(reason);
    expect(clock.timers[0]?.cancelled).toBe(true);
    expect(await rejection(pause(17, clock, ended.signal))).toBe(reason);
    expect(clock.timers).toHaveLength(1);
  });
});
