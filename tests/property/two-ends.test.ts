import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Change, Commit } from "../../src/replica/events.js";
import { Replica } from "../../src/replica/replica.js";
import { joinState, openHandle, shareState } from "../../src/replica/share.js";
import { patience, runs } from "../support/arbitraries.js";
import { contentOf, definitionOf } from "../support/states.js";

/** The one table. */
const table = 1;
/** So long that a base takes more than one slice of work: then it is older than the moment from which it is used. */
const filler = "x".repeat(20_000);

/** What happens: one end makes so many commits, then the other reads; or opens a snapshot, or closes the oldest. */
const step = fc.record({
  commits: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 12 }) }, fc.integer({ min: 30, max: 120 })),
  act: fc.constantFrom("read", "read", "read", "open", "close"),
});

/** Two ends of one shared database, in one thread: the second reads when it is told to. */
function twoEnds(logLimitBytes: number): { writer: Replica; reader: Replica; close: () => void } {
  const writer = new Replica(5_000);
  const shared = shareState(writer, logLimitBytes);
  writer.takeRoad(shared.road);
  writer.commit("createTable()", [], () => ({ changes: [{ type: "createTable", definition: definitionOf(table, "t") }], result: 0 }), true);
  const reader = new Replica(5_000);
  const { handle, control } = openHandle("attach()", shared.handle);
  reader.takeRoad(joinState(reader, handle, control).road);
  const close = (): void => {
    reader.close();
    writer.close();
  };
  return { writer, reader, close };
}

/** Writes a record, or every third time removes one if it is there. */
function write(writer: Replica, i: number): void {
  const key = (i * 7) % 23;
  const removes = i % 3 === 0 && writer.state.table(table)!.get(key) !== undefined;
  const record = { id: key, i, text: filler };
  writer.commit("put", [], () => ({
    changes: [removes ? { type: "delete", table, key } : { type: "put", table, key, record }],
    result: 0,
  }));
}

/** Follows a feed: the records that it tells of, and what does not fit what it told before. */
class Follower {
  readonly records = new Map<unknown, unknown>();
  readonly contradictions: string[] = [];
  #seq = 0;

  readonly take = ({ seq, changes }: Commit): void => {
    if (seq <= this.#seq) this.contradictions.push(`commit ${seq} after ${this.#seq}`);
    this.#seq = seq;
    for (const change of changes) this.#change(seq, change);
  };

  #change(seq: number, change: Change): void {
    if (!("key" in change)) return;
    const before = this.records.get(change.key);
    if ((before as { i?: unknown } | undefined)?.i !== change.before?.["i"])
      this.contradictions.push(`commit ${seq} found another ${String(change.key)}`);
    if (change.after === undefined) this.records.delete(change.key);
    else this.records.set(change.key, change.after);
  }
}

describe("a thread that reads the log of another one now and then, over compactions and rebuilds", () => {
  it(
    "has the same state, a feed that tells it all in order, and snapshots that stand still",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30, size: "max" }), async (steps) => {
          const { writer, reader, close } = twoEnds(1_024);
          const follower = new Follower();
          reader.addListener("commit", follower.take);
          const snapshots: { check: () => void; close: () => void }[] = [];
          let i = 0;
          for (const { commits, act } of steps) {
            for (const end = i + commits; i < end; i++) write(writer, i);
            if (act === "close") snapshots.shift()?.close();
            else if (act === "read") reader.refresh();
            else snapshots.push(openSnapshot(reader));
            for (const snapshot of snapshots) snapshot.check();
          }
          reader.refresh();
          await setImmediate();
          for (const snapshot of snapshots) snapshot.check();
          expect(reader.state.seq).toBe(writer.state.seq);
          expect(contentOf(reader.state)).toEqual(contentOf(writer.state));
          expect(follower.contradictions).toEqual([]);
          expect(follower.records).toEqual(contentOf(reader.state)[0]!.records);
          close();
        }),
        runs(40),
      );
    },
    patience,
  );
});

function openSnapshot(reader: Replica): { check: () => void; close: () => void } {
  reader.refresh();
  const snapshot = reader.state.openSnapshot();
  const seen = (): unknown[] => {
    const state = reader.state.table(table)!;
    const overlay = snapshot.overlayOf(reader.state.table(table)!);
    return Array.from({ length: 23 }, (_, key) => (overlay.has(key) ? overlay.get(key) : state.get(key)));
  };
  const before = seen();
  return {
    check: () => expect(seen().map((record) => (typeof record === "symbol" ? undefined : record))).toEqual(before),
    close: () => snapshot.close(),
  };
}
