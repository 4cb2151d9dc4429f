import { randomFillSync } from "node:crypto";
import { DictDBError, InvalidArgumentError } from "../base/errors.js";
import { FileTable } from "./file-table.js";
import { SharedRWLock } from "../lock/shared/shared-rw-lock.js";
import { SlotTable } from "../lock/shared/slot-table.js";

/** How many tables a shared database can have at one time. Each has its lock in the control buffer, number 0 is the catalog's. */
export const maxTables = 1_024;

/*
 * The words of the control buffer, as positions in an Int32Array. Words that are written at different rates stand on cache lines of their own.
 *
 * | word          | written by                         | meaning                                                                           |
 * | ------------- | ---------------------------------- | --------------------------------------------------------------------------------- |
 * | layout        | the creator, before sharing        | version of this layout                                                            |
 * | identity      | the creator, before sharing        | 4 random words: which database this is                                            |
 * | logLimit      | the creator, before sharing        | words of log from which a segment is compacted, unless its base is longer         |
 * | published     | the owner of `mutex`               | low 32 bits of the latest seq. Its store publishes a commit with all its bytes     |
 * | tail (2)      | the owner of `mutex`               | for each segment, where its log ends. Stored before `published`: it may run ahead |
 * | mutex         | everybody                          | who may append                                                                    |
 * | generation    | the owner of `mutex`, compacting   | segment `generation & 1` is active. Its store publishes the new segment           |
 * | claim         | the owner of `compactor`           | generation whose segment may be being overwritten, stored before the first byte is |
 * | compactor     | everybody                          | who may write into the passive segment                                            |
 * | attempt       | the owner of `compactor`           | number of the latest attempt to compact                                           |
 * | progress      | the owner of `compactor`           | where the log ended when the attempt was last worked on                            |
 * | bell          | whoever publishes                  | counts the rings; sleepers wait on it                                             |
 * | sleepers      | whoever is about to sleep: 1; whoever rings: 0 | whether somebody may be asleep                                        |
 */
export const words = {
  layout: 0,
  identity: 1,
  logLimit: 5,
  published: 16,
  tail: 17,
  mutex: 32,
  generation: 48,
  claim: 49,
  compactor: 64,
  attempt: 65,
  progress: 66,
  bell: 80,
  sleepers: 81,
  slots: 96,
} as const;

const layoutVersion = 2;
const locksAt = words.slots + SlotTable.size;
const filesAt = locksAt + maxTables * SharedRWLock.size;

/** The memory of fixed size that all threads of a shared database have in common: words, slots, table locks, and what is known of files. */
export class ControlBuffer {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  }

  /** @param logLimit in words, from 1 on */
  static create(logLimit: number): ControlBuffer {
    const control = new ControlBuffer(new SharedArrayBuffer(4 * (filesAt + FileTable.size)));
    const identity = randomFillSync(new Int32Array(4));
    control.words.set(identity, words.identity);
    control.words[words.logLimit] = logLimit;
    control.words[words.layout] = layoutVersion;
    return control;
  }

  /** @throws InvalidArgumentError where the buffer is none of a database of this version */
  static open(buffer: SharedArrayBuffer): ControlBuffer {
    const control = new ControlBuffer(buffer);
    if (control.words[words.layout] === layoutVersion) return control;
    throw new InvalidArgumentError("attach(): the handle comes from another version of DictDB", {
      argument: "handle",
      expected: `layout ${layoutVersion}`,
      received: `layout ${control.words[words.layout]}`,
    });
  }

  /** The words of the {@link FileTable}. */
  get files(): Int32Array {
    return this.words.subarray(filesAt, filesAt + FileTable.size);
  }

  /** Tells databases apart, whatever object the buffer arrived in. */
  get identity(): string {
    return this.words.subarray(words.identity, words.identity + 4).join(":");
  }

  /**
   * Where a table's lock stands.
   * @throws DictDBError CAPACITY for a number that has no place
   */
  static lockAt(lockNumber: number): number {
    if (lockNumber < maxTables) return locksAt + lockNumber * SharedRWLock.size;
    return refuseTable();
  }
}

/** There is no lock for one more table. */
export function refuseTable(): never {
  throw new DictDBError("CAPACITY", `a shared database can have ${maxTables - 1} tables at one time`, { limit: maxTables - 1 });
}
