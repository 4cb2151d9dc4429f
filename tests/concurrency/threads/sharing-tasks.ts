import { isMainThread, threadId } from "node:worker_threads";
import * as v from "valibot";
import { DictDB } from "../../../src/index.js";
import type { Commit, DatabaseHandle, IndexInfo } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { TestThread } from "../../support/test-thread.js";

const ageSchema = v.object({ id: v.number(), age: v.pipe(v.number(), v.minValue(0)) });

/** Makes what the other threads are to find: a table with a schema of descriptors, its indexes, and one that counts versions. */
export function makeCatalog(db: DictDB): void {
  const people = db.createTable("people", { primaryKey: "id", schema: { id: "integer", name: "string", tags: "string[]?" } });
  people.insert([{ name: "Ada", tags: ["a"] }, { name: "Grace" }]);
  people.createIndex("name", { unique: true });
  people.createIndex("tags", { multi: true });
  people.createIndex(["name", "id"], { type: "sorted" });
  db.createTable("versioned", { versionField: "version" }).insert({ name: "first" });
}

export interface Described {
  readonly schema: unknown;
  readonly primaryKey: string;
  readonly indexes: readonly IndexInfo[];
  readonly records: readonly unknown[];
  readonly columns: readonly string[];
  readonly index: string | null;
}

/** What this thread sees of the table "people". */
export function describePeople(db: DictDB): Described {
  const people = db.getTable<{ id: number; name: string }>("people");
  people.check();
  const { schema, primaryKey } = people;
  const { index } = people.explain({ where: { name: "Ada" } });
  return { schema, primaryKey, indexes: people.indexes(), records: people.all(), columns: people.columns(), index };
}

export function insertInto(db: DictDB, table: string, record: Record<string, unknown>): unknown {
  return db.getTable(table).insert(record);
}

/** Changes a record twice, then answers it. */
export function updateTwice(db: DictDB, table: string, key: number): unknown {
  db.getTable(table).update({ by: "one" }, key);
  db.getTable(table).update({ by: threadId }, key);
  return db.getTable(table).get(key);
}

export function sizeOf(db: DictDB, table: string): number {
  return db.getTable(table).size;
}

/** Makes a table whose schema is code. */
export function makeGuarded(db: DictDB): void {
  db.createTable("guarded", { schema: ageSchema }).insert({ id: 1, age: 36 });
}

export interface Guarded {
  readonly read: unknown;
  readonly without: unknown;
  readonly inAtomic: unknown;
  readonly supplied: unknown;
  readonly against: unknown;
}

/** Reads and writes a table whose schema is code: without the code, with it, and against it. Answers what came of each. */
export function useGuarded(db: DictDB): Guarded {
  const guarded = db.getTable<{ id: number; age: number }>("guarded");
  const read = guarded.get(1)?.age;
  const without = codeOf(() => guarded.insert({ id: 2, age: 1 }));
  const inAtomic = codeOf(() => db.atomic(() => guarded.update({ age: 2 }, 1)));
  db.getTable("guarded", { schema: ageSchema });
  const supplied = codeOf(() => guarded.insert({ id: 3, age: 45 }));
  return { read, without, inAtomic, supplied, against: codeOf(() => guarded.update({ age: -1 }, 3)) };
}

/** What a call answers, or the code of its error. */
function codeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

/** Takes automatic keys by single inserts, by many at once and in units of work, all threads at the same time. */
export function takeKeys(db: DictDB, rounds: number, word: Int32Array, threads: number): number[] {
  const items = db.getTable<{ id: number; by: number }>("items");
  const by = threadId;
  new Meeting(word).meet(threads);
  const keys: number[] = [];
  for (let i = 0; i < rounds; i++) {
    keys.push(items.insert({ by }), ...items.insert([{ by }, { by }]));
    keys.push(...db.atomic(() => [items.insert({ by }), items.insert({ by })]));
  }
  return keys;
}

/** Listens for commits and does nothing else. Answers those that it was told of once there are so many. */
export async function listen(db: DictDB, count: number, word: Int32Array): Promise<Commit[]> {
  const heard: Commit[] = [];
  return new Promise((resolve) => {
    const off = db.on("commit", (commit) => {
      heard.push(commit);
      if (heard.length < count) return;
      off();
      resolve(heard);
    });
    new Meeting(word).arrive();
  });
}

/** Whether attaching again, and sharing on, give what this thread has already. */
export function isTheSameAgain(db: DictDB, handle: DatabaseHandle): boolean[] {
  return [DictDB.attach(handle) === db, db.share() === db.share(), DictDB.attach(db.share()) === db];
}

/** Shares on what came to this thread to a thread of its own, and so on; the last one inserts. Answers who they were. */
export async function insertNested(db: DictDB, table: string, depth: number): Promise<number[]> {
  if (depth === 0) {
    db.getTable(table).insert({ by: threadId, isMainThread });
    return [threadId];
  }
  const nested = new TestThread<{ insertNested: typeof insertNested }>(new URL("./sharing-tasks.js", import.meta.url));
  const below = await nested.run(db.share(), "insertNested", table, depth - 1);
  await nested.end();
  return [threadId, ...below];
}

/** Closes this thread's part, looks, and attaches again. */
export async function comeBack(
  db: DictDB,
  handle: DatabaseHandle,
  table: string,
): Promise<{ closed: unknown; isNew: boolean; size: number }> {
  const before = db.getTable(table);
  await db.close();
  const closed = [codeOf(() => db.listTables()), codeOf(() => before.size), codeOf(() => before.insert({}))];
  const again = DictDB.attach(handle);
  return { closed, isNew: again !== db, size: again.getTable(table).size };
}

export async function close(db: DictDB): Promise<void> {
  await db.close();
}

const kept: DictDB[] = [];

/** Makes another database, keeps it, and shares it. */
export function makeElsewhere(_db: DictDB, records: number): DatabaseHandle {
  const db = new DictDB();
  db.createTable("things").insert(Array.from({ length: records }, (_, i) => ({ name: `thing ${i}` })));
  kept.push(db);
  return db.share();
}

/** Locks rows of a table in a transaction that nobody ends. */
export async function lockRows(db: DictDB, table: string, count: number): Promise<number> {
  const tx = db.begin();
  const rows = await tx.getTable(table).selectForUpdate({ limit: count });
  return rows.length;
}

/** Makes a table with two records. */
export function makeTable(db: DictDB, name: string): void {
  db.createTable(name).insert([{ v: `${name} 1` }, { v: `${name} 2` }]);
}
