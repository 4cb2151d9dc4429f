import { describe, expect, it } from "@jest/globals";
import { DictDBError } from "../../../src/index.js";
import { Compaction } from "../../../src/log/compaction.js";
import type { Commit } from "../../../src/log/commit.js";
import { words } from "../../../src/log/control-buffer.js";
import { LogMemory, put } from "../../support/log-ends.js";
import type { LogEnd } from "../../support/log-ends.js";
import { thrown } from "../../support/thrown.js";

type Two = [LogEnd, LogEnd];
type Three = [LogEnd, LogEnd, LogEnd];

/** Writes a base of some records at an end, which has read everything, and makes that segment the active one. */
function compact({ log, commits }: LogEnd, records: readonly number[] = []): void {
  log.meetArrived(() => true); // goes over to the segment that is active now
  const compaction = new Compaction(log);
  for (const key of records) compaction.add([put(key, { base: true })]);
  compaction.endBase();
  while (!compaction.copyLog(1_000_000));
  expect(compaction.flip((commit) => commits.push(commit) > 0)).toBe(true);
}

describe("SharedLog", () => {
  it("brings the commits of one end to the others, in order", () => {
    const [a, b, c] = LogMemory.ends(3) as Three;
    a.append([put(1, { by: "a" })]);
    expect([b.log.lag, b.log.isPast(0), a.log.lag]).toEqual([1, true, 0]);
    b.append([put(2, { by: "b" }), { type: "delete", table: 1, key: 9 }]); // meets the first
    a.append([put(3, { by: "a" })]);
    for (const end of [a, b, c]) {
      expect(end.read()).toBe("read");
      expect(end.log.lag).toBe(0);
      expect(end.commits.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    }
    expect(c.commits).toEqual(a.commits);
    expect(b.commits).toEqual(a.commits);
    expect(c.records).toEqual([
      { id: 1, by: "a" },
      { id: 2, by: "b" },
      { id: 3, by: "a" },
    ]);
  });

  it("counts past 32 bits, of which it publishes the low ones", () => {
    const [a, b] = LogMemory.ends(2, 2 ** 32 - 3) as Two;
    for (let key = 1; key <= 6; key++) {
      a.append([put(key)]);
      expect(b.log.lag).toBe(key);
      expect(b.log.isPast(2 ** 32 - 3)).toBe(true);
    }
    b.read();
    expect(b.commits.map(({ seq }) => seq - 2 ** 32)).toEqual([-2, -1, 0, 1, 2, 3]);
    expect(b.log.isPast(2 ** 32 + 3)).toBe(false);
  });

  it("refuses a commit that does not stand after one that it meets, and appends nothing", () => {
    const [a, b, c] = LogMemory.ends(3) as Three;
    a.append([put(1)]);
    a.append([put(2)]);
    const met: Commit[] = [];
    const outcome = b.log.append(0, [put(3)], (commit) => {
      met.push(commit);
      return commit.seq !== 1; // the first one is in the way
    });
    expect(outcome).toBe("conflict");
    expect(met.map(({ seq }) => seq)).toEqual([1, 2]); // it has met all of them nevertheless
    expect(b.log.seq).toBe(2);
    b.append([put(4)]);
    c.read();
    expect(c.records).toEqual([{ id: 1 }, { id: 2 }, { id: 4 }]);
  });

  it("gives the mutex back when meeting a commit throws", () => {
    const [a, b] = LogMemory.ends(2) as Two;
    a.append([put(1)]);
    const failure = new Error("torn");
    expect(() =>
      b.log.append(0, [put(2)], () => {
        throw failure;
      }),
    ).toThrow(failure);
    a.append([put(3)]);
    b.read();
    expect(b.records).toEqual([{ id: 3 }]);
  });

  it("encodes again what told shapes while another end told some", () => {
    const [a, b, c] = LogMemory.ends(3) as Three;
    for (const end of [a, b, c]) end.read();
    a.append([put(1, { first: 1 })]);
    b.append([put(2, { second: 2, nested: { x: 1 } })]); // encoded when it knew no shape, written when it knows one
    c.append([put(3, { second: 3, nested: { x: 2 } })]);
    a.append([put(4, { first: 4 })]);
    const expected = [
      { id: 1, first: 1 },
      { id: 2, second: 2, nested: { x: 1 } },
      { id: 3, second: 3, nested: { x: 2 } },
      { id: 4, first: 4 },
    ];
    for (const end of [a, b, c]) {
      end.read();
      expect(end.records).toEqual(expected);
    }
  });

  it("shows nothing of a commit whose writer died before it was published, and writes over it", () => {
    const [a, b, c] = LogMemory.ends(3) as Three;
    a.append([put(1)]);
    // All that its death leaves: bytes, and a tail that runs ahead.
    const { position, control } = a.log;
    const torn = a.log.segments[0];
    torn.reserve(position + 100);
    torn.write(position, new Uint8Array(300).fill(0xc1));
    Atomics.store(control.words, words.tail, position + 76);
    b.read();
    expect([b.log.lag, b.log.seq, b.log.position]).toEqual([0, 1, position]);
    b.append([put(2)]);
    c.read();
    a.read();
    for (const end of [a, b, c]) expect(end.records).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it("takes over the mutex of an end that died with it", () => {
    const [a, b, c] = LogMemory.ends(3) as Three;
    a.log.mutex.lock();
    a.slot.detach();
    b.append([put(1)]);
    c.read();
    expect(c.records).toEqual([{ id: 1 }]);
  });

  it("carries a commit that is longer than what is copied at once, and many short ones", () => {
    const [a, b] = LogMemory.ends(2) as Two;
    const text = "0123456789".repeat(300_000); // 3 MB, three pieces
    a.append([put(1, { text })]);
    for (let key = 2; key <= 3_000; key++) a.append([put(key)]);
    a.append([put(3_001, { text })]);
    b.read();
    expect(b.records).toEqual(a.records);
    expect(b.records).toHaveLength(3_001);
  });

  it("has no room for a commit beyond the limit of a segment: nobody sees it, and the next one fits", () => {
    const [a, b] = LogMemory.ends(2, 0, new LogMemory(1_000_000, 8_192)) as Two;
    a.append([put(1)]);
    const error = thrown(DictDBError, () => a.append([put(2, { text: "x".repeat(10_000), another: 1 })]));
    expect(error).toMatchObject({ code: "CAPACITY", details: { limit: 8_192 } });
    expect(b.read()).toBe("read");
    expect([a.log.seq, b.log.seq]).toEqual([1, 1]);
    b.append([put(3, { other: true })]); // tells a shape, as the refused one would have
    a.append([put(4, { another: 2 })]);
    b.read();
    expect(b.records).toEqual([{ id: 1 }, { id: 3, other: true }, { id: 4, another: 2 }]);
    expect(a.records).toEqual(b.records);
  });

  describe("with two segments", () => {
    it("goes on reading over a flip, wherever it stands", () => {
      const [a, b, c] = LogMemory.ends(3) as Three;
      for (let key = 1; key <= 10; key++) a.append([put(key)]);
      b.read(); // at the end of the old segment; the third end has not begun
      compact(a);
      expect([b.read(), b.log.seq]).toEqual(["read", 10]);
      a.append([put(11, { told: "later" })]);
      b.append([put(12)]);
      expect(c.read()).toBe("read");
      expect(b.commits).toEqual(c.commits);
      expect([a, b, c].map(({ log }) => log.generation)).toEqual([1, 1, 1]);
      c.append([put(13)]);
      a.read();
      expect(a.records).toEqual(c.records);
    });

    it("is gone for who lags behind two flips, and begins again from the base", () => {
      const [a, b] = LogMemory.ends(2) as Two;
      a.append([put(1, { shape: 1 })]);
      compact(a);
      a.append([put(2, { shape: 2 })]);
      compact(a, [1, 2]);
      a.append([put(3, { shape: 3 })]);
      expect(b.read()).toBe("gone");
      const base: unknown[] = [];
      expect(b.log.readBase((changes) => base.push(...changes))).toBe(2);
      expect(base).toEqual([put(1, { base: true }), put(2, { base: true })]);
      b.read();
      expect(b.records).toEqual([{ id: 3, shape: 3 }]);
      b.append([put(4, { shape: 4 })]);
      a.append([put(5, { shape: 2 })]);
      b.read();
      expect(a.records.slice(-3)).toEqual(b.records);
    });

    it("is gone in the middle of reading when what comes next is overwritten", () => {
      const [a, b] = LogMemory.ends(2) as Two;
      const text = "x".repeat(600_000);
      for (let key = 1; key <= 6; key++) a.append([put(key, { text })]); // more than is copied at once
      let seen = 0;
      const outcome = b.log.read(() => {
        if (seen++ > 0) return;
        compact(a);
        compact(a);
      });
      expect(outcome).toBe("gone");
      expect(seen).toBeGreaterThan(0);
      expect(seen).toBeLessThan(6);
    });

    it("is gone for a base that is overwritten while it is read", () => {
      const [a, b] = LogMemory.ends(2) as Two;
      const text = "x".repeat(600_000);
      const compaction = new Compaction(a.log);
      for (let key = 1; key <= 6; key++) compaction.add([put(key, { text })]);
      compaction.endBase();
      compaction.copyLog(1_000);
      compaction.flip(() => true);
      let taken = 0;
      const outcome = b.log.readBase(() => {
        if (taken++ > 0) return;
        a.append([put(7)]); // goes over to the new segment
        compact(a, [1]);
        compact(a, [1]);
      });
      expect(outcome).toBe("gone");
      expect(taken).toBeLessThan(6);
      const base: unknown[] = [];
      expect(b.log.readBase((changes) => base.push(...changes))).toBe(1);
      expect(base).toEqual([put(1, { base: true })]);
    });

    it("appends to the new segment although its writer had not seen the flip", () => {
      const [a, b, c] = LogMemory.ends(3) as Three;
      a.append([put(1)]);
      b.read();
      c.read();
      compact(a, [1]);
      b.append([put(2)]);
      expect(b.log.generation).toBe(1);
      c.read();
      expect(c.commits).toEqual(b.commits);
    });

    it("refuses an append, so that its writer rebuilds, when the log is gone for it", () => {
      const [a, b] = LogMemory.ends(2) as Two;
      a.append([put(1)]);
      compact(a);
      compact(a, [1]);
      expect(b.log.append(0, [put(9)], () => true)).toBe("conflict");
      expect(b.read()).toBe("gone");
      a.append([put(2)]);
    });

    it("says when the log has outgrown its base and its limit", () => {
      const [a] = LogMemory.ends(1, 0, new LogMemory(200)) as [LogEnd];
      expect(a.log.isLong).toBe(false);
      let key = 0;
      while (!a.log.isLong) a.append([put(++key)]);
      expect(key).toBeGreaterThan(10);
      compact(a, [1, 2, 3]);
      a.append([put(++key)]);
      expect(a.log.isLong).toBe(false);
    });
  });
});
