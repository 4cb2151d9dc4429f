import type { Change } from "../log/commit.js";
import { absent } from "../state/overlay.js";
import type { BufferedView } from "./buffered-view.js";

/** What was written comes to: one change for each key that ends up different from the current state. */
export function outcomeOf(views: Iterable<BufferedView>): Change[] {
  const changes: Change[] = [];
  for (const { state, written } of views) {
    const table = state.definition.id;
    for (const [key, image] of written.images()) {
      if (image !== absent) changes.push({ type: "put", table, key, record: image });
      else if (state.slotOf(key) !== undefined) changes.push({ type: "delete", table, key });
    }
  }
  return changes;
}
