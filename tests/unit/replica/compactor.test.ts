import { describe, expect, it } from "@jest/globals";
import { DictDBError } from "../../../src/index.js";
import { words } from "../../../src/log/control-buffer.js";
import { LogMemory, put } from "../../support/log-ends.js";
import { SharedReplica } from "../../support/shared-replicas.js";
import { contentOf } from "../../support/states.js";
import { thrown } from "../../support/thrown.js";

/** Replicas of a database with one table, whose log is compacted from so many words on. */
function replicas(count: number, memory = new LogMemory(2_000)): SharedReplica[] {
  const all = SharedReplica.several(count, memory);
  all[0]!.createTable(1);
  for (const one of all) one.table(1);
  return all;
}

/** Writes records until a condition holds; answers the last key. */
function writeUntil(replica: SharedReplica, isEnough: () => boolean, from = 0): number {
  let key = from;
  while (!isEnough()) {
    replica.write(1, put(++key, { text: `record ${key}` }));
    if (key > 100_000) throw new Error("it never comes");
  }
  return key;
}

const generation = (replica: SharedReplica): number => replica.road.log.generation;

describe("the compactor", () => {
  it("keeps the log short while one thread writes, and every replica in step", () => {
    const memory = new LogMemory(2_000);
    const [a, b] = replicas(2, memory) as [SharedReplica, SharedReplica];
    for (let key = 1; key <= 6_000; key++) {
      a.write(1, put((key % 50) + 1, { text: `record ${key}` }));
      if (key % 100 === 0) b.table(1);
    }
    expect(generation(a)).toBeGreaterThan(4);
    // Fifty records and at most some thousand words of log, although 6,000 commits were written.
    expect(Math.max(...memory.buffers.map(({ byteLength }) => byteLength))).toBeLessThan(1_500_000);
    expect(contentOf(b.table(1) && b.replica.state)).toEqual(contentOf(a.replica.state));
    const late = new SharedReplica(memory, false);
    expect(contentOf(late.replica.state)).toEqual(contentOf(a.replica.state));
    late.table(1).state.check();
  });

  it("writes the state of one moment, whatever is written meanwhile", () => {
    const memory = new LogMemory(2_000);
    const [a] = replicas(1, memory) as [SharedReplica];
    const before = generation(a);
    const key = writeUntil(a, () => a.replica.state.snapshots.size > 0); // an attempt has begun
    for (let i = 1; generation(a) === before; i++) {
      a.write(1, { type: "delete", table: 1, key: i }, put(key + i, { text: "new" }), put(i + 1, { text: "changed" }));
    }
    const late = new SharedReplica(memory, false);
    expect(contentOf(late.replica.state)).toEqual(contentOf(a.replica.state));
  });

  it("goes on while its thread has nothing else to do", async () => {
    const [a] = replicas(1) as [SharedReplica];
    for (let key = 1; key <= 20_000; key++) a.replica.state.table(1)!.put(key, { id: key, text: "in the base" }); // without a log
    const { words: control } = a.road.log.control;
    const before = control[words.generation];
    writeUntil(a, () => a.replica.state.snapshots.size > 0, 20_000);
    while (control[words.generation] === before) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(a.replica.state.snapshots.size).toBe(0);
  });

  it("is taken up by another thread when the one that began is busy with something else", () => {
    const [a, b] = replicas(2) as [SharedReplica, SharedReplica];
    const before = generation(a);
    writeUntil(a, () => a.replica.state.snapshots.size > 0);
    writeUntil(b, () => generation(b) > before, 1_000); // the first one does nothing any more
    a.write(1, put(1, { text: "back" })); // comes over, and gives up what it had begun
    expect(generation(a)).toBe(generation(b));
    expect(contentOf(b.table(1) && b.replica.state)).toEqual(contentOf(a.replica.state));
  });

  it("ends with its replica, and another one begins anew", () => {
    const [a, b] = replicas(2) as [SharedReplica, SharedReplica];
    const before = generation(a);
    writeUntil(a, () => a.replica.state.snapshots.size > 0);
    a.replica.close();
    writeUntil(b, () => generation(b) > before, 1_000);
    b.table(1).state.check();
  });

  it("leaves the log long when there is no memory for a base: commits stand", () => {
    const memory = new LogMemory(500, 40_000);
    const [a, b] = replicas(2, memory) as [SharedReplica, SharedReplica];
    const text = "x".repeat(100);
    let key = 0;
    const error = thrown(DictDBError, () => {
      for (;;) a.write(1, put(++key, { text })); // more and more records, until nothing has room
    });
    expect(error.code).toBe("CAPACITY");
    expect(a.replica.state.snapshots.size).toBe(0);
    expect(a.table(1).state.size).toBe(key - 1);
    expect(contentOf(b.table(1) && b.replica.state)).toEqual(contentOf(a.replica.state));
  });

  it("does not make a log of a state that does not fit", () => {
    const memory = new LogMemory(500, 4_096);
    const alone = new SharedReplica(new LogMemory(), true);
    alone.createTable(1);
    for (let key = 1; key <= 50; key++) alone.write(1, put(key, { text: "x".repeat(100) }));
    expect(thrown(DictDBError, () => alone.moveTo(memory)).code).toBe("CAPACITY");
    alone.write(1, put(51));
    expect(alone.records(1)).toHaveLength(51);
  });
});
