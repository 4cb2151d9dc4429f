import { describe, expect, it } from "@jest/globals";
import { DeadlockError, TableNotFoundError } from "../../../src/index.js";
import type { Commit } from "../../../src/replica/events.js";
import { LogMemory, put } from "../../support/log-ends.js";
import { SharedReplica } from "../../support/shared-replicas.js";
import { contentOf, definitionOf } from "../../support/states.js";
import { thrown } from "../../support/thrown.js";

type Two = [SharedReplica, SharedReplica];

/** Two replicas of a database with so many tables. */
function two(tables: number, memory = new LogMemory()): Two {
  const [a, b] = SharedReplica.several(2, memory) as Two;
  for (let id = 1; id <= tables; id++) a.createTable(id);
  b.replica.refresh();
  return [a, b];
}

describe("the road of a shared database", () => {
  it("plans again when a table that the plan has read was changed before the commit, and with that table locked in the end", () => {
    const [a, b] = two(2);
    let plans = 0;
    const refusals: unknown[] = [];
    a.replica.commit("write", [a.table(1)], () => {
      plans++;
      const read = a.replica.state.table(2)!.size;
      try {
        b.write(2, put(plans, {}, 2));
      } catch (error) {
        refusals.push(error);
      }
      return { changes: [put(1, { read })], result: undefined, reads: new Set([2]) };
    });
    // The fourth plan found both tables locked, so nobody came in between.
    expect(plans).toBe(4);
    expect(refusals).toEqual([expect.any(DeadlockError)]); // from another thread it would be a time-out
    expect(a.records(1)).toEqual([{ id: 1, read: 3 }]);
    expect(a.replica.conflicts).toBe(3);
    b.write(2, put(9, {}, 2)); // everything is unlocked
  });

  it("plans again for a new table, which may be what a plan has looked for", () => {
    const [a, b] = two(1);
    let plans = 0;
    a.replica.commit("write", [a.table(1)], () => {
      if (plans++ === 0) b.createTable(7);
      return { changes: [put(plans)], result: undefined, reads: new Set([1]) };
    });
    expect(plans).toBe(2);
    expect(a.records(1)).toEqual([{ id: 2 }]);
  });

  it("lets commits pass that have nothing to do with what was read", () => {
    const [a, b] = two(3);
    let plans = 0;
    a.replica.commit("write", [a.table(1)], () => {
      plans++;
      b.write(3, put(plans, {}, 3));
      return { changes: [put(1)], result: undefined, reads: new Set([2]) };
    });
    expect([plans, a.replica.conflicts]).toEqual([1, 0]);
    expect(a.records(3)).toEqual([{ id: 1 }]);
  });

  it("refuses a verb whose table was dropped while it waited", () => {
    const [a, b] = two(2);
    const own = a.table(1);
    const drop = { changes: [{ type: "dropTable" as const, table: 1 }], result: undefined };
    b.replica.commit("dropTable()", [b.table(1)], () => drop, true);
    expect(thrown(TableNotFoundError, () => a.replica.commitTable("write", own, () => ({ changes: [put(1)], result: 0 }))).code).toBe(
      "TABLE_NOT_FOUND",
    );
    a.write(2, put(1, {}, 2));
  });

  it("gives the lock of a dropped table to a new one, under its own name", () => {
    const [a, b] = two(1);
    b.table(1);
    const drop = { changes: [{ type: "dropTable" as const, table: 1 }], result: undefined };
    a.replica.commit("dropTable()", [a.table(1)], () => drop, true);
    const definition = { ...definitionOf(5, "again"), lockNumber: 1 };
    a.replica.commit("createTable()", [], () => ({ changes: [{ type: "createTable", definition }], result: 0 }), true);
    const leave = a.table(5).lock.tryWrite();
    const error = thrown(DeadlockError, () => b.write(5, put(1, {}, 5)));
    expect(error.message).toContain('this thread holds table "again" already');
    leave?.();
    b.write(5, put(1, {}, 5));
  });

  it("keeps everybody out while one thread must be alone, but not its own verbs", () => {
    const [a, b] = two(2);
    a.replica.exclusively("atomic()", () => {
      a.write(1, put(1));
      expect(a.road.holds(a.table(1))).toBe(true);
      for (const id of [1, 2]) expect(thrown(DeadlockError, () => b.write(id, put(2, {}, id))).message).toContain(`table "t${id}"`);
      expect(thrown(DeadlockError, () => b.createTable(3)).message).toContain("this thread holds the catalog already");
    });
    expect(a.road.holds(a.table(1))).toBe(false);
    b.write(1, put(2));
    b.createTable(3);
  });

  it("tells of what a rebuild brought as one commit, and keeps snapshots as they are", async () => {
    const [a, b] = two(1, new LogMemory(500));
    for (let key = 1; key <= 20; key++) a.write(1, put(key, { n: 0 }));
    b.replica.refresh();
    const snapshot = b.replica.state.openSnapshot();
    const heard: Commit[] = [];
    b.replica.addListener("commit", (commit) => heard.push(commit));
    const { seq } = b.replica.state;
    const { generation } = b.road.log;
    a.write(1, { type: "delete", table: 1, key: 20 }, put(21, { n: 1 }));
    let n = 1;
    while (a.road.log.generation < generation + 3) a.write(1, put(5, { n: ++n }));
    b.replica.refresh();
    expect(contentOf(b.replica.state)).toEqual(contentOf(a.replica.state));
    await Promise.resolve();
    // One commit for all that the base has more, then those of the log after it.
    const [first, ...rest] = heard;
    expect(first!.seq).toBeGreaterThan(seq + 1);
    expect(rest.map((commit) => commit.seq - first!.seq)).toEqual(rest.map((_, i) => i + 1));
    expect(heard.at(-1)!.seq).toBe(a.replica.state.seq);
    expect(new Set(first!.changes.map(({ type, ...change }) => `${type} ${"key" in change ? String(change.key) : ""}`))).toEqual(
      new Set(["delete 20", "insert 21", "update 5"]),
    );
    expect(first!.changes.find(({ type }) => type === "update")).toMatchObject({ before: { id: 5, n: 0 } });
    expect(snapshot.overlayOf(b.replica.state.table(1)!).get(5)).toEqual({ id: 5, n: 0 });
    expect(snapshot.overlayOf(b.replica.state.table(1)!).get(20)).toEqual({ id: 20, n: 0 });
    snapshot.close();
  });

  it("wakes a listener for the commits of others, as long as anybody listens", async () => {
    const [a, b] = two(1);
    const heard: number[] = [];
    const told = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => (heard.length >= count ? resolve() : void setImmediate(check));
        check();
      });
    const off = b.replica.addListener("commit", ({ seq }) => heard.push(seq));
    const { seq } = b.replica.state;
    a.write(1, put(1));
    await told(1);
    a.write(1, put(2));
    a.write(1, put(3));
    await told(3);
    expect(heard).toEqual([seq + 1, seq + 2, seq + 3]);
    off();
    a.write(1, put(4));
    b.replica.addListener("commit", ({ seq }) => heard.push(seq)); // of what comes after this
    a.write(1, put(5));
    await told(4);
    expect(heard.at(-1)).toBe(seq + 5);
  });

  it("gives its place to another thread when it closes", () => {
    const memory = new LogMemory();
    const [a, b] = two(1, memory);
    expect(a.road.figures()).toMatchObject({ threads: 2, lag: 0 });
    const leave = b.table(1).lock.tryWrite();
    expect(leave).toBeDefined();
    b.replica.close(); // with what it held
    a.write(1, put(1));
    expect(a.road.figures().threads).toBe(1);
    const again = Array.from({ length: 127 }, () => memory.slot());
    expect(() => memory.slot()).toThrow(expect.objectContaining({ code: "CAPACITY", message: expect.stringContaining("128 threads") }));
    for (const slot of again) slot.detach();
  });

  it("says how far behind a replica is, and how much memory is in use", () => {
    const [a, b] = two(1);
    const { sharedBytes } = a.road.figures();
    for (let key = 1; key <= 300; key++) a.write(1, put(key, { text: "x".repeat(10_000) }));
    expect(b.road.figures().lag).toBe(300);
    expect(b.road.figures().sharedBytes).toBeGreaterThan(sharedBytes + 3_000_000 - 1_000_000);
    b.replica.refresh();
    expect(b.road.figures().lag).toBe(0);
  });
});
