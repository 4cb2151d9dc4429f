import { approach, SharedMutex } from "../lock/shared/shared-mutex.js";
import type { ThreadSlot } from "../lock/shared/slot-table.js";
import { CommitCodec } from "./commit-codec.js";
import type { Change, Seq } from "./commit.js";
import { words } from "./control-buffer.js";
import { Segment } from "./segment.js";
import type { Meet } from "./log.js";
import type { SharedLog } from "./shared-log.js";

/** As much of the log as may be left to copy while the mutex is held. */
const lastCopyWords = 16 * 1_024;

/** About as long is a frame of a base at most, unless a single record is longer: writers and readers have to hold a whole one in memory. */
const frameBytes = 256 * 1_024;

/** After so many refusals the owner of the turn may be dead. */
const refusalsUntilProbe = 16;

/**
 * The right to write into the passive segment. It is held for one slice of work at a time; between slices the attempt that goes on is named by its
 * number alone. So a thread that stops in the middle, dead or merely busy with something else, holds up nobody: another one begins a new attempt.
 */
export class CompactionTurn {
  readonly #words: Int32Array;
  readonly #mutex: SharedMutex;
  readonly #log: SharedLog;
  #refusals = 0;

  constructor(log: SharedLog, slot: ThreadSlot) {
    this.#log = log;
    this.#words = log.control.words;
    this.#mutex = new SharedMutex(log.control.words, words.compactor, slot);
  }

  /** Runs `work` while no other thread writes into the passive segment; undefined when one does at this moment. */
  try<R>(work: () => R): R | undefined {
    if (this.#mutex.tryLock()) return this.#finish(work);
    // Whether the owner is dead is not looked up each time, since that takes some microseconds.
    this.#refusals++;
    return this.#refusals % refusalsUntilProbe === 0 && isTaken(this.#mutex.approach(true)) ? this.#finish(work) : undefined;
  }

  /** As {@link try}, but waits for the slice of another thread, and takes over from a dead one. */
  take<R>(work: () => R): R {
    this.#mutex.lock();
    return this.#finish(work);
  }

  /** Whether an attempt is under way that has been worked on lately. */
  get isAttempted(): boolean {
    const generation = Atomics.load(this.#words, words.generation);
    if (Atomics.load(this.#words, words.claim) <= generation) return false;
    const tail = Atomics.load(this.#words, words.tail + (generation & 1));
    const stalledWords = Math.max(this.#words[words.logLimit]!, this.#log.position / 2);
    return tail - Atomics.load(this.#words, words.progress) < stalledWords;
  }

  /** Begins an attempt at the place where this thread stands. To be called within a turn, by a thread that has read the whole log. */
  begin(): Compaction | undefined {
    if (Atomics.load(this.#words, words.generation) !== this.#log.generation || this.isAttempted) return undefined;
    return new Compaction(this.#log);
  }

  #finish<R>(work: () => R): R {
    try {
      return work();
    } finally {
      this.#mutex.unlock();
    }
  }
}

/** One attempt to write a new base, and the log after it, into the passive segment. Every method is called within a turn. */
export class Compaction {
  readonly #log: SharedLog;
  readonly #words: Int32Array;
  readonly #number: number;
  readonly #generation: number;
  readonly #from: Segment;
  readonly #to: Segment;
  /** Numbers the shapes of the base's own frames. With the codec of the log, this thread alone would count those as shapes that the log has told. */
  readonly #codec = new CommitCodec();
  readonly #seq: Seq;
  /** Up to where the log of the old segment was copied. */
  #copied: number;
  #at = Segment.start;
  #baseEnd = 0;

  constructor(log: SharedLog) {
    this.#log = log;
    this.#words = log.control.words;
    this.#seq = log.seq;
    this.#copied = log.position;
    this.#generation = log.generation + 1;
    this.#from = log.segments[log.generation & 1]!;
    this.#to = log.segments[this.#generation & 1]!;
    this.#number = Atomics.add(this.#words, words.attempt, 1) + 1;
    // Before the first byte is written: a reader that finds the claim discards what it has copied. (A read-modify-write, which orders both ways.)
    Atomics.exchange(this.#words, words.claim, this.#generation);
    this.#noteProgress();
    this.#write(log.codec.encodeShapes());
  }

  /** The seq of the base: the caller writes the state as it was at this commit. */
  get seq(): Seq {
    return this.#seq;
  }

  /** How many words have been written. */
  get written(): number {
    return this.#at;
  }

  /** Whether no other thread has begun another attempt since. */
  get isCurrent(): boolean {
    return (
      Atomics.load(this.#words, words.attempt) === this.#number && Atomics.load(this.#words, words.generation) === this.#generation - 1
    );
  }

  /** Writes some of the base. */
  add(changes: readonly Change[]): void {
    for (const bytes of this.#codec.encodeInPieces(changes, frameBytes)) {
      this.#write(bytes);
      this.#codec.appended();
    }
    this.#noteProgress();
  }

  /** Ends the base; the log comes next. */
  endBase(): void {
    this.#codec.release();
    this.#baseEnd = this.#at;
  }

  /** Copies some of the log after the base, as far as this thread has read it. Whether so little is left that {@link flip} may do the rest. */
  copyLog(mostWords: number): boolean {
    this.#copyTo(Math.min(this.#log.position, this.#copied + mostWords));
    this.#noteProgress();
    return this.#log.position - this.#copied <= lastCopyWords;
  }

  /** Copies the rest of the log and makes the segment the active one. Whether it did: not when this thread lost sight of the log. */
  flip(meet: Meet): boolean {
    const { mutex } = this.#log;
    mutex.lock();
    try {
      if (!this.#log.meetArrived(meet) || this.#log.generation !== this.#generation - 1) return false;
      this.#copyTo(this.#log.position);
      this.#to.writeHeader({ baseSeq: this.#seq, baseEnd: this.#baseEnd, flipSeq: this.#log.seq, flipEnd: this.#at });
      Atomics.store(this.#words, words.tail + (this.#generation & 1), this.#at);
      // This store makes the new segment the one that everybody appends to and rebuilds from.
      Atomics.store(this.#words, words.generation, this.#generation);
    } finally {
      mutex.unlock();
    }
    return true;
  }

  #copyTo(position: number): void {
    const length = position - this.#copied;
    this.#to.reserve(this.#at + length);
    this.#to.copyFrom(this.#from, this.#copied, position, this.#at);
    this.#copied = position;
    this.#at += length;
  }

  #write(payload: Uint8Array): void {
    this.#to.reserve(Segment.frameEnd(this.#at, payload.length));
    this.#at = this.#to.write(this.#at, payload);
  }

  #noteProgress(): void {
    Atomics.store(this.#words, words.progress, this.#log.position);
  }
}

function isTaken(outcome: number): boolean {
  return outcome === approach.locked || outcome === approach.stolen || outcome === approach.own;
}
