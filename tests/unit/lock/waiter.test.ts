import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { Waiter } from "../../../src/lock/waiter.js";

const day = 24 * 60 * 60 * 1000;

describe("Waiter", () => {
  let givenUp: Waiter[] = [];
  const wait = (timeoutMs: number, signal?: AbortSignal): Waiter => new Waiter(timeoutMs, signal, (waiter) => givenUp.push(waiter));

  beforeEach(() => {
    givenUp = [];
    jest.useFakeTimers();
  });

  afterEach(() => {
    const left = jest.getTimerCount();
    jest.useRealTimers();
    if (left > 0) throw new Error(`${left} timers left behind`);
  });

  it("ends with a grant, and is not given up later", async () => {
    const controller = new AbortController();
    const waiter = wait(100, controller.signal);
    jest.advanceTimersByTime(40);
    waiter.grant();
    controller.abort();
    jest.advanceTimersByTime(1000);
    await expect(waiter.outcome).resolves.toBe("granted");
    expect(waiter.waitedMs).toBe(40);
    expect(givenUp).toEqual([]);
  });

  it("is given up when its time is up, not before", async () => {
    const waiter = wait(100);
    jest.advanceTimersByTime(99);
    expect(givenUp).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(givenUp).toEqual([waiter]);
    await expect(waiter.outcome).resolves.toBe("timed out");
    expect(waiter.waitedMs).toBe(100);
  });

  it("is given up in the turn of the abort", async () => {
    const controller = new AbortController();
    const waiter = wait(100, controller.signal);
    jest.advanceTimersByTime(30);
    controller.abort();
    expect(givenUp).toEqual([waiter]);
    await expect(waiter.outcome).resolves.toBe("aborted");
    expect(waiter.waitedMs).toBe(30);
  });

  it("waits on when a timer fires early", () => {
    const clock = jest.spyOn(performance, "now");
    clock.mockReturnValue(0);
    wait(100);
    clock.mockReturnValue(99.6);
    jest.advanceTimersToNextTimer();
    expect(givenUp).toHaveLength(0);
    clock.mockReturnValue(100.1);
    jest.advanceTimersToNextTimer();
    expect(givenUp).toHaveLength(1);
    clock.mockRestore();
  });

  it("keeps a limit that is longer than any timer", () => {
    wait(60 * day);
    const start = performance.now();
    jest.advanceTimersToNextTimer(2);
    expect(givenUp).toHaveLength(0);
    jest.advanceTimersToNextTimer();
    expect(givenUp).toHaveLength(1);
    expect(performance.now() - start).toBe(60 * day);
  });

  it("without a limit has a timer all the same, and is never given up", () => {
    const waiter = wait(Infinity);
    const start = performance.now();
    jest.advanceTimersToNextTimer(20);
    expect(performance.now() - start).toBeGreaterThan(365 * day);
    expect(jest.getTimerCount()).toBe(1);
    expect(givenUp).toEqual([]);
    waiter.grant();
  });
});

describe("Waiter on real timers", () => {
  const activeTimers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

  it.each([1000, Infinity])("keeps the process alive while it waits (limit %d ms), and not longer", (timeoutMs) => {
    const before = activeTimers();
    const waiter = new Waiter(timeoutMs, undefined, () => {});
    expect(activeTimers()).toBe(before + 1);
    waiter.grant();
    expect(activeTimers()).toBe(before);
  });
});
