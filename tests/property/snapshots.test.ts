import { expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Key, StoredRecord } from "../../src/base/value.js";
import { applyCommit } from "../../src/state/apply-commit.js";
import { DatabaseState } from "../../src/state/database-state.js";
import type { FrozenImages, OpenSnapshot } from "../../src/state/open-snapshot.js";
import { absent } from "../../src/state/overlay.js";
import type { Image, ImageSource } from "../../src/state/overlay.js";
import type { TableState } from "../../src/state/table-state.js";
import { TableView } from "../../src/state/table-view.js";
import { runs } from "../support/arbitraries.js";
import { definitionOf } from "../support/states.js";

type Content = ReadonlyMap<Key, StoredRecord>;

/** Something that a random program does to a table, or to its snapshots. */
type Step =
  | { readonly kind: "write"; readonly key: number; readonly value: number | null }
  | { readonly kind: "open" }
  | { readonly kind: "look" | "close" | "freeze"; readonly which: number };

const which = fc.nat({ max: 11 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("write" as const), key: fc.nat({ max: 7 }), value: fc.option(fc.nat({ max: 3 })) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("open" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("look" as const, "close" as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("freeze" as const), which }) },
);

/** What a snapshot has to show: a copy of the table at its moment. */
interface Expected {
  readonly snapshot: OpenSnapshot;
  readonly content: Content;
}

function contentNow(table: TableState): Content {
  return new Map(Array.from(table.liveSlots(), (slot) => [table.keyOf(table.records[slot]!), table.records[slot]!]));
}

function sorted(content: Iterable<readonly [Key, StoredRecord]>): unknown {
  return [...content].toSorted(([a], [b]) => Number(a) - Number(b));
}

/** What stands behind an image, or without one what is there now. */
function recordOf(image: Image | undefined, now: StoredRecord | undefined): StoredRecord | undefined {
  if (image === undefined) return now;
  return image === absent ? undefined : image;
}

/** Each way to look at it shows the same moment. */
function expectMoment(table: TableState, overlay: ImageSource, content: Content): void {
  const view = new TableView(table, overlay);
  expect(sorted(Array.from(view.records(), (record) => [table.keyOf(record), record]))).toEqual(sorted(content));
  expect(view.size).toBe(content.size);
  for (let key = 0; key < 8; key++) {
    expect(view.get(key)).toBe(content.get(key));
    const image = overlay.get(key);
    expect(overlay.has(key)).toBe(image !== undefined);
    expect(recordOf(image, table.get(key))).toBe(content.get(key));
  }
  const keys = Array.from(overlay.images(), ([key]) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(overlay.size).toBeGreaterThanOrEqual(keys.length);
}

/** What was frozen has every key that changed between two moments, as it was at the first, and none that did not. */
function expectChanges(table: TableState, frozen: FrozenImages, before: Content, after: Content): void {
  const images = new Map(frozen.get(table)?.images());
  for (let key = 0; key < 8; key++) {
    expect(recordOf(images.get(key), after.get(key))).toBe(before.get(key));
  }
}

it("every snapshot shows its moment, whatever is written and whichever others are opened, read, closed and frozen", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const state = new DatabaseState();
      const commit = (changes: Parameters<typeof applyCommit>[1]["changes"]): void => applyCommit(state, { seq: state.seq + 1, changes });
      commit([{ type: "createTable", definition: definitionOf(1) }]);
      const table = state.table(1)!;
      const open: Expected[] = [];
      const frozen: { readonly images: FrozenImages; readonly before: Content; readonly after: Content }[] = [];
      for (const one of steps) {
        if (one.kind === "open") open.push({ snapshot: state.openSnapshot(), content: contentNow(table) });
        else if (one.kind === "write") {
          const { key, value } = one;
          commit([value === null ? { type: "delete", table: 1, key } : { type: "put", table: 1, key, record: { id: key, value } }]);
        } else if (open.length > 0) {
          const at = one.which % open.length;
          const { snapshot, content } = open[at]!;
          if (one.kind === "look") expectMoment(table, snapshot.overlayOf(table), content);
          else open.splice(at, 1);
          if (one.kind === "close") snapshot.close();
          if (one.kind === "freeze") frozen.push({ images: snapshot.freeze(), before: content, after: contentNow(table) });
        }
      }
      for (const { images, before, after } of frozen) expectChanges(table, images, before, after);
      for (const { snapshot, content } of open) expectMoment(table, snapshot.overlayOf(table), content);
      for (const { snapshot } of open) snapshot.close();
      expect([state.versions.youngest, state.versions.images, state.snapshots.size]).toEqual([undefined, 0, 0]);
    }),
    runs(1_000),
  );
});

it("a commit saves one image for all snapshots, of one moment or of many", () => {
  const state = new DatabaseState();
  const commit = (changes: Parameters<typeof applyCommit>[1]["changes"]): void => applyCommit(state, { seq: state.seq + 1, changes });
  commit([{ type: "createTable", definition: definitionOf(1) }]);
  const snapshots: OpenSnapshot[] = [];
  for (let key = 0; key < 200; key++) {
    snapshots.push(state.openSnapshot(), state.openSnapshot());
    commit([{ type: "put", table: 1, key, record: { id: key } }]);
  }
  expect(state.versions.images).toBe(200);
  const table = state.table(1)!;
  expect(snapshots.map((snapshot) => new TableView(table, snapshot.overlayOf(table)).size)).toEqual(
    snapshots.map((_, i) => Math.floor(i / 2)),
  );
  for (const snapshot of snapshots) snapshot.close();
  expect(state.versions.images).toBe(0);
});
