import { expect, it } from "@jest/globals";
import { WaitCounter } from "../../../src/lock/wait-counter.js";

it("WaitCounter counts waits and adds up their time", () => {
  const waits = new WaitCounter();
  expect([waits.count, waits.totalMs]).toEqual([0, 0]);
  waits.add(2.5);
  waits.add(0);
  expect([waits.count, waits.totalMs]).toEqual([2, 2.5]);
});
