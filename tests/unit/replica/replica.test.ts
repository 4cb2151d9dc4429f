import { describe, expect, it } from "@jest/globals";
import { Replica } from "../../../src/replica/replica.js";
import { SharedRoad } from "../../../src/replica/shared-road.js";
import type { Commit } from "../../../src/replica/events.js";
import { LogMemory, put } from "../../support/log-ends.js";
import { SharedReplica } from "../../support/shared-replicas.js";

describe("a replica", () => {
  it("hears of the commits of others while it is idle, whether it listened before or after it was shared", async () => {
    for (const isEarly of [true, false]) {
      const replica = new Replica(5_000);
      const heard = new Promise<Commit>((resolve) => {
        const memory = new LogMemory();
        const share = (): void => {
          const road = new SharedRoad(replica, memory.control, memory.segments(), memory.slot());
          road.publishState();
          replica.takeRoad(road);
        };
        if (!isEarly) share();
        replica.addListener("commit", (commit) => commit.changes[0]?.type === "insert" && resolve(commit));
        if (isEarly) share();
        const other = new SharedReplica(memory, false);
        other.createTable(1);
        other.write(1, put(1, { n: 5 }));
      });
      expect(await heard).toMatchObject({ origin: "remote", changes: [{ type: "insert", key: 1, after: { id: 1, n: 5 } }] });
      replica.close();
    }
  });
});
