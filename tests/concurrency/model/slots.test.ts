import { describe, expect, it } from "@jest/globals";
import { slotWordsOf, walkSlots, type SlotOptions } from "./slots-model.js";

describe("slots, in every interleaving", () => {
  it.each<[string, SlotOptions]>([
    ["of two threads that may die anywhere, also while they attach", { threads: 2, mortal: [0, 1] }],
    [
      "of two that find a dead reader at once, one of which dies while it clears the slot",
      { threads: 3, mortal: [1], isFirstDead: true, interruptions: 1 },
    ],
    [
      "of two that find a dead reader at once and use its slot again",
      { threads: 3, mortal: [], isFirstDead: true, rounds: 2, interruptions: 1 },
    ],
  ])("%s", (_what, options) => {
    expect(walkSlots(options)).toMatchObject({ problem: undefined, trace: [] });
  });

  it.each<[string, SlotOptions, RegExp]>([
    [
      "the dead are cleared without the mutex",
      {
        threads: 3,
        mortal: [],
        isFirstDead: true,
        rounds: 2,
        interruptions: 1,
        fault: ({ name, index }) => (name === "compareExchange" && index === slotWordsOf.mutex ? { answer: 0 } : undefined),
      },
      /^slot 0 is in for reading and its bit is not set$/,
    ],
    [
      "a slot is claimed by looking and storing",
      {
        threads: 3,
        mortal: [],
        isFirstDead: true,
        interruptions: 1,
        fault: ({ name, index }) => (name === "compareExchange" && index === slotWordsOf.claim(1) ? "split" : undefined),
      },
      /^two threads have one slot$/,
    ],
  ])("is wrong when %s", (_what, options, problem) => {
    expect(walkSlots(options).problem).toMatch(problem);
  });
});
