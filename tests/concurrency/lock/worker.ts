import { parentPort, workerData } from "node:worker_threads";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isDictDBError } from "../../../src/base/errors.js";
import type { Release } from "../../../src/lock/reader-writer-lock.js";
import { SharedRWLock } from "../../../src/lock/shared/shared-rw-lock.js";
import { randomFrom } from "../../support/random.js";
import type { Deed, Death, WorkerPlan } from "./plan.js";

const { buffer, cells, seed, deed, operations, death, keepsUp } = workerData as WorkerPlan;
const lock = new SharedRWLock(buffer, { timeoutMs: 20_000, name: "the lock under test" });
const random = randomFrom(seed);
let errors = 0;
let longestMs = 0;

const versionCell = 0;
const stopCell = 1;

// The version changes only under the write lock, so it stays what it is in whatever section. A dead writer leaves it anyhow.
function look(): void {
  const before = Atomics.load(cells, versionCell);
  idle();
  if (Atomics.load(cells, versionCell) !== before) errors += 1;
}

function change(): void {
  const next = (Atomics.load(cells, versionCell) + 1) | 0;
  Atomics.store(cells, versionCell, next);
  idle();
  if (Atomics.load(cells, versionCell) !== next) errors += 1;
}

function idle(): void {
  for (let rounds = random(200); rounds > 0; rounds -= 1) Atomics.load(cells, versionCell);
}

async function pauseNow(): Promise<void> {
  const kind = random(8);
  if (kind === 0) await nextTurn();
  else if (kind < 4) await Promise.resolve();
}

async function measured(run: () => unknown): Promise<void> {
  const startedAt = performance.now();
  await run();
  longestMs = Math.max(longestMs, performance.now() - startedAt);
}

const deeds: Record<Deed, () => unknown> = {
  "read sync": () => orDeadlock(() => lock.readSync(look)),
  "write sync": () => orDeadlock(() => lock.writeSync(change)),
  read: () =>
    lock.read(async () => {
      look();
      await pauseNow();
      look();
    }),
  write: () =>
    lock.write(async () => {
      change();
      await pauseNow();
      change();
    }),
};

// The other task of this thread may be in.
function orDeadlock(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!isDictDBError(error, "DEADLOCK")) throw error;
  }
}

const kinds = deed === undefined ? (Object.keys(deeds) as Deed[]) : [deed];

async function work(): Promise<void> {
  for (let n = 0; n < operations && Atomics.load(cells, stopCell) === 0; n += 1) {
    await measured(deeds[kinds[random(kinds.length)]!]);
    // A reader that keeps up with no pause would never hear that it is to stop.
    if (keepsUp && n % 16 === 0) await nextTurn();
  }
}

/** Ends the thread. What was begun before this is left as it is. */
function die(how: Exclude<Death, "terminate">): void {
  if (how === "exit") process.exit(3);
  if (how === "throw") throw new Error("on purpose");
  const hoard: unknown[] = [];
  for (;;) hoard.push(Array.from({ length: 100_000 }, () => hoard.length));
}

const noRelease: Release = () => {};

async function dieIn(state: NonNullable<WorkerPlan["state"]>): Promise<void> {
  if (state === "read") (await lock.acquireRead()) satisfies Release;
  else if (state === "write") (await lock.acquireWrite()) satisfies Release;
  else if (state === "waiting to read") void lock.acquireRead().then(() => noRelease);
  else if (state === "waiting to write") void lock.acquireWrite().then(() => noRelease);
  parentPort!.postMessage("ready");
  if (state === "waiting in a sync read") lock.readSync(() => {});
  if (state === "waiting in a sync write") lock.writeSync(() => {});
  if (death === "terminate") for (;;) idle();
  die(death!);
}

const { state } = workerData as WorkerPlan;
if (state !== undefined) {
  await dieIn(state);
} else {
  parentPort!.postMessage("ready");
  const tasks = [work(), work()];
  if (death !== undefined) {
    // Dies somewhere in the middle of what its tasks are doing: in a microtask between two of their steps, or inside a section.
    const after = random(operations);
    for (let n = 0; n < after; n += 1) await Promise.resolve();
    if (death === "terminate") parentPort!.postMessage("now");
    else if (random(2) === 0) die(death);
    else await lock.write(() => die(death));
  }
  await Promise.all(tasks);
  parentPort!.postMessage({ errors, longestMs, waits: lock.waits.count });
}
