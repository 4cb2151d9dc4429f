import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { checkBlackBox } from "../support/history/black-box.js";
import { imagine } from "../support/history/imagined.js";
import { checkLogOrder, finalRows } from "../support/history/log-order.js";
import { hasChanged } from "../support/history/operation.js";
import type { Recorded, Row } from "../support/history/operation.js";
import { perform, buildStage, rowsOf } from "../support/history/perform.js";
import { byKey, everything, firstRows, Workload } from "../support/history/workload.js";
import { randomFrom } from "../support/random.js";
import { DictDB } from "../../src/index.js";

const start = { rows: firstRows(), seq: 0 };
const mixes = { everything, byKey };
/** The parameters of an imagined history: a report that shows them is short, and they make it again. */
const imagined = fc.record({
  seed: fc.nat(),
  threads: fc.integer({ min: 1, max: 4 }),
  length: fc.integer({ min: 0, max: 150 }),
  mix: fc.constantFrom<keyof typeof mixes>("everything", "everything", "byKey"),
});
type Imagined = typeof imagined extends fc.Arbitrary<infer T> ? T : never;

function historyOf({ seed, threads, length, mix }: Imagined): Recorded[] {
  return imagine(randomFrom(seed), threads, length, mixes[mix]);
}

/** Changes a history so that it is wrong for certain; undefined where it has nothing to change. */
type Corruption = (history: readonly Recorded[], pick: number) => readonly Recorded[] | undefined;

const corruptions: Readonly<Record<string, Corruption>> = {
  "a record that is read as it was before its last change, long after": (history, pick) => {
    const old = history.filter(({ operation, result }) => operation.verb === "get" && Array.isArray(result));
    const read = old[pick % old.length];
    if (read === undefined || read.operation.verb !== "get") return undefined;
    const { table, key } = read.operation;
    const last = finalRows({ history, start })[table].find(([id]) => id === key);
    if (last?.[3] === (read.result as Row)[3]) return undefined;
    return [...history, { ...read, thread: 99, invoke: 1e6, return: 1e6 + 1, seq: [1e6, 1e6] }];
  },
  "a count that was never so high": (history, pick) => {
    const counts = history.filter(({ operation }) => operation.verb === "count" || operation.verb === "set where");
    return replace(history, counts[pick % counts.length], ({ result }) => (result as number) + 100);
  },
  "a key that is handed out a second time": (history, pick) => {
    const table = pick % 2 === 0 ? "left" : "right";
    const inserts = history.filter(
      ({ operation }) => operation.verb === "insert" && operation.table === table && operation.item.id === undefined,
    );
    const [first, second] = [inserts[pick % inserts.length], inserts[(pick + 1) % inserts.length]];
    return first === second ? undefined : replace(history, second, () => first!.result);
  },
  "a change that was lost": (history, pick) => {
    // Lost is what the last state shows: it is the signature of somebody who is not there.
    const rows = finalRows({ history, start });
    const signed = history.filter(
      ({ operation }) => "by" in operation && [...rows.left, ...rows.right].some(([, , , by]) => by === operation.by),
    );
    const lost = signed[pick % signed.length];
    if (lost === undefined) return undefined;
    const reads = (["left", "right"] as const).flatMap((table) =>
      rows[table].map((row, i): Recorded => {
        const invoke = 1e6 + 10 * i + (table === "left" ? 0 : 1e6);
        return { thread: 99, operation: { verb: "get", table, key: row[0] }, result: row, invoke, return: invoke + 1, seq: [1e6, 1e6] };
      }),
    );
    return [...history.filter((entry) => entry !== lost), ...reads];
  },
};

function replace(history: readonly Recorded[], wrong: Recorded | undefined, result: (entry: Recorded) => Recorded["result"]) {
  return wrong && history.map((entry) => (entry === wrong ? { ...entry, result: result(entry) } : entry));
}

describe("histories without a fault, at random", () => {
  it("pass both judges", () => {
    fc.assert(
      fc.property(imagined, (parameters) => {
        const history = historyOf(parameters);
        expect(checkLogOrder({ history, start })).toEqual([]);
        expect(checkBlackBox(history, start.rows)).toBe("linearizable");
      }),
      { numRuns: 300 },
    );
  });

  it("pass the judge of the log's order where they know only roughly when they read", () => {
    fc.assert(
      fc.property(imagined, fc.nat(), (parameters, seed) => {
        const history = historyOf(parameters);
        const random = randomFrom(seed);
        const vague = history.map((entry): Recorded => {
          const [seq] = entry.seq;
          return hasChanged(entry.operation, entry.result!) ? entry : { ...entry, seq: [Math.max(0, seq - random(4)), seq + random(4)] };
        });
        expect(checkLogOrder({ history: vague, start })).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each(Object.entries(corruptions))("fail both judges with %s", (_name, corrupt) => {
    let corrupted = 0;
    fc.assert(
      fc.property(imagined, fc.nat(), (parameters, pick) => {
        const history = historyOf(parameters);
        const wrong = corrupt(history, pick);
        if (wrong === undefined) return;
        corrupted++;
        expect(checkLogOrder({ history: wrong, start })).not.toEqual([]);
        expect(checkBlackBox(wrong, start.rows)).toHaveProperty("violation");
      }),
      { numRuns: 200 },
    );
    expect(corrupted).toBeGreaterThan(30);
  });

  it("fail the judge of the log's order with two commits in each other's place", () => {
    let corrupted = 0;
    fc.assert(
      fc.property(imagined, fc.nat(), (parameters, pick) => {
        const history = historyOf(parameters);
        const commits = history.filter(({ operation, result }) => hasChanged(operation, result!));
        const first = commits[pick % commits.length];
        const second = first && commits.find((entry) => entry.invoke > first.return);
        if (second === undefined) return;
        corrupted++;
        const wrong = history.map((entry) =>
          entry === first ? { ...entry, seq: second.seq } : entry === second ? { ...entry, seq: first!.seq } : entry,
        );
        expect(checkLogOrder({ history: wrong, start })).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(corrupted).toBeGreaterThan(100);
  });
});

describe("the plain store that judges", () => {
  it("agrees with a database in one thread, about every answer and about the end", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const stage = buildStage(new DictDB(), start.rows);
        const workload = new Workload(0, randomFrom(seed));
        const before = stage.db.seq;
        const history = Array.from({ length: 400 }, (_, i): Recorded => {
          const operation = workload.next();
          const result = perform(stage, operation);
          if (operation.verb === "insert" && typeof result === "number") workload.note(result);
          return { thread: 0, operation, result, invoke: 2 * i, return: 2 * i + 1, seq: [stage.db.seq, stage.db.seq] };
        });
        const account = { history, start: { rows: start.rows, seq: before } };
        expect(checkLogOrder(account)).toEqual([]);
        expect(checkBlackBox(history, start.rows)).toBe("linearizable");
        expect(rowsOf(stage)).toEqual(finalRows(account));
      }),
      { numRuns: 20 },
    );
  });
});
