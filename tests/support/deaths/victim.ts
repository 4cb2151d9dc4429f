import { workerData } from "node:worker_threads";
import type { DatabaseHandle } from "../../../src/index.js";
import { randomFrom } from "../random.js";
import { deedOf, doDeed, openEstate } from "./deeds.js";
import type { Estate } from "./deeds.js";
import { dieAt, points } from "./points.js";
import type { Manner } from "./victim-manners.js";

export interface VictimInput {
  readonly library: string;
  readonly handle: DatabaseHandle;
  readonly victim: number;
  readonly seed: number;
  readonly manner: Manner;
  /** By victim: how many of its deeds have returned. */
  readonly acks: Int32Array;
}

// The whole of a worker thread that ends badly.
const { library, handle, victim, seed, manner, acks } = workerData as VictimInput;
const random = randomFrom(seed * 7_919 + victim);
const { DictDB } = (await import(library)) as typeof import("../../../src/index.js");
const last = 5 + random(150);
if (manner === "exit at a point") dieAt(points[random(points.length)]!, 1 + random(20), () => process.exit());
const estate = openEstate(DictDB.attach(handle));
let done = 0;
let insideLast = (): void => undefined;

while (done < last) live(estate);
switch (manner) {
  case "terminate":
    for (;;) live(estate);
  case "exit":
  case "exit at a point":
    process.exit();
  case "exit inside a verb":
    insideLast = () => process.exit();
    for (;;) live(estate);
  case "throw":
    throw new Error("the end of a victim");
  case "exit in a read section":
    await estate.owned.lock.read(() => process.exit());
    break;
  case "exit in a write section":
    await estate.owned.lock.write(() => {
      for (let i = random(20); i > 0; i--) live(estate);
      process.exit();
    });
    break;
  case "exhaust the heap": {
    const hoard: unknown[] = [];
    const grow = (): void => void hoard.push(Array.from({ length: 20_000 }, (_, i) => ({ i })));
    insideLast = random(2) === 0 ? grow : insideLast;
    for (;;) {
      live(estate);
      grow();
    }
  }
}

function live(estate: Estate): void {
  doDeed(estate, victim, deedOf(seed, victim, done), insideLast);
  done++;
  Atomics.store(acks, victim, done);
  Atomics.notify(acks, victim);
  if (done % 4 === 0) estate.owned.count({ owner: random(victim + 1) });
}
