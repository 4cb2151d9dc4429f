import { refuse } from "../../base/arguments.js";
import { lockSize } from "./lock-words.js";
import { SlotTable, type ThreadSlot } from "./slot-table.js";

// "DLk1" in the first word tells a lock's buffer from others, and this layout from later ones.
const magic = 0x446c6b31;
const tableOffset = 16;
const lockOffset = tableOffset + SlotTable.size;
const byteLength = (lockOffset + lockSize) * Int32Array.BYTES_PER_ELEMENT;

/** The memory of a lock on its own: nobody has it, nobody shares it yet. */
export function lockBuffer(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(byteLength);
  new Int32Array(buffer)[0] = magic;
  return buffer;
}

/**
 * Takes a slot in a buffer that `lockBuffer` made.
 *
 * @throws InvalidArgumentError (INVALID_ARGUMENT) when it made it not
 * @throws DictDBError (CAPACITY) when too many threads share it
 */
export function openLockBuffer(where: string, buffer: SharedArrayBuffer): { words: Int32Array; offset: number; slot: ThreadSlot } {
  const isOurs = buffer.byteLength === byteLength && new Int32Array(buffer)[0] === magic;
  if (!isOurs) refuse(where, "buffer", "the buffer of a SharedRWLock", buffer);
  const words = new Int32Array(buffer);
  return { words, offset: lockOffset, slot: new SlotTable(words, tableOffset).attach() };
}
