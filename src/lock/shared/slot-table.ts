import { DictDBError } from "../../base/errors.js";
import { Doorbell } from "./doorbell.js";
import { lockField, LockWords } from "./lock-words.js";
import { processThreads, type Threads } from "./os-thread.js";
import { incarnationMask, type Incarnation } from "./owner.js";
import { SharedMutex } from "./shared-mutex.js";
import { header, lobbySlots, maxThreads, slotAt, slotField, tableWords } from "./slot-layout.js";
import { watchWorkerExits } from "./worker-exits.js";

export type { Incarnation } from "./owner.js";
export { maxThreads } from "./slot-layout.js";

/** A thread that has a slot. */
export interface ThreadInfo {
  /** Of its slot, from 0 on. */
  readonly index: number;
  readonly incarnation: Incarnation;
  /** `threadId` of `node:worker_threads`: 0 for the main thread. */
  readonly threadId: number;
  /** The operating system's number of the thread; undefined off Linux. */
  readonly osThreadId: number | undefined;
}

/**
 * Who shares a buffer: a slot for each attached thread, whose number is its bit in the bitmaps of every lock in that buffer.
 *
 * The words of a slot, in the order in which a thread writes them when it attaches:
 *
 * - CLAIM: who took the slot, by compare-and-exchange of 0. The operating system's number of the thread; where there is none, -1 - `threadId`.
 * - THREAD (`threadId` + 1) and STARTED_AT.
 * - INCARNATION: published last, so that whoever can name the incarnation can find out whether it lives.
 * - BELL: see `Doorbell`.
 *
 * Death. A thread that dies before the claim leaves nothing, or a number that nobody will ever meet. One that dies between claim and INCARNATION holds
 * nothing but the slot, and its claim tells who it was. After that everything it can hold names it. All of it is given back, and the slot cleared, by
 * one who holds the table's mutex, found the slot dead while holding it, and takes CLAIM out as the last step: so no slot is used again while a bit
 * of its last owner may still be set anywhere, and one who was held up cannot clear the bits of the next. Every step may be repeated, by whoever takes
 * the mutex from a reaper that died half-way.
 *
 * The locks of the buffer form a list in shared memory (its head in the header, each lock's NEXT), so that a reaper knows locks that its own thread
 * has never used. A lock is put into the list under the mutex: NEXT first, then the head, then LISTED, which says that there is no need to look.
 *
 * Reaping needs the mutex and the mutex an incarnation. A thread that finds all slots taken therefore takes one of a few in the lobby, which have no
 * bits, clears the dead, and moves.
 */
export class SlotTable {
  /** How many words it occupies. */
  static readonly size = tableWords;

  readonly #words: Int32Array;
  readonly #offset: number;
  readonly #threads: Threads;
  /** Threads whose end this thread has seen and whose slots it has not cleared. */
  readonly #ended = new Set<number>();
  #own: ThreadSlot | undefined;

  /**
   * @param words a view of the whole buffer
   * @param offset where the table starts, in words; all zero is an empty table
   * @param threads who else there is; those of the process
   */
  constructor(words: Int32Array, offset: number, threads: Threads = processThreads) {
    this.#words = words;
    this.#offset = offset;
    this.#threads = threads;
  }

  /** Where the table starts, in words. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Takes a slot for the calling thread, and clears those of threads that have died.
   *
   * @throws DictDBError (CAPACITY) when `maxThreads` threads are attached, or when the buffer has seen 2^30 attachments
   */
  attach(): ThreadSlot {
    watchWorkerExits(this);
    let slot = this.#enter(0, maxThreads) ?? this.#enter(maxThreads, maxThreads + lobbySlots);
    if (slot !== undefined) this.reapDead(slot);
    if (slot !== undefined && slot.index >= maxThreads) {
      const lobby = slot;
      slot = this.#enter(0, maxThreads);
      this.#clear(lobby);
    }
    if (slot === undefined) {
      throw new DictDBError("CAPACITY", `at most ${maxThreads} threads can share one database or lock`, { threads: maxThreads });
    }
    this.#own = slot;
    return slot;
  }

  /**
   * Whether the thread of this incarnation is provably gone: it has detached, its end was seen, or Linux does not know it any more. Never told by the
   * time that has passed. Takes some microseconds.
   */
  isDead(incarnation: Incarnation): boolean {
    const index = this.indexOf(incarnation);
    return index === -1 || this.isSlotDead(index) || this.#get(index, slotField.incarnation) !== incarnation;
  }

  /** Whether the thread that claimed this slot is provably gone; false for a free slot. */
  isSlotDead(index: number): boolean {
    const claim = this.#get(index, slotField.claim);
    if (claim === 0) return false;
    const thread = this.#get(index, slotField.thread);
    if (this.#ended.size > 0 && this.#ended.has(thread === 0 && claim < 0 ? -1 - claim : thread - 1)) return true;
    return claim > 0 && this.#threads.isGone(claim, this.#get(index, slotField.startedAt));
  }

  /** The slot of an incarnation; -1 when it has none, which is when it has detached or was cleared. */
  indexOf(incarnation: Incarnation): number {
    for (let index = 0; index < maxThreads + lobbySlots; index += 1) {
      if (this.#get(index, slotField.incarnation) === incarnation) return index;
    }
    return -1;
  }

  /** The threads that are attached, those included that have died and were not cleared yet. */
  get live(): readonly ThreadInfo[] {
    return Array.from({ length: maxThreads }, (_, index) => this.threadAt(index)).filter((info) => info !== undefined);
  }

  /** Who has a slot; undefined for one that is free or being taken, and for -1. */
  threadAt(index: number): ThreadInfo | undefined {
    if (index === -1) return undefined;
    const incarnation = this.#get(index, slotField.incarnation);
    if (incarnation === 0) return undefined;
    const claim = this.#get(index, slotField.claim);
    return { index, incarnation, threadId: this.#get(index, slotField.thread) - 1, osThreadId: claim > 0 ? claim : undefined };
  }

  /** Puts a lock of this buffer into the list of those in which the dead are looked for. To be called before the first bit is set in it. */
  listLock(lock: number, slot: ThreadSlot): void {
    if (Atomics.load(this.#words, lock + lockField.listed) !== 0) return;
    this.#underMutex(slot, () => {
      if (!this.#locks().includes(lock)) {
        Atomics.store(this.#words, lock + lockField.next, Atomics.load(this.#words, this.#offset + header.locks));
        Atomics.store(this.#words, this.#offset + header.locks, lock + 1);
      }
      Atomics.store(this.#words, lock + lockField.listed, 1);
    });
  }

  /** Clears the slots of all threads that are provably gone, and gives back what they held in any lock of the buffer. */
  reapDead(slot: ThreadSlot): void {
    for (let index = 0; index < maxThreads + lobbySlots; index += 1) if (this.isSlotDead(index)) this.#reap(index, slot);
  }

  /** Notes that this thread has seen a thread end, and clears its slot. For `watchWorkerExits`. */
  noteEnd(ended: number): void {
    const own = this.#own;
    for (let index = 0; index < maxThreads + lobbySlots; index += 1) {
      const isIts = this.#get(index, slotField.thread) === ended + 1 || this.#get(index, slotField.claim) === -1 - ended;
      if (!isIts) continue;
      this.#ended.add(ended);
      if (own !== undefined && this.#get(own.index, slotField.incarnation) === own.incarnation) this.#reap(index, own);
    }
  }

  /** Gives back a slot and whatever its owner holds. For `ThreadSlot.detach`. */
  release(slot: ThreadSlot): void {
    if (this.#get(slot.index, slotField.incarnation) !== slot.incarnation) return;
    this.#clear(slot);
    if (this.#own === slot) this.#own = undefined;
  }

  #enter(from: number, to: number): ThreadSlot | undefined {
    const { threadId } = this.#threads;
    const thread = this.#threads.own();
    const claim = thread?.id ?? -1 - threadId;
    for (let index = from; index < to; index += 1) {
      if (Atomics.compareExchange(this.#words, slotAt(this.#offset, index, slotField.claim), 0, claim) !== 0) continue;
      this.#set(index, slotField.thread, threadId + 1);
      this.#set(index, slotField.startedAt, thread?.startedAt ?? 0);
      const incarnation = this.#nextIncarnation(index);
      this.#set(index, slotField.incarnation, incarnation);
      return new ThreadSlot(this, index, incarnation, new Doorbell(this.#words, slotAt(this.#offset, index, slotField.bell)));
    }
    return undefined;
  }

  #nextIncarnation(index: number): Incarnation {
    const at = this.#offset + header.counter;
    const incarnation = Atomics.add(this.#words, at, 1) + 1;
    if (incarnation > 0 && incarnation <= incarnationMask) return incarnation;
    // Kept from ever coming round to 1 again.
    Atomics.store(this.#words, at, incarnationMask);
    this.#free(index);
    throw new DictDBError("CAPACITY", `a buffer can be attached to ${incarnationMask} times`, { attachments: incarnationMask });
  }

  #reap(index: number, slot: ThreadSlot): void {
    this.#underMutex(slot, () => {
      // Somebody else may have cleared it, and a living thread have taken it, before the mutex was ours.
      if (!this.isSlotDead(index)) return;
      this.#giveBack(index, this.#get(index, slotField.incarnation));
      this.#ended.delete(this.#get(index, slotField.thread) - 1);
      this.#free(index);
    });
  }

  #clear(slot: ThreadSlot): void {
    this.#underMutex(slot, () => this.#giveBack(slot.index, slot.incarnation));
    // After the mutex, which is held in the name of this incarnation. From here on the slot is as one that was claimed and nothing more.
    this.#free(slot.index);
  }

  #giveBack(index: number, incarnation: Incarnation): void {
    if (index >= maxThreads) return;
    for (const lock of this.#locks()) new LockWords(this.#words, lock, this.#offset, index, incarnation).reap();
  }

  #free(index: number): void {
    for (const field of [slotField.incarnation, slotField.startedAt, slotField.thread, slotField.bell]) this.#set(index, field, 0);
    this.#set(index, slotField.claim, 0);
  }

  #underMutex(slot: ThreadSlot, section: () => void): void {
    const mutex = new SharedMutex(this.#words, this.#offset + header.mutex, slot);
    // Whoever died inside had got somewhere in steps that may all be repeated.
    mutex.lock();
    try {
      section();
    } finally {
      mutex.unlock();
    }
  }

  #locks(): number[] {
    const locks: number[] = [];
    // Links are one more than the lock's offset: 0 ends the list.
    for (let link = Atomics.load(this.#words, this.#offset + header.locks); link !== 0;) {
      locks.push(link - 1);
      link = Atomics.load(this.#words, link - 1 + lockField.next);
    }
    return locks;
  }

  #get(index: number, field: number): number {
    return Atomics.load(this.#words, slotAt(this.#offset, index, field));
  }

  #set(index: number, field: number, value: number): void {
    Atomics.store(this.#words, slotAt(this.#offset, index, field), value);
  }
}

/** One thread's attachment to a shared buffer. Given out by `SlotTable.attach`. */
export class ThreadSlot {
  readonly table: SlotTable;
  /** From 0 on: the number of the thread's bit in every bitmap. */
  readonly index: number;
  readonly incarnation: Incarnation;
  /** How the thread sleeps until another rings. */
  readonly doorbell: Doorbell;
  #isDetached = false;

  constructor(table: SlotTable, index: number, incarnation: Incarnation, doorbell: Doorbell) {
    this.table = table;
    this.index = index;
    this.incarnation = incarnation;
    this.doorbell = doorbell;
  }

  /** Whether the slot was given back: it may be another thread's by now, and with it the bits of it in every lock. */
  get isDetached(): boolean {
    return this.#isDetached;
  }

  /** Gives the slot back, with every lock still held in its name. Nothing may be done in its name afterwards. */
  detach(): void {
    this.table.release(this);
    this.#isDetached = true;
  }
}
