import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { applyCommit } from "../../../src/state/apply-commit.js";
import { DatabaseState } from "../../../src/state/database-state.js";
import { ImageList } from "../../../src/state/image-list.js";
import type { OpenSnapshot } from "../../../src/state/open-snapshot.js";
import { VersionImages } from "../../../src/state/versions.js";
import type { PreImage } from "../../../src/state/image-list.js";
import { definitionOf } from "../../support/states.js";

afterEach(() => {
  jest.restoreAllMocks();
});

const image = (number: number): PreImage => ({ key: number, image: { id: number }, seq: number, number });

const numbers = (images: Iterable<PreImage>): number[] => Array.from(images, ({ number }) => number);

describe("a list of images", () => {
  it("stays in order whatever comes before and behind, and whatever is taken out", () => {
    const list = new ImageList();
    const lower = new ImageList();
    const lowest = new ImageList();
    for (const number of [20, 21, 22]) list.push(image(number));
    for (const number of [10, 11]) lower.push(image(number));
    for (const number of [1, 2]) lowest.push(image(number));
    lower.prepend(lowest);
    list.prepend(lower);
    list.push(image(30));
    expect(numbers(list.after(0))).toEqual([1, 2, 10, 11, 20, 21, 22, 30]);
    expect([2, 5, 11, 19, 21, 30].map((number) => numbers(list.after(number)).at(0))).toEqual([10, 10, 20, 20, 22, undefined]);
    list.remove([...list.after(0)].filter(({ number }) => [1, 11, 20, 30].includes(number)));
    expect(numbers(list.after(0))).toEqual([2, 10, 21, 22]);
  });

  it("takes few images out of many one by one", () => {
    const list = new ImageList();
    const lower = new ImageList();
    for (let number = 500; number < 1_000; number++) list.push(image(number));
    for (let number = 1; number < 500; number++) lower.push(image(number));
    list.prepend(lower);
    list.remove([image(1), image(250), image(499), image(500), image(999), image(0), image(1_000)]);
    expect(list.length).toBe(999 - 5);
    expect(numbers(list.after(0)).filter((number) => [1, 250, 499, 500, 999].includes(number))).toEqual([]);
    expect(numbers(list.after(0))).toEqual(numbers(list.after(0)).toSorted((a, b) => a - b));
  });
});

describe("closing 2,000 snapshots", () => {
  it.each<[string, number, (snapshots: OpenSnapshot[]) => OpenSnapshot[]]>([
    ["the oldest first, where each record changed once", 2_000, (all) => all],
    ["the youngest first, where each record changed once", 2_000, (all) => all.toReversed()],
    [
      "in disorder, where each record changed once",
      2_000,
      (all) => all.toSorted((a, b) => ((a.seq * 7_919) % 2_003) - ((b.seq * 7_919) % 2_003)),
    ],
    ["the youngest first, where ten records changed often", 10, (all) => all.toReversed()],
  ])("moves each image a few times: %s", (_what, keys, order) => {
    const state = new DatabaseState();
    applyCommit(state, { seq: 1, changes: [{ type: "createTable", definition: definitionOf(1) }] });
    const snapshots: OpenSnapshot[] = [];
    for (let i = 0; i < 2_000; i++) {
      snapshots.push(state.openSnapshot());
      applyCommit(state, { seq: i + 2, changes: [{ type: "put", table: 1, key: i % keys, record: { id: i % keys, n: i } }] });
    }
    expect(state.versions.images).toBe(2_000);
    const add = jest.spyOn(VersionImages.prototype, "add");
    const prepend = jest.spyOn(ImageList.prototype, "prepend");
    for (const snapshot of order(snapshots)) snapshot.close();
    const prepended = prepend.mock.calls.reduce((sum, [list]) => sum + list.length, 0);
    expect(add.mock.calls.length + prepended).toBeLessThan(25_000);
    expect([state.versions.images, state.versions.youngest]).toEqual([0, undefined]);
  });
});
