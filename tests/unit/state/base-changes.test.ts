import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Change } from "../../../src/log/commit.js";
import { applyCommit } from "../../../src/state/apply-commit.js";
import { baseChanges } from "../../../src/state/base-changes.js";
import { DatabaseState } from "../../../src/state/database-state.js";
import { runs } from "../../support/arbitraries.js";
import { applyNext, contentOf, definitionOf, history, someChanges, stateOf } from "../../support/states.js";

/** Takes the changes of a base step by step, with `between` called before each step after the first. */
function takeBase(state: DatabaseState, perStep: number, between: () => void = () => undefined): (readonly Change[])[] {
  const snapshot = state.openSnapshot();
  const steps = baseChanges(state, snapshot, perStep);
  const taken: (readonly Change[])[] = [];
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    taken.push(step.value);
    between();
  }
  snapshot.close();
  return taken;
}

function rebuilt(steps: readonly (readonly Change[])[]): DatabaseState {
  const state = new DatabaseState();
  for (const changes of steps) applyCommit(state, { seq: 0, after: 0, changes });
  return state;
}

describe("baseChanges", () => {
  it("make an empty state what another one is", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 7 }), (commits, perStep) => {
        const state = stateOf(commits);
        const copy = rebuilt(takeBase(state, perStep));
        expect(contentOf(copy)).toEqual(contentOf(state));
        expect(copy.nextTableId).toBe(state.nextTableId);
        for (const table of copy.tables) table.check();
      }),
      runs(150),
    );
  });

  it("keep the numbers of tables that are gone from being given again", () => {
    const state = new DatabaseState();
    applyNext(state, [{ type: "createTable", definition: definitionOf(7) }]);
    applyNext(state, [{ type: "dropTable", table: 7 }]);
    expect(rebuilt(takeBase(state, 1)).nextTableId).toBe(8);
  });

  it("show the state as it was when they were begun, whatever is written between two steps", () => {
    fc.assert(
      fc.property(history, fc.array(someChanges, { minLength: 1 }), fc.integer({ min: 1, max: 3 }), (commits, later, perStep) => {
        const state = stateOf(commits);
        const before = contentOf(state);
        let next = 0;
        const steps = takeBase(state, perStep, () => void applyNext(state, later[next++ % later.length]!));
        expect(contentOf(rebuilt(steps))).toEqual(before);
      }),
      runs(300),
    );
  });

  it("come in steps of the size asked for", () => {
    const puts = Array.from({ length: 10 }, (_, i): Change => ({ type: "put", table: 1, key: i, record: { id: i } }));
    const state = stateOf([[{ type: "createTable", definition: definitionOf(1) }], puts]);
    expect(takeBase(state, 4).map(({ length }) => length)).toEqual([4, 4, 4, 2]);
  });
});
