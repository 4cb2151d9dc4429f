import { describe, expect, it } from "@jest/globals";
import type { Change } from "../../../src/log/commit.js";
import { LogMemory, put } from "../../support/log-ends.js";
import { SharedReplica } from "../../support/shared-replicas.js";
import { contentOf, definitionOf } from "../../support/states.js";

/** Makes a table as createTable() does, and answers its number. */
function make({ replica }: SharedReplica, name: string): number {
  return replica.commit(
    "createTable()",
    [],
    () => {
      const id = replica.state.nextTableId;
      const definition = { ...definitionOf(id, name), lockNumber: replica.freeLockNumber };
      return { changes: [{ type: "createTable", definition }], result: id };
    },
    true,
  );
}

function drop(one: SharedReplica, id: number): void {
  const changes: Change[] = [{ type: "dropTable", table: id }];
  one.replica.commit("dropTable()", [one.table(id)], () => ({ changes, result: undefined }), true);
}

/** Writes until the log has begun again from a base some times. */
function churn(one: SharedReplica, id: number): void {
  const until = one.road.log.generation + 4;
  for (let n = 0; one.road.log.generation < until; n++) one.write(id, put(1, { text: "x".repeat(100), n }, id));
}

describe("the number of a table that was dropped", () => {
  it("is given to none by a thread that attaches, or rebuilds, from a base in which the table is not any more", () => {
    const memory = new LogMemory(400);
    const [first, lagging] = SharedReplica.several(2, memory) as [SharedReplica, SharedReplica];
    const kept = make(first, "kept");
    const last = make(first, "last");
    first.write(last, put(1, { v: "of the last" }, last));
    lagging.replica.refresh();
    const snapshot = lagging.replica.state.openSnapshot();
    const before = lagging.table(last).state;
    drop(first, last);
    churn(first, kept);

    const attached = new SharedReplica(memory, false);
    const made = make(attached, "made");
    expect(made).toBeGreaterThan(last);
    attached.write(made, put(1, { v: "of the new one" }, made));
    drop(attached, made);
    churn(first, kept);

    lagging.replica.refresh(); // by a rebuild
    const again = make(lagging, "last");
    expect(again).toBeGreaterThan(made);
    expect(before.dropped).toBe(true);
    expect(snapshot.tableNamed("last", lagging.replica.state.tableNamed("last"))).toBe(before);
    expect(snapshot.overlayOf(before).get(1) ?? before.get(1)).toEqual({ id: 1, v: "of the last" });
    for (const one of [first, attached]) one.replica.refresh();
    expect(contentOf(first.replica.state)).toEqual(contentOf(lagging.replica.state));
    expect(contentOf(attached.replica.state)).toEqual(contentOf(lagging.replica.state));
    snapshot.close();
  });

  it("stays used where there is no table at all", () => {
    const memory = new LogMemory();
    const [first] = SharedReplica.several(1, memory) as [SharedReplica];
    drop(first, make(first, "only"));
    const elsewhere = new LogMemory();
    first.moveTo(elsewhere);
    expect(make(new SharedReplica(elsewhere, false), "next")).toBe(2);
  });

  it("leaves the number of its lock alone while somebody has that lock", async () => {
    const [one, other] = SharedReplica.several(2) as [SharedReplica, SharedReplica];
    const id = make(one, "t");
    const { lock } = other.table(id);
    const lockNumber = one.table(id).state.definition.lockNumber;
    const release = lock.tryWrite()!;
    // The table is gone all the same, as where the drop was committed in the section itself.
    other.road.commitAside(undefined, () => ({ changes: [{ type: "dropTable", table: id }], result: undefined }));
    const numbers = Array.from({ length: 1_022 }, (_, i) => make(one, `other ${i}`)).map(
      (made) => one.table(made).state.definition.lockNumber,
    );
    expect(new Set(numbers).size).toBe(1_022);
    expect(numbers).not.toContain(lockNumber);
    release();
    expect(one.table(make(one, "one more")).state.definition.lockNumber).toBe(lockNumber);
  });
});
