import { setImmediate } from "node:timers/promises";
import { expect, it } from "@jest/globals";
import { SlotTable } from "../../../src/lock/shared/slot-table.js";
import { CompactionTurn } from "../../../src/log/compaction.js";
import type { Compaction } from "../../../src/log/compaction.js";
import { words } from "../../../src/log/control-buffer.js";
import { Replica } from "../../../src/replica/replica.js";
import { joinState, openHandle, shareState } from "../../../src/replica/share.js";
import { baseChanges } from "../../../src/state/base-changes.js";
import { contentOf, definitionOf } from "../../support/states.js";

it("a thread whose segment is claimed goes on reading in the active one where that has its place, and rebuilds from no older base", async () => {
  const writer = new Replica(5_000);
  const { road, handle } = shareState(writer);
  writer.takeRoad(road);
  const reader = new Replica(5_000);
  const opened = openHandle("attach()", handle);
  reader.takeRoad(joinState(reader, opened.handle, opened.control).road);
  const told: number[] = [];
  reader.addListener("commit", ({ seq }) => void told.push(seq));
  writer.commit("createTable()", [], () => ({ changes: [{ type: "createTable", definition: definitionOf(1) }], result: 0 }), true);
  const write = (key: number): void =>
    writer.commit("put", [], () => ({ changes: [{ type: "put", table: 1, key, record: { id: key } }], result: undefined }));
  const turn = new CompactionTurn(road.log, new SlotTable(road.log.control.words, words.slots).attach());
  const begin = (): Compaction => {
    const compaction = turn.take(() => turn.begin())!;
    const snapshot = writer.state.openSnapshot();
    for (const changes of baseChanges(writer.state, snapshot, 100)) compaction.add(changes);
    compaction.endBase();
    snapshot.close();
    return compaction;
  };

  write(1);
  const first = begin();
  write(2);
  write(3);
  reader.refresh(); // beyond the base of `first`, and short of its end
  write(4);
  expect(turn.take(() => first.copyLog(Infinity) && first.flip(() => true))).toBe(true);
  write(5);
  begin(); // claims the segment that the reader stands in
  write(6);
  reader.refresh();

  await setImmediate();
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(contentOf(reader.state)).toEqual(contentOf(writer.state));
  reader.close();
  writer.close();
});
