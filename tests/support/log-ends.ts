import { ControlBuffer, words } from "../../src/log/control-buffer.js";
import { Segment } from "../../src/log/segment.js";
import { SharedLog } from "../../src/log/shared-log.js";
import { SlotTable } from "../../src/lock/shared/slot-table.js";
import type { ThreadSlot } from "../../src/lock/shared/slot-table.js";
import type { Change, Commit, Seq } from "../../src/log/commit.js";

/** The memory of a shared log, which any number of ends can be made of. */
export class LogMemory {
  readonly control: ControlBuffer;
  readonly buffers: readonly [SharedArrayBuffer, SharedArrayBuffer];

  /**
   * @param logLimit in words
   * @param segmentBytes how long a segment may get; by default as in a real database
   */
  constructor(logLimit = 1_000_000, segmentBytes?: number) {
    this.control = ControlBuffer.create(logLimit);
    const make = (): SharedArrayBuffer =>
      segmentBytes === undefined ? Segment.create().buffer : new SharedArrayBuffer(1_024, { maxByteLength: segmentBytes });
    this.buffers = [make(), make()];
  }

  get words(): Int32Array {
    return this.control.words;
  }

  /** A slot for one more end. All of them are this thread's, which nothing but their numbers tells apart. */
  slot(): ThreadSlot {
    return new SlotTable(this.words, words.slots).attach();
  }

  /** Views of its own, as each thread has them. */
  segments(): readonly [Segment, Segment] {
    return [new Segment(this.buffers[0]), new Segment(this.buffers[1])];
  }

  end(slot = this.slot()): LogEnd {
    return new LogEnd(new SharedLog(ControlBuffer.open(this.control.buffer), this.segments(), slot), slot);
  }

  /** An end that has begun an empty log, and further ones that stand at its beginning. */
  static ends(count: number, seq: Seq = 0, memory = new LogMemory()): LogEnd[] {
    const ends = Array.from({ length: count }, () => memory.end());
    ends[0]!.log.start(seq);
    for (const { log } of ends.slice(1)) log.readBase(() => undefined);
    return ends;
  }
}

/** One end of a log, and what was read at it. */
export class LogEnd {
  readonly log: SharedLog;
  readonly slot: ThreadSlot;
  readonly commits: Commit[] = [];

  constructor(log: SharedLog, slot: ThreadSlot) {
    this.log = log;
    this.slot = slot;
  }

  /** Reads what is there. */
  read(): "read" | "gone" {
    return this.log.read((commit) => this.commits.push(commit));
  }

  /** Appends, meeting what has arrived. */
  append(changes: readonly Change[]): Commit {
    const appended = this.log.append(this.log.seq, changes, (commit) => this.commits.push(commit) > 0);
    if (appended === "conflict") throw new Error("the append was refused");
    this.commits.push(appended);
    return appended;
  }

  /** The records that were put, in the order of their commits. */
  get records(): unknown[] {
    return this.commits.flatMap(({ changes }) => changes.flatMap((change) => (change.type === "put" ? [change.record] : [])));
  }
}

/** A change that puts a record. */
export function put(key: number, fields: Readonly<Record<string, unknown>> = {}, table = 1): Change {
  return { type: "put", table, key, record: { id: key, ...fields } };
}
