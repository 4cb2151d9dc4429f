import type { LockMode } from "../reader-writer-lock.js";
import type { LockWords } from "./lock-words.js";
import type { ThreadInfo, ThreadSlot } from "./slot-table.js";

/** Who holds a lock, for error messages: plain data. */
export interface LockHolder {
  /** `threadId` of `node:worker_threads`: 0 for the main thread. */
  readonly threadId: number;
  /** The operating system's number of the thread; undefined off Linux. */
  readonly osThreadId: number | undefined;
  readonly mode: LockMode;
}

/** Who is in the way, at the end of a message; nothing where nobody is known. */
export function holderText(holder: LockHolder | undefined): string {
  if (holder === undefined) return "";
  const { threadId, osThreadId, mode } = holder;
  const name = threadId === 0 ? "the main thread" : `worker thread ${threadId}`;
  const thread = osThreadId === undefined ? name : `${name} (${osThreadId} for the operating system)`;
  return `: ${thread} has it for ${mode === "read" ? "reading" : "writing"}`;
}

const noBits: readonly number[] = [];

/**
 * What stands between one thread and a lock: who holds it, whether they live, and whether they come when it is their turn.
 *
 * `clear` is called about once in a slice by whoever waits. What was in the way at two calls in a row has been so for a slice.
 */
export class Obstacles {
  readonly #lock: LockWords;
  readonly #slot: ThreadSlot;
  #admitted = noBits;
  #writers = noBits;

  constructor(lock: LockWords, slot: ThreadSlot) {
    this.#lock = lock;
    this.#slot = slot;
  }

  /** Removes the dead, and passes over the living whose turn it has been for a slice and who did not come. */
  clear(): void {
    const { table } = this.#slot;
    const { owner } = this.#lock;
    const inTheWay = [...this.#slotsOf("read"), ...this.#slotsOf("admit"), ...this.#slotsOf("wantWrite")];
    if ((owner !== 0 && table.isDead(owner)) || inTheWay.some((index) => table.isSlotDead(index))) table.reapDead(this.#slot);
    this.#admitted = this.#passOver("admit", this.#admitted, this.#lock.owner === 0);
    this.#writers = this.#passOver("wantWrite", this.#writers, this.#lock.isFree);
  }

  /** A thread that holds the lock or is about to, a reader before the writer that waits for it; undefined when nobody is. */
  get holder(): LockHolder | undefined {
    const { table } = this.#slot;
    const reader = this.#slotsOf("read")[0];
    const found = reader === undefined ? table.threadAt(table.indexOf(this.#lock.owner)) : table.threadAt(reader);
    return found && { threadId: found.threadId, osThreadId: found.osThreadId, mode: reader === undefined ? "write" : "read" };
  }

  /** Whether the lock is held by this same thread under another attachment: two locks were made from one buffer. */
  get isOwnThread(): boolean {
    const { table, index } = this.#slot;
    const own = table.threadAt(index)?.threadId;
    const holders = [table.indexOf(this.#lock.owner), ...this.#slotsOf("read")];
    return holders.some((holder) => holder !== index && threadIdOf(table.threadAt(holder)) === own);
  }

  #passOver(field: "admit" | "wantWrite", before: readonly number[], isTheirTurn: boolean): readonly number[] {
    if (!isTheirTurn) return noBits;
    const now = this.#lock.bits(field).map((bits, group) => this.#withoutOwn(bits, group));
    for (const [group, bits] of now.entries()) {
      const late = bits & (before[group] ?? 0);
      if (late === 0) continue;
      if (field === "admit") this.#lock.lapseAdmissions(group, late);
      else this.#lock.lapseWriters(group, late);
    }
    return now;
  }

  #withoutOwn(bits: number, group: number): number {
    return group === this.#slot.index >>> 5 ? bits & ~(1 << (this.#slot.index & 31)) : bits;
  }

  #slotsOf(field: "read" | "admit" | "wantWrite"): number[] {
    return this.#lock.bits(field).flatMap((bits, group) => {
      const slots: number[] = [];
      for (let rest = bits; rest !== 0; rest &= rest - 1) slots.push(group * 32 + 31 - Math.clz32(rest & -rest));
      return slots;
    });
  }
}

function threadIdOf(thread: ThreadInfo | undefined): number | undefined {
  return thread?.threadId;
}
