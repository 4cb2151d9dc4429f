import { ring } from "./doorbell.js";
import { incarnationMask } from "./owner.js";
import { maxThreads, slotAt, slotField } from "./slot-layout.js";

// Set in the first word while a bitmap may hold a bit: a writer that finds neither an owner nor this need not look at the bitmaps.
const noted = 2 ** 30;

const groups = maxThreads / 32;

/** Where the words of a lock are. The bitmaps have a bit for each slot, 32 to a word. */
export const lockField = { state: 0, next: 1, listed: 2, hurry: 12, read: 16, wantRead: 20, wantWrite: 24, admit: 28 } as const;

/** How many words a lock takes. */
export const lockSize = 32;

/** Whether nobody has a lock, waits for it or is about to get it. That may be different at the next moment. */
export function isUnused(words: Int32Array, offset: number): boolean {
  if ((Atomics.load(words, offset + lockField.state) & incarnationMask) !== 0) return false;
  for (let at = lockField.read; at < lockSize; at++) if (Atomics.load(words, offset + at) !== 0) return false;
  return true;
}

/**
 * What one thread may do to the words of one reader-writer lock: each method is one step of the protocol, made of atomic operations alone. It keeps
 * nothing of its own, so that the models run these very steps, and stop them between any two operations.
 *
 * The words, and who writes them:
 *
 * - STATE: the incarnation of the writer that owns the lock, or 0; and NOTED beside it. The owner puts its incarnation in by compare-and-exchange of a
 *   word without owner and takes it out again; the reaper takes a dead one's out. NOTED is set by whoever sets a bit in a bitmap, after it. It is
 *   taken out by an owner that leaves and sees all bitmaps empty.
 * - READ: the threads that are in for reading. A thread's own bit; the reaper clears a dead one's.
 * - WANT_READ, WANT_WRITE: the threads that wait. Their own bit; also cleared by whoever is held up by one that does not come (`lapse…`), and by the
 *   reaper.
 * - HURRY: the writers that have waited for a slice. Their own bit; cleared with WANT_WRITE. Writers of one thread overtake those of another as
 *   long as nobody hurries, and then hold back once after each turn of their own (see `LockParty`).
 * - ADMIT: the readers that may go in ahead of waiting writers. Set by a writer that leaves, for all who wait at that moment; cleared by the reader
 *   once it is in or gives up, by a writer that is held up too long, by the reaper.
 *
 * Safety. A reader sets its READ bit, then sets NOTED in STATE, and is in if that operation saw no owner. A writer is in after it put itself
 * into STATE and then saw READ empty. Of the two operations on STATE one comes first: if the reader's, the writer finds NOTED, looks at READ and sees
 * the bit, which was set before; if the writer's, the reader finds an owner, and takes its bit back. A writer that found STATE wholly 0 may leave READ
 * unread: who is in has set NOTED after its bit, and NOTED is cleared only by an owner that saw READ empty, when nobody was in; a reader between
 * its two operations at that moment will set NOTED again.
 *
 * Fairness lies in the bitmaps alone. They are four words each, so what is read of them is no single moment; a bit that is missed or cleared too
 * much costs somebody a turn or a slice of time, never exclusion.
 *
 * No wake-up is lost. Who waits arms its bell, sets its bit and NOTED, and tries again before it sleeps. Who makes way first stores that, then looks
 * at the bits, then rings the bells of those who set them. Bells say how that ends well, also when the ringer dies: see `Doorbell`.
 *
 * Death. Before the exchange of STATE nothing is held; after it, and with any bit set, the reaper finds the incarnation or the slot dead and does what
 * its thread would have done: all of that may be done twice. Between a store and the rings after it, sleepers wait for their slice.
 */
export class LockWords {
  readonly #words: Int32Array;
  readonly #table: number;
  readonly #me: number;
  readonly #group: number;
  readonly #bit: number;
  readonly #state: number;
  readonly #read: number;
  readonly #wantRead: number;
  readonly #wantWrite: number;
  readonly #admit: number;
  readonly #hurry: number;

  /**
   * @param offset of the lock; all zero is a free one
   * @param table where the slots are, whose bells are rung
   * @param index of the slot for which the steps are done
   * @param incarnation in that slot
   */
  constructor(words: Int32Array, offset: number, table: number, index: number, incarnation: number) {
    this.#words = words;
    this.#table = table;
    this.#me = incarnation;
    this.#group = index >>> 5;
    this.#bit = 1 << (index & 31);
    this.#state = offset + lockField.state;
    this.#read = offset + lockField.read;
    this.#wantRead = offset + lockField.wantRead;
    this.#wantWrite = offset + lockField.wantWrite;
    this.#admit = offset + lockField.admit;
    this.#hurry = offset + lockField.hurry;
  }

  /** The incarnation of the writer that is in or waits for the readers to leave; 0 for none. */
  get owner(): number {
    return Atomics.load(this.#words, this.#state) & incarnationMask;
  }

  /** Whether this thread is that writer. */
  get isMine(): boolean {
    return this.owner === this.#me;
  }

  /** Whether this slot's readers may go in ahead of waiting writers. */
  get isAdmitted(): boolean {
    return this.#has(this.#admit);
  }

  /** Whether no reader is in. An owner of STATE for whom this holds is in itself, for no reader can follow. */
  get isDrained(): boolean {
    return !this.#any(this.#read);
  }

  /** Whether a writer could take the lock at this moment. */
  get isFree(): boolean {
    return this.owner === 0 && this.isDrained && !this.#any(this.#admit);
  }

  /** Whether a writer of another thread has waited too long. */
  get othersHurry(): boolean {
    return this.#anyOther(this.#hurry);
  }

  get othersWant(): boolean {
    return this.#anyOther(this.#wantWrite) || this.#anyOther(this.#wantRead);
  }

  /** Takes a lock about which nothing is noted: the short way. */
  takeUnnoted(): boolean {
    return Atomics.compareExchange(this.#words, this.#state, 0, this.#me) === 0;
  }

  /**
   * Makes this writer the owner of STATE if there is none and nobody is admitted. It is in once `isDrained`.
   *
   * Whether somebody is admitted is looked at twice: after the exchange, because a writer may have left in between and admitted readers; before
   * it, because taking STATE and giving it back turns readers away who are on their way in.
   */
  take(): boolean {
    for (;;) {
      const seen = Atomics.load(this.#words, this.#state);
      if ((seen & incarnationMask) !== 0 || (seen !== 0 && this.#any(this.#admit))) return false;
      // Fails where somebody has come first, or has noted something: then the lock may be free still, and nobody would wake this writer.
      if (Atomics.compareExchange(this.#words, this.#state, seen, seen | this.#me) !== seen) continue;
      if (seen === 0 || !this.#any(this.#admit)) return true;
      this.#disown();
      return false;
    }
  }

  /** Gives STATE back and lets in whoever waits, readers first: whether anything was noted. The short way if nothing was. */
  leaveWrite(): boolean {
    if (Atomics.compareExchange(this.#words, this.#state, this.#me, 0) === this.#me) return false;
    this.#admitWaiting();
    this.#disown();
    return true;
  }

  /** Gives STATE back and stays in for reading, with all readers who wait now. */
  downgrade(): void {
    Atomics.or(this.#words, this.#read + this.#group, this.#bit);
    this.#clear(this.#wantRead);
    this.#admitWaiting();
    this.#disown();
  }

  /** Gives STATE back, in which this writer waited, and goes in for reading beside the readers it waited for; lets in nobody else. */
  stepAside(): void {
    Atomics.or(this.#words, this.#read + this.#group, this.#bit);
    this.#disown();
  }

  /**
   * Whether a reader of this slot may go in now.
   *
   * @param overtakesOwn whether to overlook that this slot wants to write
   */
  mayRead(overtakesOwn: boolean): boolean {
    const seen = Atomics.load(this.#words, this.#state);
    if ((seen & incarnationMask) !== 0) return false;
    if (seen === 0 || this.#has(this.#admit)) return true;
    return !(overtakesOwn ? this.#anyOther(this.#wantWrite) : this.#any(this.#wantWrite));
  }

  /** Goes in for reading if that may be; otherwise has changed nothing. Not for a slot that is in already. */
  enterRead(overtakesOwn: boolean): boolean {
    if (!this.mayRead(overtakesOwn)) return false;
    Atomics.or(this.#words, this.#read + this.#group, this.#bit);
    if ((this.#note() & incarnationMask) === 0) return true;
    this.leaveRead();
    return false;
  }

  /** Goes out; the last reader wakes the writers. */
  leaveRead(): void {
    this.#clear(this.#read);
    if (Atomics.load(this.#words, this.#state) !== 0 && this.isDrained) this.#ringOthers(this.#wantWrite);
  }

  wantRead(): void {
    this.#want(this.#wantRead);
  }

  wantWrite(): void {
    this.#want(this.#wantWrite);
  }

  /** Says that it has waited too long for writing. */
  hurry(): void {
    this.#want(this.#hurry);
  }

  /** Had its turn. */
  calm(): void {
    this.#clear(this.#hurry);
  }

  /** Takes back the wish to read, fulfilled or given up, and with it the admission that may have come. */
  withdrawRead(): void {
    this.#clear(this.#wantRead);
    this.forgoAdmission();
  }

  /** Takes back the wish to write, fulfilled or given up. Readers may have waited behind it alone. */
  withdrawWrite(): void {
    this.calm();
    if (this.#clear(this.#wantWrite) && this.owner === 0) this.#ringOthers(this.#wantRead);
  }

  /** Lets writers go first after all: they may have waited for this admission alone. */
  forgoAdmission(): void {
    if (this.#clear(this.#admit)) this.#ringOthers(this.#wantWrite);
  }

  /** Ends admissions of readers that did not come. They are rung already, and say again that they want in when they can. */
  lapseAdmissions(group: number, bits: number): void {
    Atomics.and(this.#words, this.#wantRead + group, ~bits);
    Atomics.and(this.#words, this.#admit + group, ~bits);
  }

  /** Passes over writers that do not come although the lock is free. */
  lapseWriters(group: number, bits: number): void {
    Atomics.and(this.#words, this.#hurry + group, ~bits);
    Atomics.and(this.#words, this.#wantWrite + group, ~bits);
  }

  /** The bits of one bitmap, 32 slots to a number. */
  bits(field: "read" | "wantRead" | "wantWrite" | "admit"): number[] {
    const at = this.#state + lockField[field];
    return Array.from({ length: groups }, (_, group) => Atomics.load(this.#words, at + group));
  }

  /** Does what a dead thread would have done to leave, whatever it was doing. To be called for a dead slot whose reuse is barred; may be repeated. */
  reap(): void {
    const seen = Atomics.load(this.#words, this.#state);
    const isOwner = (seen & incarnationMask) === this.#me;
    for (const bitmap of [this.#read, this.#wantRead, this.#wantWrite, this.#admit, this.#hurry]) this.#clear(bitmap);
    if (isOwner) {
      this.#admitWaiting();
      this.#disown();
    } else {
      this.#ringOthers(this.#wantRead);
      this.#ringOthers(this.#wantWrite);
    }
  }

  // NOTED stays if a bit is set. One that is set after this look is followed by its own NOTED; and who sleeps behind a bit that was there is rung.
  #disown(): void {
    const seesBits = this.#any(this.#read) || this.#any(this.#admit) || this.#any(this.#wantRead) || this.#any(this.#wantWrite);
    Atomics.store(this.#words, this.#state, seesBits ? noted : 0);
    const isWanted = this.#any(this.#wantRead) || this.#any(this.#wantWrite);
    if (!isWanted) return;
    if (!seesBits) this.#note();
    this.#ringOthers(this.#wantRead);
    this.#ringOthers(this.#wantWrite);
  }

  #admitWaiting(): void {
    for (let group = 0; group < groups; group += 1) {
      const waiting = Atomics.load(this.#words, this.#wantRead + group);
      if (waiting !== 0) Atomics.or(this.#words, this.#admit + group, waiting);
    }
  }

  #want(bitmap: number): void {
    if (!this.#has(bitmap)) Atomics.or(this.#words, bitmap + this.#group, this.#bit);
    if ((Atomics.load(this.#words, this.#state) & noted) === 0) this.#note();
  }

  #note(): number {
    return Atomics.or(this.#words, this.#state, noted);
  }

  #has(bitmap: number): boolean {
    return (Atomics.load(this.#words, bitmap + this.#group) & this.#bit) !== 0;
  }

  /** Takes this slot's bit out: whether it was in. */
  #clear(bitmap: number): boolean {
    return this.#has(bitmap) && (Atomics.and(this.#words, bitmap + this.#group, ~this.#bit) & this.#bit) !== 0;
  }

  #any(bitmap: number): boolean {
    for (let group = 0; group < groups; group += 1) if (Atomics.load(this.#words, bitmap + group) !== 0) return true;
    return false;
  }

  #anyOther(bitmap: number): boolean {
    for (let group = 0; group < groups; group += 1) if (this.#others(bitmap, group) !== 0) return true;
    return false;
  }

  #others(bitmap: number, group: number): number {
    const bits = Atomics.load(this.#words, bitmap + group);
    return group === this.#group ? bits & ~this.#bit : bits;
  }

  #ringOthers(bitmap: number): void {
    for (let group = 0; group < groups; group += 1) {
      for (let bits = this.#others(bitmap, group); bits !== 0; bits &= bits - 1) {
        ring(this.#words, slotAt(this.#table, group * 32 + 31 - Math.clz32(bits & -bits), slotField.bell));
      }
    }
  }
}
