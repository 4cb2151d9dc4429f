import { describe, expect, it } from "@jest/globals";
import { indexings } from "../support/cut-world.js";
import { exhaustMemory, exhaustStack, exhaustTime } from "../support/run-cuts.js";

const rounds = 4;
const limitMs = 600_000;

describe.each(["local", "shared"] as const)("a %s database whose verbs are cut off half-way", (medium) => {
  describe.each(indexings)("with indexes: %s", (indexing) => {
    it(
      "is whole at every depth of the stack",
      async () => {
        // Each of some fifteen verbs is cut off at every depth; how many there are, depends on how V8 has compiled it.
        expect(await exhaustStack(medium, indexing, 1)).toBeGreaterThan(300);
      },
      limitMs,
    );

    it(
      "is whole wherever the memory ends",
      async () => {
        expect(await exhaustMemory(medium, indexing, 0, 1)).toBeGreaterThan(50);
      },
      limitMs,
    );

    it(
      "is whole wherever a time limit ends",
      async () => {
        const first = Date.now() % 1_000_000;
        let cuts = 0;
        for (let round = 0; round < rounds; round++) cuts += await exhaustTime(medium, indexing, 150, first + round);
        expect(cuts).toBe(rounds * 150);
      },
      limitMs,
    );
  });
});
