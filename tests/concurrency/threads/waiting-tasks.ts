import { setImmediate as nextTurn } from "node:timers/promises";
import type { DictDB } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";

/** Holds a section of a table until somebody comes to `leave`. */
export async function hold(db: DictDB, table: string, mode: "read" | "write", entered: Int32Array, leave: Int32Array): Promise<string> {
  return db.getTable(table).lock[mode](async () => {
    new Meeting(entered).arrive();
    await new Meeting(leave).whenHere(1);
    return "left";
  });
}

/** Says that it is about to write, writes, and answers what came of it. */
export function tryInsert(db: DictDB, table: string, word: Int32Array): unknown {
  new Meeting(word).arrive();
  return db.getTable(table).insert({ name: "pen" });
}

/** Opens a section as soon as it may; with a limit that is 0 for none. */
export async function enter(db: DictDB, table: string, mode: "read" | "write", timeoutMs: number): Promise<string> {
  return db.getTable(table).lock[mode](() => "entered", { timeoutMs: timeoutMs === 0 ? Infinity : timeoutMs });
}

/** Waits for a section and gives up when it is told to, with a reason of its own. */
export async function giveUp(db: DictDB, table: string, word: Int32Array): Promise<string> {
  const controller = new AbortController();
  const { lock } = db.getTable(table);
  const waiting = lock.write(() => "entered", { signal: controller.signal, timeoutMs: Infinity });
  await new Meeting(word).whenHere(1);
  controller.abort(new Error("no longer needed"));
  return waiting;
}

/** Writes from one task while another one of this thread holds a section. Answers the error's code and how long that took. */
export async function writeBesideOwnSection(db: DictDB, table: string, mode: "read" | "write"): Promise<{ codes: unknown[]; ms: number }> {
  const held = db.getTable(table);
  let leave = (): void => undefined;
  const section = held.lock[mode](() => new Promise<void>((resolve) => (leave = resolve)));
  await nextTurn();
  const startedAt = performance.now();
  const codes = [() => held.insert({}), () => db.atomic(() => held.insert({})), () => held.createIndex("a"), () => db.dropTable(held)].map(
    (write) => {
      try {
        return write();
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    },
  );
  const ms = performance.now() - startedAt;
  leave();
  await section;
  return { codes, ms };
}

/** What reads and snapshots of this thread see while another one holds a section. */
export function look(db: DictDB, table: string): number[] {
  using snapshot = db.snapshot();
  return [db.getTable(table).size, snapshot.getTable(table).count(), [...db.getTable(table).iterate()].length];
}

/** Adds 1 in a unit of work. Until it has been overtaken so often, it lets another thread commit in the middle. Answers how often it ran, and what the figures say. */
export function addOne(db: DictDB, table: string, overtakenTimes: number, running: Int32Array, overtaken: Int32Array): number[] {
  const counters = db.getTable<{ id: number; n: number }>(table);
  let runs = 0;
  db.atomic(() => {
    runs++;
    const { n } = counters.get(1, { mustMatch: true });
    if (runs <= overtakenTimes) {
      new Meeting(running).arrive();
      new Meeting(overtaken).waitFor(runs);
    }
    counters.update({ n: n + 1 }, 1);
  });
  return [runs, db.stats().conflicts];
}

/** Adds 1 each time that the other thread is in the middle of its unit of work. */
export async function overtake(db: DictDB, table: string, times: number, running: Int32Array, overtaken: Int32Array): Promise<void> {
  const counters = db.getTable<{ id: number; n: number }>(table);
  for (let i = 1; i <= times; i++) {
    await new Meeting(running).whenHere(i);
    counters.update(({ n }) => ({ n: n + 1 }), 1);
    new Meeting(overtaken).arrive();
  }
}

/** Commits so often, then says so. */
export function insertMany(db: DictDB, table: string, times: number, done: Int32Array): void {
  for (let i = 0; i < times; i++) db.getTable(table).insert({ i });
  new Meeting(done).arrive();
}

/** Deadlocks would end here in time-outs: both threads write to both tables, in opposite orders. */
export function writeBoth(db: DictDB, first: string, second: string, times: number, start: Int32Array): number {
  new Meeting(start).meet(2);
  for (let i = 0; i < times; i++) {
    db.atomic(() => {
      db.getTable(first).insert({ i });
      db.getTable(second).insert({ i });
    });
  }
  return db.stats().conflicts;
}

/** Keeps a row locked until somebody comes to `leave`. */
export async function holdRow(db: DictDB, table: string, id: number, entered: Int32Array, leave: Int32Array): Promise<string> {
  return db.transaction(async (tx) => {
    await tx.getTable(table).selectForUpdate({ where: { id } });
    new Meeting(entered).arrive();
    await new Meeting(leave).whenHere(1);
    return "left";
  });
}
