import { Replica } from "../../src/replica/replica.js";
import { SharedRoad } from "../../src/replica/shared-road.js";
import type { TableContext } from "../../src/replica/table-context.js";
import type { Change } from "../../src/log/commit.js";
import { ControlBuffer } from "../../src/log/control-buffer.js";
import { LogMemory } from "./log-ends.js";
import { definitionOf } from "./states.js";

/** A replica of a shared database. Several can be in one thread, where everything happens in a known order. */
export class SharedReplica {
  readonly replica: Replica;
  readonly road: SharedRoad;

  constructor(memory: LogMemory, isFirst: boolean, lockTimeoutMs = 5_000) {
    this.replica = new Replica(lockTimeoutMs);
    this.road = new SharedRoad(this.replica, ControlBuffer.open(memory.control.buffer), memory.segments(), memory.slot());
    if (isFirst) this.road.publishState();
    else this.road.join();
    this.replica.takeRoad(this.road);
  }

  /** Begins a log of what this replica has in other memory, as `share()` does. */
  moveTo(memory: LogMemory): void {
    const road = new SharedRoad(this.replica, memory.control, memory.segments(), memory.slot());
    road.publishState();
    this.replica.takeRoad(road);
  }

  /** So many replicas of one empty database. */
  static several(count: number, memory = new LogMemory()): SharedReplica[] {
    return Array.from({ length: count }, (_, i) => new SharedReplica(memory, i === 0));
  }

  createTable(id: number): void {
    this.replica.commit("createTable()", [], () => ({ changes: [{ type: "createTable", definition: definitionOf(id) }], result: 0 }), true);
  }

  table(id: number): TableContext {
    this.replica.refresh();
    return this.replica.contextOf(this.replica.state.table(id)!);
  }

  /** Commits changes of one table. */
  write(id: number, ...changes: readonly Change[]): void {
    this.replica.commitTable("write", this.table(id), () => ({ changes, result: undefined }));
  }

  records(id: number): unknown[] {
    const { state } = this.table(id);
    return Array.from(state.liveSlots(), (slot) => state.records[slot]);
  }
}
