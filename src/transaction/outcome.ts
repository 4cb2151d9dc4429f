import type { Key } from "../base/value.js";
import type { Change } from "../log/commit.js";
import { checkCapacity } from "../replica/capacity.js";
import { absent } from "../state/overlay.js";
import { maxRecords } from "../state/table-state.js";
import type { BufferedView } from "./buffered-view.js";

/**
 * What was written comes to: one change for each key that ends up different from the current state, and the key counter where it has to go up for
 * keys that were used and are not among those.
 * @throws DictDBError CAPACITY
 */
export function outcomeOf(verb: string, views: Iterable<BufferedView>): Change[] {
  const changes: Change[] = [];
  for (const view of views) {
    const { state, written, usedBelow } = view;
    const table = state.definition.id;
    let { nextKey } = state;
    for (const [key, image] of written.images()) {
      if (image !== absent) {
        changes.push({ type: "put", table, key, record: image });
        if (typeof key === "number" && key >= nextKey && Number.isSafeInteger(key)) nextKey = key + 1;
      } else if (state.slotOf(key) !== undefined || isUsedUp(key, state.nextKey)) changes.push({ type: "delete", table, key });
    }
    if (usedBelow > nextKey) changes.push({ type: "keyCounter", table, nextKey: usedBelow });
    if (state.size + written.size > maxRecords) checkCapacity(verb, state, added(view));
  }
  return changes;
}

/**
 * Whether a key that the work has used and given up may be among those that somebody has reserved. Nobody may get it any more; so it is deleted, though
 * it is not there, and whoever is about to use it finds it changed.
 */
function isUsedUp(key: Key, nextKey: number): boolean {
  return typeof key === "number" && key > 0 && key < nextKey && Number.isSafeInteger(key);
}

/** How many records more there will be. */
function added({ state, written }: BufferedView): number {
  let count = 0;
  for (const [key, image] of written.images()) count += Number(image !== absent) - Number(state.slotOf(key) !== undefined);
  return count;
}
