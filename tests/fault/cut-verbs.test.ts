import { describe, expect, it } from "@jest/globals";
import { DictDB } from "../../src/index.js";
import { indexings } from "../support/cut-world.js";
import { untilTimeLimit } from "../support/cuts.js";
import { exhaustMemory, exhaustStack, exhaustTime } from "../support/run-cuts.js";

const seed = Date.now() % 100_000;

describe.each(["local", "shared"] as const)("a %s database whose verbs are cut off half-way", (medium) => {
  it.each(["none", "all"] as const)("is whole where the stack ends, indexes: %s", async (indexing) => {
    expect(await exhaustStack(medium, indexing, 23 + (seed % 7))).toBeGreaterThan(20);
  });

  it("is whole where the memory ends", async () => {
    expect(await exhaustMemory(medium, "all", seed % 5, 5)).toBeGreaterThan(10);
  });

  it("is whole where a time limit ends", async () => {
    expect(await exhaustTime(medium, indexings[seed % indexings.length]!, 30, seed)).toBe(30);
  });
});

describe.each(["local", "shared"] as const)("after a time limit of vm, in the same turn, a %s database", (medium) => {
  function open() {
    const db = new DictDB({ lockTimeoutMs: 500 });
    const table = db.createTable<{ id: number; n: number }>("t");
    table.insert({ n: 1 });
    if (medium === "shared") db.share();
    return { db, table };
  }

  it("takes a write, whatever function of the caller's was cut off", async () => {
    const { db, table } = open();
    const forever = (): boolean => {
      for (;;);
    };
    untilTimeLimit(20, () => table.count(forever));
    expect(table.insert({ n: 2 })).toBe(2);
    untilTimeLimit(20, () => table.update(forever as never, 1));
    expect(table.update({ n: 3 }, 2)).toBe(1);
    untilTimeLimit(20, () => table.count(() => table.count(forever) > 0));
    expect(table.delete(2)).toBe(1);
    await db.close();
  });

  it("shows nothing of a unit that was cut off, and saves nothing of it", async () => {
    const { db, table } = open();
    untilTimeLimit(20, () =>
      db.atomic(() => {
        table.insert({ n: 2 });
        table.update({ n: 9 }, 1);
        for (;;);
      }),
    );
    expect(table.get(1)).toEqual({ id: 1, n: 1 });
    expect(table.size).toBe(1);
    expect(db.stats().openSnapshots).toBe(0);
    expect(db.atomic(() => table.update({ n: 5 }, 1))).toBe(1);
    expect(table.all()).toEqual([{ id: 1, n: 5 }]);
    await db.close();
  });

  it("still refuses a write from a function that runs, also where one inside of it was cut off", async () => {
    const { db, table } = open();
    const errors: unknown[] = [];
    table.count(() => {
      untilTimeLimit(20, () =>
        table.count(() => {
          for (;;);
        }),
      );
      try {
        table.insert({ n: 7 });
      } catch (error) {
        errors.push((error as { code?: unknown }).code);
      }
      return true;
    });
    expect(errors).toEqual(["DEADLOCK"]);
    await db.close();
  });
});
