import { SharedMutex } from "../lock/shared/shared-mutex.js";
import type { ThreadSlot } from "../lock/shared/slot-table.js";
import { CommitCodec } from "./commit-codec.js";
import type { Change, Commit, Seq } from "./commit.js";
import { words } from "./control-buffer.js";
import type { ControlBuffer } from "./control-buffer.js";
import { LogBell } from "./log-bell.js";
import type { AppendResult, Log, Meet } from "./log.js";
import { Segment } from "./segment.js";

/** How many words are copied out of shared memory at a time, unless one frame is longer. */
const chunkWords = 256 * 1_024;

/** The memory that a commit of more bytes has taken is given up at once. */
const longCommit = 16 * 1_024 * 1_024;

/** The two segments of a log. */
export type Segments = readonly [Segment, Segment];

/**
 * The log that the threads of one process share. This object is one thread's end of it: where that thread stands, and what it needs to read on.
 *
 * Two segments take turns. The active one, `generation & 1`, has a base and every commit after it; the other is where a base is being written, or
 * what the active one replaced. A thread copies the frames after its position out of shared memory and then looks at `claim`: as long as nobody
 * has claimed the generation that overwrites its segment, the bytes are what was published. Else it discards them, and rebuilds from the active
 * base. So writers never wait for readers, and an idle thread costs nothing.
 *
 * A commit is published by one store: its seq into `published`. A thread that dies before that store has written bytes that nobody will read, and
 * the next owner of the mutex writes over them; one that dies after it leaves a whole commit.
 */
export class SharedLog implements Log {
  readonly control: ControlBuffer;
  readonly segments: Segments;
  readonly mutex: SharedMutex;
  readonly bell: LogBell;
  readonly codec = new CommitCodec();
  readonly #words: Int32Array;
  #seq: Seq = 0;
  #generation = 0;
  #at = Segment.start;
  #baseEnd = Segment.start;
  #scratch = new Int32Array(1_024);
  #scratchBytes = new Uint8Array(this.#scratch.buffer);
  #isBusy = false;
  #isTorn = false;
  /** What the append that is under way has published. */
  #published: readonly Change[] | undefined;

  constructor(control: ControlBuffer, segments: Segments, slot: ThreadSlot) {
    this.control = control;
    this.segments = segments;
    this.#words = control.words;
    this.mutex = new SharedMutex(control.words, words.mutex, slot);
    this.bell = new LogBell(control.words);
  }

  /** Begins an empty log after a commit. By the thread that made the memory, before another one knows it. */
  start(seq: Seq): void {
    const [first] = this.segments;
    first.reserve(Segment.start);
    first.writeHeader({ baseSeq: seq, baseEnd: Segment.start, flipSeq: seq, flipEnd: Segment.start });
    Atomics.store(this.#words, words.tail, Segment.start);
    Atomics.store(this.#words, words.published, seq | 0);
    this.#seq = seq;
  }

  /** The latest commit that this thread has read. */
  get seq(): Seq {
    return this.#seq;
  }

  /** The generation of the segment that this thread reads. */
  get generation(): number {
    return this.#generation;
  }

  /** Where this thread stands in that segment. */
  get position(): number {
    return this.#at;
  }

  /** Whether reading or appending is under way, or was torn out of the thread half-way, which the next read or append mends. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** How much shared memory there is, in bytes. */
  get byteLength(): number {
    return [this.control, ...this.segments].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  }

  /** Whether this end has lost its bearings: only a base, and all that follows it, can be read. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** How many commits were published that this thread has not read. */
  get lag(): number {
    return (Atomics.load(this.#words, words.published) - (this.#seq | 0)) >>> 0;
  }

  /** Whether the log after the base of the segment has grown so long that a new base is worth its while. */
  get isLong(): boolean {
    return this.#at - this.#baseEnd > Math.max(this.#words[words.logLimit]!, this.#baseEnd);
  }

  isPast(seq: Seq): boolean {
    return Atomics.load(this.#words, words.published) !== (seq | 0);
  }

  read(apply: (commit: Commit) => void): "read" | "gone" {
    if (this.#isBusy) return this.#endInterrupted();
    if (this.#isTorn) return "gone";
    this.#isBusy = true;
    try {
      return this.#readOn(apply);
    } finally {
      this.#isBusy = false;
    }
  }

  #readOn(apply: (commit: Commit) => void): "read" | "gone" {
    for (;;) {
      const pending = this.lag;
      if (pending === 0) return "read";
      // In this order: a generation that is still the own one has every commit that was published before it was looked at.
      const generation = Atomics.load(this.#words, words.generation);
      if (generation === this.#generation) {
        if (!this.#readFrames(pending, apply)) return "gone";
      } else if (generation - this.#generation > 1 || !this.#readToFlip(generation, apply)) return "gone";
    }
  }

  append(_expected: Seq, changes: readonly Change[], meet: Meet): AppendResult {
    if (this.#isBusy) this.#endInterrupted();
    if (this.#isTorn) return "conflict";
    this.#isBusy = true;
    try {
      return this.#append(changes, meet);
    } catch (error) {
      if (this.#published !== changes) throw error;
      // The stack or the memory has ended after the commit was published, so it stands. What was left to do is made good by the next read or append.
      return { seq: this.#seq, changes };
    } finally {
      this.#published = undefined;
      this.#isBusy = false;
    }
  }

  #append(changes: readonly Change[], meet: Meet): AppendResult {
    let bytes = this.codec.encode(changes);
    this.mutex.lock();
    try {
      if (!this.meetArrived(meet)) return "conflict";
      if (!this.codec.isCurrent) bytes = this.codec.encode(changes);
      const segment = this.segments[this.#generation & 1]!;
      const end = Segment.frameEnd(this.#at, bytes.length);
      segment.reserve(end);
      segment.write(this.#at, bytes);
      Atomics.store(this.#words, words.tail + (this.#generation & 1), end);
      // This store publishes the commit.
      Atomics.store(this.#words, words.published, (this.#seq + 1) | 0);
      this.#seq += 1;
      this.#at = end;
      this.#published = changes;
      this.#isTorn = true; // until the codec has noted what was told
      this.codec.appended();
      this.#isTorn = false;
      if (bytes.length > longCommit) this.codec.release();
    } finally {
      this.mutex.unlock();
    }
    this.bell.ring();
    return { seq: this.#seq, changes };
  }

  /**
   * Reads the base of the active segment, and stands behind it from then on.
   * @param apply told the changes that make the base, some at a time; undone by the caller when the answer is "gone"
   * @returns the seq of the base, or "gone" when it was overwritten meanwhile
   */
  readBase(apply: (changes: readonly Change[]) => void): Seq | "gone" {
    if (this.#isBusy) this.#endInterrupted();
    this.#isBusy = true;
    try {
      return this.#readBase(apply);
    } finally {
      this.#isBusy = false;
    }
  }

  #readBase(apply: (changes: readonly Change[]) => void): Seq | "gone" {
    const generation = Atomics.load(this.#words, words.generation);
    const segment = this.segments[generation & 1]!;
    const header = segment.readHeader();
    if (this.#isClaimed(generation)) return "gone";
    let at = Segment.start;
    let isFirst = true;
    // The first frame has the shapes of the log; those that the others tell are numbered apart.
    const base = new CommitCodec();
    const takeFrame = (payload: Uint8Array): void => {
      if (isFirst) this.codec.loadShapes(payload);
      else apply(base.decode(payload));
      isFirst = false;
    };
    while (at < header.baseEnd) {
      const read = this.#copyFrames(generation, at, header.baseEnd);
      if (read === undefined) return "gone";
      at += this.#takeFrames(read, Infinity, takeFrame);
    }
    this.#shortenScratch();
    this.#standAt(generation, header.baseEnd, header.baseSeq, header.baseEnd);
    this.#isTorn = false;
    return header.baseSeq;
  }

  /**
   * Looks for the place of this thread in the log of the active segment. It is there unless the thread fell so far behind that the base is newer:
   * a thread that has merely lost the segment that it was reading needs no base.
   *
   * @returns whether it stands there now; "gone" when the segment was overwritten meanwhile
   */
  findPlace(): boolean | "gone" {
    const generation = Atomics.load(this.#words, words.generation);
    const segment = this.segments[generation & 1]!;
    const { baseSeq, baseEnd } = segment.readHeader();
    if (this.#isClaimed(generation)) return "gone";
    if (baseSeq > this.#seq) return false;
    let at = baseEnd;
    for (let seq = baseSeq; seq < this.#seq; seq++) at = Segment.frameEnd(at, segment.lengthAt(at));
    if (this.#isClaimed(generation)) return "gone";
    this.#standAt(generation, at, this.#seq, baseEnd);
    return true;
  }

  /** Goes over to the active segment from the end of the one before it; answers whether this thread reads the active segment now. */
  #goOver(): boolean {
    const generation = Atomics.load(this.#words, words.generation);
    if (generation === this.#generation) return true;
    if (generation - this.#generation > 1) return false;
    const header = this.segments[generation & 1]!.readHeader();
    if (this.#isClaimed(generation) || header.flipSeq !== this.#seq) return false;
    this.#standAt(generation, header.flipEnd, header.flipSeq, header.baseEnd);
    return true;
  }

  /** @param baseEnd where the base of the segment ends */
  #standAt(generation: number, at: number, seq: Seq, baseEnd: number): void {
    this.#generation = generation;
    this.#at = at;
    this.#seq = seq;
    this.#baseEnd = baseEnd;
  }

  /**
   * Reads what has arrived, and goes over to the active segment. By the owner of the mutex, who then stands at the tail.
   * @returns false where a commit that arrived does not let the own one stand, or the log is gone
   */
  meetArrived(meet: Meet): boolean {
    let stands = true;
    const read = this.#readOn((commit) => {
      stands = meet(commit) && stands;
    });
    return read === "read" && stands && this.#goOver();
  }

  /** Reads what the own segment has before the active one goes on alone, and goes over. */
  #readToFlip(generation: number, apply: (commit: Commit) => void): boolean {
    const { flipSeq } = this.segments[generation & 1]!.readHeader();
    if (this.#isClaimed(generation)) return false;
    return this.#seq === flipSeq ? this.#goOver() : this.#readFrames(flipSeq - this.#seq, apply);
  }

  /** Reads up to a number of commits that the own segment has, at least one. */
  #readFrames(count: number, apply: (commit: Commit) => void): boolean {
    const tail = Atomics.load(this.#words, words.tail + (this.#generation & 1));
    const read = this.#copyFrames(this.#generation, this.#at, tail);
    if (read === undefined) return false;
    this.#takeFrames(read, count, (payload, length) => {
      this.#isTorn = true; // the codec learns shapes
      const changes = this.codec.decode(payload);
      this.#isTorn = false;
      this.#at += length;
      this.#seq += 1;
      apply({ seq: this.#seq, changes });
    });
    this.#shortenScratch();
    return true;
  }

  /**
   * Copies frames of a generation's segment into the scratch memory, at least one whole frame.
   * @returns how many words, or undefined when the segment may have been overwritten meanwhile
   */
  #copyFrames(generation: number, at: number, end: number): number | undefined {
    const segment = this.segments[generation & 1]!;
    const first = Segment.frameEnd(at, segment.lengthAt(at));
    const until = Math.min(end, Math.max(first, at + chunkWords));
    if (this.#isClaimed(generation)) return undefined; // before a length that may be nonsense is trusted
    const length = until - at;
    if (length > this.#scratch.length) this.#lengthenScratch(length);
    segment.copy(at, until, this.#scratch);
    return this.#isClaimed(generation) ? undefined : length;
  }

  /** Hands over the whole frames at the head of the scratch memory, at most a number of them; answers how many words they took. */
  #takeFrames(length: number, most: number, take: (payload: Uint8Array, length: number) => void): number {
    let at = 0;
    for (let taken = 0; taken < most && at < length; taken++) {
      const byteLength = this.#scratch[at]!;
      const end = Segment.frameEnd(at, byteLength);
      if (end > length) break;
      const from = 4 * (at + 1);
      take(this.#scratchBytes.subarray(from, from + byteLength), end - at);
      at = end;
    }
    return at;
  }

  /**
   * Nothing in here calls itself: what still seems to be under way was torn out of its thread half-way (the time limit of `vm` skips `finally`). The
   * mutex may be held, and what this end knows of shapes and position is not to be relied on.
   */
  #endInterrupted(): "gone" {
    this.#isBusy = false;
    this.#isTorn = true;
    this.mutex.lock();
    this.mutex.unlock();
    return "gone";
  }

  /** Whether somebody may be overwriting a generation's segment. It orders what was read before: a plain load could overtake it. */
  #isClaimed(generation: number): boolean {
    return Atomics.or(this.#words, words.claim, 0) - generation > 1;
  }

  #lengthenScratch(length: number): void {
    this.#useScratch(Math.max(length, Math.min(2 * this.#scratch.length, chunkWords)));
  }

  /** Gives up the memory that a very long frame has taken. */
  #shortenScratch(): void {
    if (this.#scratch.length > 4 * chunkWords) this.#useScratch(chunkWords);
  }

  #useScratch(length: number): void {
    this.#scratch = new Int32Array(length);
    this.#scratchBytes = new Uint8Array(this.#scratch.buffer);
  }
}
