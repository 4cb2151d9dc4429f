import { isSharedArrayBuffer } from "node:util/types";
import { refuse } from "../base/arguments.js";
import { isList, isPlainObject } from "../base/shape.js";
import { SharedMutex } from "../lock/shared/shared-mutex.js";
import { SlotTable } from "../lock/shared/slot-table.js";
import type { ThreadSlot } from "../lock/shared/slot-table.js";
import { ControlBuffer, words } from "../log/control-buffer.js";
import { FileTable } from "../log/file-table.js";
import { Segment } from "../log/segment.js";
import type { SharedHandle } from "../log/shared-handle.js";
import type { RoadHost } from "./road.js";
import { SharedRoad } from "./shared-road.js";

/** From this many bytes of log on a segment is compacted, unless its base is longer. */
const defaultLogLimit = 16 * 1_024 * 1_024;

/** A road that leads to other threads, and what they need to find it. */
export interface SharedEnd {
  readonly road: SharedRoad;
  readonly handle: SharedHandle;
  /** What the threads know of the files of the database. */
  readonly files: FileTable;
  /** Tells databases apart, in whatever thread. */
  readonly identity: string;
}

/**
 * Makes shared memory for a database that lives in one thread so far, and writes its state there.
 * @throws DictDBError CAPACITY when it does not fit
 */
export function shareState(host: RoadHost, logLimitBytes = defaultLogLimit): SharedEnd {
  for (const { definition } of host.state.tables) ControlBuffer.lockAt(definition.lockNumber);
  const control = ControlBuffer.create(Math.ceil(logLimitBytes / 4));
  const segments = [Segment.create(), Segment.create()] as const;
  const slot = new SlotTable(control.words, words.slots).attach();
  const road = new SharedRoad(host, control, segments, slot);
  road.publishState();
  const handle: SharedHandle = Object.freeze({
    dictdb: "shared database",
    control: control.buffer,
    segments: Object.freeze([segments[0].buffer, segments[1].buffer] as const),
  });
  const files = fileTable(control, slot);
  files.takeOver(host.files);
  return { road, handle, files, identity: control.identity };
}

/** Checks what claims to be a handle, and tells which database it is of. */
export function openHandle(where: string, handle: unknown): { handle: SharedHandle; control: ControlBuffer } {
  if (!isHandle(handle))
    return refuse(where, "handle", "what share() returned, or a copy of it that postMessage or workerData made", handle);
  return { handle, control: ControlBuffer.open(handle.control) };
}

/** Fills an empty replica from the shared memory behind a handle. */
export function joinState(host: RoadHost, handle: SharedHandle, control: ControlBuffer): SharedEnd {
  const segments = [new Segment(handle.segments[0]), new Segment(handle.segments[1])] as const;
  const slot = new SlotTable(control.words, words.slots).attach();
  try {
    const road = new SharedRoad(host, control, segments, slot);
    road.join();
    return { road, handle, files: fileTable(control, slot), identity: control.identity };
  } catch (error) {
    slot.detach();
    throw error;
  }
}

function fileTable(control: ControlBuffer, slot: ThreadSlot): FileTable {
  const notes = control.files;
  return new FileTable(notes, new SharedMutex(notes, FileTable.mutexAt, slot));
}

function isHandle(value: unknown): value is SharedHandle {
  if (!isPlainObject(value) || value.dictdb !== "shared database") return false;
  const { control, segments } = value;
  return (
    isSharedArrayBuffer(control) && isList(segments) && segments.length === 2 && segments.every((segment) => isSharedArrayBuffer(segment))
  );
}
