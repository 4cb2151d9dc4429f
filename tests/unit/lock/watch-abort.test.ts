import { describe, expect, it, jest } from "@jest/globals";
import { getEventListeners } from "node:events";
import { watchAbort } from "../../../src/lock/watch-abort.js";

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}

describe("watchAbort", () => {
  it("calls every watcher once, in order", () => {
    const controller = new AbortController();
    const calls: number[] = [];
    for (let n = 0; n < 3; n += 1) watchAbort(controller.signal, () => calls.push(n));
    controller.abort();
    controller.signal.dispatchEvent(new Event("abort"));
    expect(calls).toEqual([0, 1, 2]);
  });

  it("needs one listener for any number of watchers, so that Node.js sees no leak", () => {
    const { signal } = new AbortController();
    const stops = Array.from({ length: 20 }, () => watchAbort(signal, () => {}));
    expect(listeners(signal)).toBe(1);
    for (const stop of stops.slice(1)) stop();
    expect(listeners(signal)).toBe(1);
    stops[0]!();
    expect(listeners(signal)).toBe(0);
  });

  it("watches anew after the last watcher has stopped, and a stop that comes twice harms nobody", () => {
    const controller = new AbortController();
    const callback = jest.fn();
    const stop = watchAbort(controller.signal, callback);
    stop();
    watchAbort(controller.signal, callback);
    stop();
    watchAbort(controller.signal, () => {});
    expect(listeners(controller.signal)).toBe(1);
    controller.abort();
    expect(callback).toHaveBeenCalledTimes(1);
    expect(listeners(controller.signal)).toBe(0);
  });

  it("does not call a watcher that an earlier one has stopped", () => {
    const controller = new AbortController();
    const later = jest.fn();
    let stopLater = (): void => {};
    watchAbort(controller.signal, () => stopLater());
    stopLater = watchAbort(controller.signal, later);
    controller.abort();
    expect(later).not.toHaveBeenCalled();
  });
});
