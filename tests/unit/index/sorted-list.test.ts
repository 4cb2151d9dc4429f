import { describe, expect, it } from "@jest/globals";
import { leafLimit as leaf, SortedList } from "../../../src/index/sorted-list.js";
import { randomFrom } from "../../support/random.js";

const numbers = { compareValues: (a: number, b: number) => a - b, compareSlots: (a: number, b: number) => a - b };

type Entry = readonly [value: number, slot: number];

function listOf(entries: readonly Entry[]): SortedList<number> {
  const list = new SortedList<number>(numbers);
  for (const [value, slot] of entries) list.add(value, slot);
  return list;
}

const inOrder = (entries: readonly Entry[]): Entry[] => [...entries].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
const entriesOf = (list: SortedList<number>): Entry[] => Array.from(list.entries(), ({ value, slot }) => [value, slot]);

/** Everything that the list says must agree with a sorted array. */
function expectAgrees(list: SortedList<number>, entries: readonly Entry[], probes: readonly number[]): void {
  const sorted = inOrder(entries);
  expect(entriesOf(list)).toEqual(sorted);
  expect(list.size).toBe(sorted.length);
  expect(list.count(list.start, list.end)).toBe(sorted.length);
  for (const probe of probes) {
    const from = list.seek((value) => value >= probe);
    const to = list.seek((value) => value > probe);
    const equal = sorted.filter(([value]) => value === probe).map(([, slot]) => slot);
    const before = sorted.filter(([value]) => value < probe);
    expect([probe, list.count(from, to), list.count(list.start, from), list.count(from, list.end)]).toEqual([
      probe,
      equal.length,
      before.length,
      sorted.length - before.length,
    ]);
    expect([probe, slotsBetween(list, from, to)]).toEqual([probe, equal]);
  }
  const groups = new Map<number, number[]>();
  for (const [value, slot] of sorted) groups.set(value, [...(groups.get(value) ?? []), slot]);
  expect(slotsBetween(list, list.start, list.end, true)).toEqual([...groups.values()].reverse().flat());
}

type Place = SortedList<number>["start"];

function slotsBetween(list: SortedList<number>, from: Place, to: Place, descending = false): number[] {
  const slots: number[] = [];
  const visit = (slot: number): boolean => slots.push(slot) > 0;
  if (descending) list.forEachDescending(from, to, visit);
  else list.forEach(from, to, visit);
  return slots;
}

// Around every size at which leaves split.
const sizes = [0, 1, 2, leaf - 1, leaf, leaf + 1, 2 * leaf, 2 * leaf + 1, 3 * leaf, 1_000, 3_000];

describe("a sorted list", () => {
  it.each(sizes)("of %i entries that came in ascending order", (size) => {
    const entries = Array.from({ length: size }, (_, i): Entry => [i, i]);
    expectAgrees(listOf(entries), entries, [-1, 0, 1, leaf / 2 - 1, leaf / 2, leaf - 1, leaf, leaf + 1, size - 1, size]);
  });

  it.each(sizes)("of %i entries that came in descending order", (size) => {
    const entries = Array.from({ length: size }, (_, i): Entry => [size - i, i]);
    expectAgrees(listOf(entries), entries, [0, 1, leaf / 2, leaf, size - leaf, size, size + 1]);
  });

  it.each(sizes)("of %i entries that came in random order, most of them ties", (size) => {
    const random = randomFrom(size + 1);
    const entries = Array.from({ length: size }, (_, i): Entry => [random(5), i]);
    expectAgrees(listOf(entries), entries, [-1, 0, 1, 2, 3, 4, 5]);
  });

  it.each(sizes)("of %i entries that are all equal", (size) => {
    const entries = Array.from({ length: size }, (_, i): Entry => [7, (i * 7_919) % (size + 1)]);
    const distinct = [...new Map(entries.map((entry) => [entry[1], entry])).values()];
    expectAgrees(listOf(distinct), distinct, [6, 7, 8]);
  });

  it.each(sizes)("of %i entries, added at once", (size) => {
    const random = randomFrom(size + 2);
    const entries = Array.from({ length: size }, (_, i): Entry => [random(size + 1), i]);
    const list = new SortedList<number>(numbers);
    list.addAll(
      entries.map(([value]) => value),
      entries.map(([, slot]) => slot),
    );
    expectAgrees(list, entries, [0, 1, leaf, size]);
  });

  it.each([1, 30, 124, 125, 126, 1_000, 5_000])("takes %i more at once into 1,000", (added) => {
    const random = randomFrom(added);
    const entries = Array.from({ length: 1_000 + added }, (_, i): Entry => [random(400), i]);
    const list = listOf(entries.slice(0, 1_000));
    const more = entries.slice(1_000);
    list.addAll(
      more.map(([value]) => value),
      more.map(([, slot]) => slot),
    );
    expectAgrees(list, entries, [0, 1, 199, 200, 399, 400]);
  });

  it("loses its leaves one by one, from either end or from the middle", () => {
    const entries = Array.from({ length: 5 * leaf }, (_, i): Entry => [i >> 1, i]);
    const orders = [entries, [...entries].reverse(), [...entries].sort((a, b) => ((a[1] * 7_919) % 1_000) - ((b[1] * 7_919) % 1_000))];
    for (const order of orders) {
      const list = listOf(entries);
      for (let i = 0; i < order.length; i += 97) {
        for (const [value, slot] of order.slice(i, i + 97)) expect(list.remove(value, slot)).toBe(true);
        expect(entriesOf(list)).toEqual(inOrder(order.slice(i + 97)));
      }
      expectAgrees(list, [], [0, 1]);
      list.add(1, 1);
      expectAgrees(list, [[1, 1]], [0, 1, 2]);
    }
  });

  it("answers whether there was anything to remove", () => {
    const list = listOf([
      [1, 1],
      [1, 3],
      [2, 2],
    ]);
    expect([list.remove(1, 2), list.remove(3, 1), list.remove(0, 1), list.remove(2, 1)]).toEqual([false, false, false, false]);
    expect(list.remove(1, 3)).toBe(true);
    expect(list.remove(1, 3)).toBe(false);
    expect(new SortedList<number>(numbers).remove(1, 1)).toBe(false);
    expectAgrees(
      list,
      [
        [1, 1],
        [2, 2],
      ],
      [1, 2],
    );
  });

  it("agrees with an array after thousands of changes", () => {
    const random = randomFrom(7);
    const list = new SortedList<number>(numbers);
    const entries = new Map<number, number>();
    for (let step = 0; step < 20_000; step++) {
      // It grows, shrinks to nearly nothing and grows again.
      const shrinking = step % 8_000 > 5_000;
      const slot = random(2_000);
      const value = entries.get(slot);
      if (value !== undefined && (shrinking || random(4) === 0)) {
        list.remove(value, slot);
        entries.delete(slot);
      } else if (value === undefined && !shrinking) {
        const added = random(300);
        list.add(added, slot);
        entries.set(slot, added);
      }
      if (step % 2_000 === 0)
        expectAgrees(
          list,
          [...entries].map(([slot, value]) => [value, slot]),
          [0, 1, 150, 299],
        );
    }
    expectAgrees(
      list,
      [...entries].map(([slot, value]) => [value, slot]),
      Array.from({ length: 301 }, (_, i) => i),
    );
  });

  it("stops when the visitor has seen enough", () => {
    const list = listOf(Array.from({ length: 600 }, (_, i) => [i >> 2, i]));
    for (const descending of [false, true]) {
      const seen: number[] = [];
      const visit = (slot: number): boolean => seen.push(slot) < 300;
      const finished = descending ? list.forEachDescending(list.start, list.end, visit) : list.forEach(list.start, list.end, visit);
      expect([finished, seen.length]).toEqual([false, 300]);
    }
  });

  it("reads a part from its end that begins in the middle of a tie", () => {
    const list = listOf(Array.from({ length: 700 }, (_, i) => [Math.floor(i / 350), i]));
    const from = { leaf: 0, offset: 10 };
    expect(slotsBetween(list, from, list.end, true)).toEqual([
      ...Array.from({ length: 350 }, (_, i) => 350 + i),
      ...Array.from({ length: 340 }, (_, i) => 10 + i),
    ]);
  });
});
