import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { WaitQueue } from "../../../src/lock/wait-queue.js";
import { Waiter } from "../../../src/lock/waiter.js";

function idle(): Waiter {
  const waiter = new Waiter(Infinity, undefined, () => {});
  waiter.grant();
  return waiter;
}

describe("WaitQueue", () => {
  it("gives nothing when it is empty", () => {
    const queue = new WaitQueue();
    expect(queue.shift()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  it("does what an array does, only faster", () => {
    const step = fc.oneof({ weight: 4, arbitrary: fc.constant("push" as const) }, fc.constant("shift" as const), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const queue = new WaitQueue();
        const model: Waiter[] = [];
        const shifted: (Waiter | undefined)[] = [];
        const expected: (Waiter | undefined)[] = [];
        const shift = (): void => {
          shifted.push(queue.shift());
          expected.push(model.shift());
        };
        for (const step of steps) {
          if (step === "push") {
            const waiter = idle();
            queue.push(waiter);
            model.push(waiter);
          } else if (step === "shift") {
            shift();
          } else if (model.length > 0) {
            const [left] = model.splice(step % model.length, 1);
            queue.remove(left!);
          }
          expect(queue.size).toBe(model.length);
        }
        while (model.length > 0) shift();
        shift();
        // By identity: toEqual would take one waiter for another.
        expect(shifted.map((waiter, n) => waiter === expected[n])).toEqual(shifted.map(() => true));
      }),
    );
  });

  it("forgets the neighbours of a waiter that has left", () => {
    const queue = new WaitQueue();
    const waiters = [idle(), idle(), idle()] as const;
    for (const waiter of waiters) queue.push(waiter);
    queue.remove(waiters[1]);
    expect([waiters[1].previous, waiters[1].next]).toEqual([undefined, undefined]);
    expect(queue.size).toBe(2);
  });
});
