import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { DatabaseHandle, DictDB, Table } from "../../../src/index.js";
import { WaitMeter } from "../run-delay.js";
import { digestOf, Follower, itemCount, itemOf } from "./item.js";
import type { Item } from "./item.js";
import { lagWords } from "./words.js";

/** What a thread does during the load. */
export type Role = "write evens" | "write odds" | "compute" | "sleep" | "come late";

export interface LagInput {
  readonly library: string;
  readonly handle: DatabaseHandle;
  readonly role: Role;
  /** How many commits each of the two writers makes. */
  readonly commits: number;
  readonly words: Int32Array;
}

export interface LagOutput {
  readonly role: Role;
  readonly digest: string;
  /** The longest that one commit of a writer took, without waits for a processor, and the longest such wait. */
  readonly longest: number;
  readonly delay: number;
  /** What was not right, in words. */
  readonly faults: readonly string[];
}

const { library, handle, role, commits, words } = workerData as LagInput;
const { DictDB: Library } = (await import(library)) as typeof import("../../../src/index.js");
const meter = new WaitMeter();
const faults: string[] = [];
const db = Library.attach(handle);
const items = db.getTable<Item>("items");
const lag = role === "compute" ? beginLag(db, items) : undefined;
Atomics.add(words, lagWords.there, 1);
Atomics.notify(words, lagWords.there);
if (role === "write evens" || role === "write odds") await write(role === "write evens" ? 2 : 1);
else if (role === "compute") while (Atomics.load(words, lagWords.over) === 0) Math.sqrt(Atomics.load(words, lagWords.made));
Atomics.wait(words, lagWords.over, 0);
await lag?.();
const digest = digestOf(items.all());
items.check();
parentPort?.postMessage({ role, digest, longest: meter.longest, delay: meter.longestDelay, faults } satisfies LagOutput);
await db.close();

async function write(first: number): Promise<void> {
  // The writers begin when those are there who are to fall behind.
  for (let there = 0; there < 4; there = Atomics.load(words, lagWords.there)) Atomics.wait(words, lagWords.there, there);
  for (let i = 1; i <= commits; i++) {
    const item = itemOf(first + 2 * (i % (itemCount / 2)), i);
    meter.measure(() => items.upsert(item, { onConflict: "replace" }));
    Atomics.add(words, lagWords.made, 1);
    if (i % 1_000 === 0) {
      Atomics.notify(words, lagWords.made);
      await setImmediate();
    }
  }
}

/** Opens a snapshot and follows the feed; the function returned looks at both after the thread has been away. */
function beginLag(db: DictDB, items: Table<Item>): () => Promise<void> {
  const follower = new Follower(items.all(), db.seq);
  db.on("commit", follower.take);
  const snapshot = db.snapshot();
  const before = digestOf(items.all());
  return async () => {
    const found = snapshot.getTable(items);
    if (digestOf(items.all()) === before) faults.push("nothing has changed");
    if (digestOf(found.all()) !== before) faults.push("the snapshot has changed");
    if (digestOf(found.select({ where: { group: 3 } })) !== digestOf(found.all().filter(({ group }) => group === 3))) {
      faults.push("the snapshot's index does not agree with it");
    }
    snapshot.close();
    await setImmediate();
    if (follower.digest !== digestOf(items.all())) faults.push("the feed has told something else");
    faults.push(...follower.contradictions);
  };
}
