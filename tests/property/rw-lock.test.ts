import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import type { LockMode, ReaderWriterLock } from "../../src/lock/reader-writer-lock.js";
import { RWLock } from "../../src/lock/rw-lock.js";
import { SharedRWLock } from "../../src/lock/shared/shared-rw-lock.js";
import { violations, type LockEvent } from "./rw-lock-model.js";
import { LockRun, type Step } from "./rw-lock-run.js";

const mode = fc.constantFrom<LockMode>("read", "write");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("acquire" as const),
      mode,
      timeoutMs: fc.constantFrom(0, 1, 2, 3, 5, 10, Infinity, Infinity, Infinity),
      signal: fc.constantFrom(undefined, undefined, 0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("try" as const), mode }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("release" as const), n: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release again" as const), n: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), n: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("advance" as const), n: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
);

describe.each<[string, () => ReaderWriterLock]>([
  ["RWLock", () => new RWLock()],
  ["SharedRWLock", () => new SharedRWLock()],
])("%s under any interleaving", (_name, makeLock) => {
  beforeAll(() => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
  });

  afterAll(() => {
    jest.useRealTimers();
  });

  it("does what its rules say, and its rules keep its promises", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50, size: "max" }), async (steps) => {
        // A run that failed may have left timers; the next one must not pay for them.
        jest.clearAllTimers();
        const run = new LockRun(makeLock());
        await run.do(steps);
        await run.drain();
        expect(violations(run.model.trace)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the judge of traces", () => {
  const events = (text: string): LockEvent[] =>
    text.split(" ").map((word) => {
      const [, sign, letter, id] = /^([?+\-x])([rw])(\d)$/.exec(word)!;
      const type = { "?": "arrive", "+": "grant", "-": "leave", x: "give up" }[sign!] as LockEvent["type"];
      return { type, id: Number(id), mode: letter === "r" ? "read" : "write" };
    });

  it.each([
    ["?r1 +r1 ?w2 +w2", "writer 2 came in beside a holder"],
    ["?w1 +w1 ?r2 +r2", "reader 2 came in beside a writer"],
    ["?r1 +r1 ?w2 ?r3 +r3", "reader 3 overtook a waiting writer"],
    ["?w1 +w1 ?w2 ?w3 -w1 +w3", "writer 3 overtook a writer"],
    ["?r1 +r1 ?w2 ?w3 ?r4 -r1 +w2 -w2 +w3", "reader 4 was overtaken by a second writer"],
    ["?w1 +w1 ?w2 -w1", "writers wait for a free lock"],
    ["?r1 +r1 ?w2 ?r3 xw2", "readers wait for no writer"],
    ["?w1 +w1 ?r2 ?r3 ?w4 -w1 +r2", "a writer left and readers went on waiting"],
  ])("condemns %s", (trace, verdict) => {
    expect(violations(events(trace))).toContain(verdict);
  });

  it("accepts a fair trace", () => {
    expect(violations(events("?r1 +r1 ?w2 ?r3 ?w4 -r1 +w2 ?r5 -w2 +r3 +r5 xw4 -r3 ?r6 +r6 -r5 -r6"))).toEqual([]);
  });
});
