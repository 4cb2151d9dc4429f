import { setImmediate as nextTurn } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { sum } from "../../../src/index.js";
import type { DictDB } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";

export interface User {
  id: number;
  name: string;
}

export interface Entry {
  id: number;
  account: string;
  amount: number;
}

export interface Product {
  id: number;
  stock: number;
  by: number;
}

export interface Session {
  token: string;
  user: number;
  lastActive: number;
  requests: number;
}

export interface WebEvent {
  id: number;
  session: string;
  action: string;
}

/** Reads inside a read section in which all readers are at the same time. */
export async function readTogether(db: DictDB, word: Int32Array, readers: number): Promise<number> {
  const users = db.getTable<User>("users");
  return users.lock.read(async () => {
    const inside = new Meeting(word);
    inside.arrive();
    await inside.whenHere(readers);
    return users.select({ where: users.fields.name.startsWith("User 1") }).length;
  });
}

/** Inserts pairs of entries that add up to nothing. Answers the keys. */
export function writePairs(db: DictDB, pairs: number, word: Int32Array, threads: number): number[] {
  const entries = db.getTable<Entry>("entries");
  new Meeting(word).meet(threads);
  const keys: number[] = [];
  for (let i = 1; i <= pairs; i++) {
    keys.push(
      ...entries.insert([
        { account: `from ${threadId}`, amount: -i },
        { account: `to ${threadId}`, amount: i },
      ]),
    );
  }
  return keys;
}

/** Counts entries until there are so many. Answers what it saw: the counts, and each sum that is not 0. */
export function countUntil(db: DictDB, target: number, word: Int32Array, threads: number): { counts: number[]; sums: number[] } {
  const entries = db.getTable<Entry>("entries");
  new Meeting(word).meet(threads);
  const counts: number[] = [];
  const sums: number[] = [];
  for (let count = -1; count < target;) {
    count = entries.count();
    if (count !== counts.at(-1)) counts.push(count);
    const { total } = entries.aggregate({ total: sum("amount") });
    if (total !== 0 && total !== null) sums.push(total);
  }
  return { counts, sums };
}

/** Counts one record of a table up, so many times; each step is computed from the record. */
export function countUp(db: DictDB, table: string, key: number, times: number, word: Int32Array): void {
  const products = db.getTable<Product>(table);
  new Meeting(word).meet(2);
  for (let i = 0; i < times; i++) products.update(({ stock }) => ({ stock: stock + 1, by: threadId }), key);
}

/** Holds a section of a table until somebody has come to `leave`. Answers what was in the table at its end. */
export async function holdSection(
  db: DictDB,
  table: string,
  mode: "read" | "write",
  enteredWord: Int32Array,
  leaveWord: Int32Array,
): Promise<{ sizes: number[]; seq: number }> {
  const held = db.getTable(table);
  return held.lock[mode](async () => {
    const leave = new Meeting(leaveWord);
    const before = held.size;
    new Meeting(enteredWord).arrive();
    await leave.whenHere(1);
    return { sizes: [before, held.size], seq: db.seq };
  });
}

/** Writes once it has said so. Answers the seq afterwards. */
export function announceAndInsert(db: DictDB, table: string, word: Int32Array): number {
  new Meeting(word).arrive();
  db.getTable(table).insert({ name: "a writer that waited" });
  return db.seq;
}

/** Answers requests of a web application: each finds or opens its session, and logs an event. */
export async function serve(db: DictDB, requests: number, sessions: number, clock: Int32Array): Promise<number> {
  const table = db.getTable<Session, "token">("sessions");
  const events = db.getTable<WebEvent>("events");
  for (let i = 0; i < requests; i++) {
    const token = `session ${(i * 7 + threadId) % sessions}`;
    const now = Atomics.add(clock, 0, 1);
    db.atomic(() => {
      const known = table.get(token);
      if (known === undefined) table.insert({ token, user: i % 10, lastActive: now, requests: 1 });
      else table.update({ lastActive: now, requests: known.requests + 1 }, token);
      events.insert({ session: token, action: `request ${i} of thread ${threadId}` });
    });
    if (i % 10 === 0) await nextTurn();
  }
  return requests;
}

/** Removes sessions that were not active lately, with their events, until it is told to stop. Answers how many events went. */
export async function cleanUp(db: DictDB, clock: Int32Array, stopWord: Int32Array): Promise<number> {
  const table = db.getTable<Session, "token">("sessions");
  const events = db.getTable<WebEvent>("events");
  const stop = new Meeting(stopWord);
  let removed = 0;
  while (stop.here === 0) {
    const idleSince = Atomics.load(clock, 0) - 40;
    removed += db.atomic(() => {
      const old = table.select({ where: table.fields.lastActive.lt(idleSince), columns: ["token"] }).map(({ token }) => token);
      const gone = events.delete({ where: events.fields.session.in(old) });
      table.delete({ where: table.fields.token.in(old) });
      return gone;
    });
    await nextTurn();
  }
  return removed;
}

/** Looks at snapshots until it is told to stop: each session must have as many events as requests. Answers how many it saw, and what was wrong. */
export async function audit(db: DictDB, stopWord: Int32Array): Promise<{ snapshots: number; faults: string[] }> {
  const stop = new Meeting(stopWord);
  const faults: string[] = [];
  let snapshots = 0;
  do {
    using snapshot = db.snapshot();
    snapshots++;
    const events = snapshot.getTable<WebEvent>("events");
    await nextTurn(); // the others go on meanwhile
    for (const { token, requests } of snapshot.getTable<Session, "token">("sessions").all()) {
      const found = events.count({ session: token });
      if (found !== requests) faults.push(`seq ${snapshot.seq}: ${token} has ${requests} requests and ${found} events`);
    }
  } while (stop.here === 0);
  return { snapshots, faults };
}
