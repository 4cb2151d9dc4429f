import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Change } from "../../../src/log/commit.js";
import { Rebuild } from "../../../src/replica/rebuild.js";
import { applyCommit } from "../../../src/state/apply-commit.js";
import { baseChanges } from "../../../src/state/base-changes.js";
import type { DatabaseState } from "../../../src/state/database-state.js";
import { runs } from "../../support/arbitraries.js";
import { applyNext, contentOf, definitionOf, history, someChanges, stateOf } from "../../support/states.js";

/** What has to change in a state, so that it becomes another one. */
function difference(state: DatabaseState, other: DatabaseState): Change[] {
  const snapshot = other.openSnapshot();
  const rebuild = new Rebuild(state);
  for (const changes of baseChanges(other, snapshot, 5)) rebuild.take(changes);
  snapshot.close();
  return rebuild.changes();
}

describe("Rebuild", () => {
  it("makes a state that fell behind what the other one is, in one commit that an open snapshot does not see", () => {
    fc.assert(
      fc.property(history, fc.array(someChanges, { maxLength: 10 }), (commits, later) => {
        const behind = stateOf(commits);
        const ahead = stateOf(commits);
        for (const changes of later) applyNext(ahead, changes);
        const snapshot = behind.openSnapshot();
        const steps = baseChanges(behind, snapshot, 1_000);
        const before = [...steps].flat();
        // A table that was dropped and made again under its old id, which no real log does, cannot be told from the first one.
        fc.pre(
          Array.from(behind.tables).every(({ definition }) => [definition, undefined].includes(ahead.table(definition.id)?.definition)),
        );

        applyCommit(behind, { seq: ahead.seq, after: behind.seq, changes: difference(behind, ahead) });

        const withIndexesSorted = (state: DatabaseState): unknown[] =>
          contentOf(state).map(({ indexes, ...rest }) => ({ ...rest, indexes: indexes.map((index) => JSON.stringify(index)).toSorted() }));
        expect(withIndexesSorted(behind)).toEqual(withIndexesSorted(ahead));
        expect(behind.seq).toBe(ahead.seq);
        for (const table of behind.tables) table.check();
        for (const change of before) {
          const table = change.type === "put" ? behind.table(change.table) : undefined;
          if (change.type !== "put" || table === undefined) continue;
          expect(snapshot.overlayOf(table).get(change.key) ?? table.get(change.key)).toEqual(change.record);
        }
      }),
      runs(300),
    );
  });

  it("changes no record that is the same already", () => {
    fc.assert(
      fc.property(history, (commits) => {
        const kinds = difference(stateOf(commits), stateOf(commits)).map(({ type }) => type);
        expect(kinds.filter((type) => type !== "columns" && type !== "keyCounter" && type !== "tableCounter")).toEqual([]);
      }),
      runs(100),
    );
  });

  it("gives a new table the name of one that is gone", () => {
    const behind = stateOf([
      [{ type: "createTable", definition: definitionOf(1, "t") }],
      [{ type: "put", table: 1, key: 1, record: { id: 1 } }],
    ]);
    const ahead = stateOf([
      [{ type: "createTable", definition: definitionOf(1, "t") }],
      [{ type: "dropTable", table: 1 }],
      [{ type: "createTable", definition: definitionOf(2, "t") }],
    ]);
    applyCommit(behind, { seq: ahead.seq, after: behind.seq, changes: difference(behind, ahead) });
    expect(contentOf(behind)).toEqual(contentOf(ahead));
  });
});
