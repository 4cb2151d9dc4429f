import { describe, expect, it } from "@jest/globals";
import { checkBlackBox, partition } from "../../support/history/black-box.js";
import { checkLogOrder, finalRows } from "../../support/history/log-order.js";
import type { Operation, Recorded, Result, Row } from "../../support/history/operation.js";
import type { Rows } from "../../support/history/plain-store.js";

const table = "left";
const start: Rows = { left: [[1, 0, 10, "start", null]], right: [[1, 0, 20, "start", null]] };

/** One thing that a thread did, from one moment to another, with the seqs between which it may have been. */
function did(
  thread: number,
  [invoke, end]: readonly [number, number],
  [from, to]: readonly [number, number],
  operation: Operation,
  result: Result | undefined,
): Recorded {
  return { thread, operation, result, invoke, return: end, seq: [from, to] };
}

const get = (key: number): Operation => ({ verb: "get", table, key });
const set = (key: number, count: number): Operation => ({ verb: "set", table, key, count, by: `set ${count}` });
const add = (key: number, amount: number, by: string): Operation => ({ verb: "add", table, key, amount, by });
const insert: Operation = { verb: "insert", table, item: { group: 0, count: 0, by: "insert" } };
const move: Operation = { verb: "move", from: "left", source: 1, target: 1, amount: 5, by: "move" };
const totals: Operation = { verb: "totals" };
const row = (count: number, by: string, tag: number | null = null): Row => [1, 0, count, by, tag];
const tag = (key: number): Operation => ({ verb: "tag", table, key, tag: 7, by: `tag ${key}` });

/** Each history with what both checkers must say of it. */
const good: readonly [string, readonly Recorded[]][] = [
  ["nothing", []],
  [
    "a read before and one after a write",
    [
      did(0, [1, 2], [1, 1], get(1), row(10, "start")),
      did(1, [3, 4], [2, 2], set(1, 11), 1),
      did(0, [5, 6], [2, 2], get(1), row(11, "set 11")),
    ],
  ],
  [
    "a read that overlaps a write and sees it, or not",
    [
      did(0, [1, 9], [2, 2], set(1, 11), 1),
      did(1, [2, 3], [1, 1], get(1), row(10, "start")),
      did(1, [4, 5], [2, 2], get(1), row(11, "set 11")),
    ],
  ],
  [
    "a read that knows only roughly when it was",
    [did(0, [1, 2], [2, 2], set(1, 11), 1), did(0, [3, 9], [3, 3], set(1, 12), 1), did(1, [3, 9], [1, 3], get(1), row(11, "set 11"))],
  ],
  [
    "two additions at once",
    [did(0, [1, 9], [3, 3], add(1, 1, "a"), 1), did(1, [1, 9], [2, 2], add(1, 2, "b"), 1), did(0, [10, 11], [3, 3], get(1), row(13, "a"))],
  ],
  ["automatic keys with a gap", [did(0, [1, 2], [2, 2], insert, 2), did(1, [1, 2], [3, 3], insert, 5)]],
  [
    "a move, seen whole",
    [did(0, [1, 9], [2, 2], move, [5, 25]), did(1, [2, 3], [1, 1], totals, [1, 10, 1, 20]), did(1, [4, 5], [2, 2], totals, [1, 5, 1, 25])],
  ],
  ["a refused key", [did(0, [1, 2], [1, 1], { verb: "insert", table, item: { id: 1, group: 0, count: 0, by: "x" } }, "DUPLICATE_KEY")]],
  [
    "a unique value that is taken, given up and taken again",
    [
      did(0, [1, 2], [2, 2], tag(1), 1),
      did(0, [3, 4], [3, 3], insert, 2),
      did(1, [5, 6], [3, 3], tag(2), "UNIQUE_CONSTRAINT"),
      did(1, [7, 8], [4, 4], { verb: "delete", table, key: 1 }, 1),
      did(0, [9, 10], [5, 5], tag(2), 1),
    ],
  ],
];

const bad: readonly [string, readonly Recorded[]][] = [
  ["a stale read", [did(0, [1, 2], [2, 2], set(1, 11), 1), did(1, [3, 4], [1, 1], get(1), row(10, "start"))]],
  [
    "a stale read that claims to have seen the write",
    [did(0, [1, 2], [2, 2], set(1, 11), 1), did(1, [3, 4], [2, 2], get(1), row(10, "start"))],
  ],
  ["a read of what was never written", [did(0, [1, 2], [1, 1], get(1), row(99, "nobody"))]],
  [
    "a lost update",
    [did(0, [1, 9], [2, 2], add(1, 1, "a"), 1), did(1, [1, 9], [3, 3], add(1, 2, "b"), 1), did(0, [10, 11], [3, 3], get(1), row(12, "b"))],
  ],
  [
    "a write that nobody sees",
    [did(0, [1, 2], [2, 2], set(1, 11), 1), did(0, [3, 4], [3, 3], set(1, 12), 1), did(1, [5, 6], [3, 3], get(1), row(11, "set 11"))],
  ],
  ["an automatic key that is handed out twice", [did(0, [1, 9], [2, 2], insert, 2), did(1, [1, 9], [3, 3], insert, 2)]],
  [
    "an automatic key that was used before",
    [did(0, [1, 2], [2, 2], insert, 2), did(0, [3, 4], [3, 3], { verb: "delete", table, key: 2 }, 1), did(1, [5, 6], [4, 4], insert, 2)],
  ],
  [
    "a key that a unit of work hands out a second time",
    [
      did(0, [1, 2], [2, 2], insert, 2),
      did(0, [3, 4], [3, 3], { verb: "delete", table, key: 2 }, 1),
      did(1, [5, 6], [4, 4], { verb: "pair", group: 0, by: "pair" }, [2, 2]),
    ],
  ],
  ["a torn move: half of it is seen", [did(0, [1, 9], [2, 2], move, [5, 25]), did(1, [2, 3], [1, 2], totals, [1, 5, 1, 20])]],
  [
    "reads that go backwards",
    [
      did(0, [1, 9], [2, 2], set(1, 11), 1),
      did(1, [2, 3], [2, 2], get(1), row(11, "set 11")),
      did(1, [4, 5], [1, 1], get(1), row(10, "start")),
    ],
  ],
  [
    "reads of two threads that go backwards",
    [
      did(0, [1, 9], [2, 2], set(1, 11), 1),
      did(1, [2, 3], [1, 2], get(1), row(11, "set 11")),
      did(2, [4, 5], [1, 2], get(1), row(10, "start")),
    ],
  ],
  [
    "a key that two inserted",
    [
      did(0, [1, 9], [2, 2], { verb: "insert", table, item: { id: 5, group: 0, count: 0, by: "x" } }, 5),
      did(1, [1, 9], [3, 3], { verb: "insert", table, item: { id: 5, group: 0, count: 0, by: "y" } }, 5),
    ],
  ],
  [
    "a unique value that two have",
    [did(0, [1, 2], [2, 2], insert, 2), did(0, [3, 9], [3, 3], tag(1), 1), did(1, [3, 9], [4, 4], tag(2), 1)],
  ],
  [
    "a record that was deleted twice",
    [did(0, [1, 9], [2, 2], { verb: "delete", table, key: 1 }, 1), did(1, [1, 9], [3, 3], { verb: "delete", table, key: 1 }, 1)],
  ],
  [
    "an index that misses a record",
    [did(0, [1, 2], [2, 2], insert, 2), did(0, [3, 4], [2, 2], { verb: "select", table, group: 0 }, [row(10, "start")])],
  ],
];

describe("the two judges of a history", () => {
  it.each(good)("let pass: %s", (_name, history) => {
    expect(checkLogOrder({ history, start: { rows: start, seq: 1 } })).toEqual([]);
    expect(checkBlackBox(history, start)).toBe("linearizable");
  });

  it.each(bad)("condemn: %s", (_name, history) => {
    expect(checkLogOrder({ history, start: { rows: start, seq: 1 } })).not.toEqual([]);
    expect(checkBlackBox(history, start)).toHaveProperty("violation");
  });
});

describe("the judge of the log's order", () => {
  const expectCondemned = (...history: readonly Recorded[]) => {
    expect(checkLogOrder({ history, start: { rows: start, seq: 1 } })).not.toEqual([]);
    expect(checkBlackBox(history, start)).toBe("linearizable");
  };

  it("condemns a log in another order than time's, though the results do not show it", () => {
    expectCondemned(
      did(0, [1, 2], [3, 3], add(1, 1, "a"), 1),
      did(1, [3, 4], [2, 2], add(2, 1, "b"), 0),
      did(1, [5, 6], [2, 2], tag(1), 1),
    );
  });

  it("condemns two commits with one seq", () => {
    expectCondemned(did(0, [1, 2], [2, 2], insert, 2), did(1, [3, 4], [2, 2], insert, 3));
  });

  it("condemns a read that is placed where its result was not true", () => {
    expectCondemned(did(0, [1, 9], [2, 2], set(1, 11), 1), did(1, [1, 9], [2, 2], get(1), row(10, "start")));
  });

  it("tells what all replicas must hold in the end", () => {
    const history = [did(0, [1, 2], [3, 3], set(1, 12), 1), did(0, [3, 4], [2, 2], set(1, 11), 1)];
    expect(finalRows({ history, start: { rows: start, seq: 1 } })).toEqual({ ...start, left: [row(12, "set 12")] });
  });
});

describe("the judge that trusts no seq", () => {
  const never = [1, Infinity] as const;

  it("allows what never returned to have happened, or not", () => {
    for (const count of [10, 11]) {
      const read = did(1, [5, 6], [0, 0], get(1), row(count, count === 10 ? "start" : "set 11"));
      expect(checkBlackBox([did(0, never, [0, 0], set(1, 11), undefined), read], start)).toBe("linearizable");
    }
  });

  it("does not allow it to be taken back", () => {
    const reads = [did(1, [5, 6], [0, 0], get(1), row(11, "set 11")), did(1, [7, 8], [0, 0], get(1), row(10, "start"))];
    expect(checkBlackBox([did(0, never, [0, 0], set(1, 11), undefined), ...reads], start)).toHaveProperty("violation");
  });

  it("names what does not fit", () => {
    const verdict = checkBlackBox(bad[0]![1], start);
    expect(verdict).toEqual({ violation: expect.stringContaining('thread 1 [3, 4] seq 1 {"verb":"get","table":"left","key":1}') });
  });

  it("looks at records apart from each other where no operation joins them", () => {
    const history = [
      did(0, [1, 2], [0, 0], get(1), null),
      did(0, [3, 4], [0, 0], set(2, 1), 0),
      did(1, [1, 2], [0, 0], add(1, 1, "a"), 0),
      did(1, [3, 4], [0, 0], { ...get(1), table: "right" } as Operation, null),
    ];
    const sizes = (extra: readonly Recorded[]) => partition([...history, ...extra]).map((part) => part.length);
    expect(sizes([])).toEqual([2, 1, 1]);
    expect(sizes([did(2, [1, 2], [0, 0], { verb: "count", table, group: 0 }, 0)])).toEqual([4, 1]);
    expect(sizes([did(2, [1, 2], [0, 0], totals, [0, 0, 0, 0])])).toEqual([5]);
    expect(sizes([did(2, [1, 2], [0, 0], { ...move, source: 2 }, null)])).toEqual([2, 3]);
  });
});
