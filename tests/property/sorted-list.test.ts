import { describe, it } from "@jest/globals";
import fc from "fast-check";
import { SortedList } from "../../src/index/sorted-list.js";
import { patience, runs } from "../support/arbitraries.js";
import { same } from "../support/scenario.js";

interface Entry {
  readonly value: number;
  readonly slot: number;
}

/** Slots get their keys in another order than their own. */
const keyOf = (slot: number) => (slot * 7_919) % 100_003;
const order = (a: Entry, b: Entry) => a.value - b.value || keyOf(a.slot) - keyOf(b.slot);

type Step =
  | { readonly verb: "addAll" | "add"; readonly count: number; readonly spread: number }
  /** Removes a stretch, or every so many-th. */
  | { readonly verb: "remove"; readonly from: number; readonly count: number; readonly stride: number }
  | { readonly verb: "removeMissing"; readonly value: number };

// Leaves hold up to 256 entries: lists of some thousands have several, and lose whole leaves.
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ verb: fc.constant("addAll" as const), count: fc.nat(1_200), spread: fc.constantFrom(1, 5, 100, 5_000) }),
  fc.record({ verb: fc.constant("add" as const), count: fc.nat(300), spread: fc.constantFrom(1, 5, 100, 5_000) }),
  fc.record({ verb: fc.constant("remove" as const), from: fc.nat(2_000), count: fc.nat(700), stride: fc.constantFrom(1, 1, 3, 50) }),
  fc.record({ verb: fc.constant("removeMissing" as const), value: fc.nat(5_000) }),
);

describe("a sorted list", () => {
  it(
    "is a sorted array, whatever was added and removed",
    () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 8 }), fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { maxLength: 3 }), (steps, ranges) => {
          const list = new SortedList<number>({ compareValues: (a, b) => a - b, compareSlots: (a, b) => keyOf(a) - keyOf(b) });
          let wanted: Entry[] = [];
          let nextSlot = 0;
          for (const one of steps) {
            if (one.verb === "remove") {
              const gone = new Set(wanted.slice(one.from, one.from + one.count).filter((_, i) => i % one.stride === 0));
              for (const { value, slot } of gone) same("remove", list.remove(value, slot), true);
              wanted = wanted.filter((entry) => !gone.has(entry));
            } else if (one.verb === "removeMissing") same("remove of what is not there", list.remove(one.value, nextSlot), false);
            else {
              const added = Array.from({ length: one.count }, () => ({ value: (nextSlot * 389) % one.spread, slot: nextSlot++ }));
              if (one.verb === "addAll") {
                list.addAll(
                  added.map(({ value }) => value),
                  added.map(({ slot }) => slot),
                );
              } else for (const { value, slot } of added) list.add(value, slot);
              wanted = [...wanted, ...added].sort(order);
            }
            same("size", list.size, wanted.length);
            same("entries", [...list.entries()], wanted);
          }
          for (const [low, high] of ranges) {
            // Both ends at values that are there, next to them, and beyond all.
            const [from, to] = [low, high].map((at) => (wanted[(at * 37) % (wanted.length + 1)]?.value ?? 6_000) + (at % 3) - 1);
            const [first, last] = [list.seek((value) => value >= from!), list.seek((value) => value > to!)];
            const inside = wanted.filter(({ value }) => value >= from! && value <= to!);
            same("count", list.count(first, last), inside.length);
            const slots: number[] = [];
            list.forEach(first, last, (slot) => slots.push(slot) > 0);
            same(
              "forEach",
              slots,
              inside.map(({ slot }) => slot),
            );
            const limit = (low % 7) * 20 + 1;
            const descending: number[] = [];
            list.forEachDescending(first, last, (slot) => descending.push(slot) < limit);
            same(
              "forEachDescending",
              descending,
              inside
                .toSorted((a, b) => b.value - a.value || keyOf(a.slot) - keyOf(b.slot))
                .slice(0, limit)
                .map(({ slot }) => slot),
            );
          }
        }),
        runs(100),
      );
    },
    patience,
  );
});
