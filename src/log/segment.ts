import { DictDBError } from "../base/errors.js";
import { isError } from "../base/shape.js";
import type { Seq } from "./commit.js";

/*
 * A segment: a header, a base (every record at one seq, in frames), and the log after the base (a frame for each commit). All positions are in words
 * of 4 bytes, and all frames begin on a word: [length of the payload in bytes][payload, filled up to a word].
 *
 * | header words | meaning                                                             |
 * | ------------ | ------------------------------------------------------------------- |
 * | 0, 1         | seq of the base, a float64                                          |
 * | 2            | where the base ends and the log begins                              |
 * | 4, 5         | seq of the last commit that the segment before this one has, float64 |
 * | 6            | where that commit ends in this segment                              |
 *
 * The header is complete before the store of `generation` that makes the segment active.
 */
const headerWords = 16;
const bytesPerWord = 4;
const firstBytes = 256 * 1_024;
const smallestGrowth = 1_024 * 1_024;
const largestGrowth = 64 * smallestGrowth;

/** Address space that a segment may grow into, the first that the system grants; memory is taken as it is used. */
const reservations = [2 ** 32, 2 ** 31, 2 ** 30, 2 ** 28];

/** Up to this many words a loop copies faster than a call. */
const shortCopy = 96;

/** What the header of a segment says. */
export interface SegmentHeader {
  readonly baseSeq: Seq;
  readonly baseEnd: number;
  readonly flipSeq: Seq;
  readonly flipEnd: number;
}

/** One of the two growable pieces of shared memory that carry the log. */
export class Segment {
  readonly buffer: SharedArrayBuffer;
  // Fixed views, made again when the buffer has grown: views that follow the length of their buffer are an order of magnitude slower.
  #words: Int32Array;
  #bytes: Uint8Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, buffer.byteLength / bytesPerWord);
    this.#bytes = new Uint8Array(buffer, 0, buffer.byteLength);
  }

  static create(): Segment {
    for (const maxByteLength of reservations) {
      try {
        return new Segment(new SharedArrayBuffer(firstBytes, { maxByteLength }));
      } catch (error) {
        if (!isError(error, "RangeError")) throw error; // no such stretch of addresses is free: ask for less
      }
    }
    throw new DictDBError("CAPACITY", "share(): the system grants no address space for shared memory");
  }

  /** Where the first frame of the base stands. */
  static get start(): number {
    return headerWords;
  }

  /** Where a frame ends that begins at a position. */
  static frameEnd(at: number, byteLength: number): number {
    return at + 1 + Math.ceil(byteLength / bytesPerWord);
  }

  /**
   * Makes room up to a position. By the one thread that may write here.
   * @throws DictDBError CAPACITY when the segment cannot grow so far
   */
  reserve(end: number): void {
    const needed = end * bytesPerWord;
    const { buffer } = this;
    if (needed > buffer.byteLength) {
      const step = Math.min(Math.max(smallestGrowth, buffer.byteLength), largestGrowth);
      const length = Math.min(Math.max(needed, buffer.byteLength + step), buffer.maxByteLength);
      if (needed > length) refuseGrowth(buffer.maxByteLength);
      try {
        buffer.grow(length);
      } catch (error) {
        if (isError(error, "RangeError")) refuseGrowth(buffer.byteLength);
        throw error;
      }
    }
    this.#cover(end);
  }

  /** Writes a frame where room was made, and answers where it ends. */
  write(at: number, payload: Uint8Array): number {
    this.#words[at] = payload.length;
    this.#bytes.set(payload, (at + 1) * bytesPerWord);
    return Segment.frameEnd(at, payload.length);
  }

  /** The byte length of the frame at a position. Meaningless where the segment may be overwritten: re-check the claim before using it. */
  lengthAt(at: number): number {
    this.#cover(at + 1);
    return at < this.#words.length ? this.#words[at]! : 0;
  }

  /** Copies words out of shared memory; as many as there are. */
  copy(at: number, end: number, into: Int32Array): void {
    this.#cover(end);
    const words = this.#words;
    const until = Math.min(end, words.length);
    if (until - at > shortCopy) into.set(words.subarray(at, until));
    else for (let i = at; i < until; i++) into[i - at] = words[i]!;
  }

  /** Copies words of another segment to a position here where room was made. */
  copyFrom(other: Segment, from: number, to: number, at: number): void {
    other.#cover(to);
    this.#words.set(other.#words.subarray(from, to), at);
  }

  readHeader(): SegmentHeader {
    const header = new Int32Array(headerWords);
    this.copy(0, headerWords, header);
    const seqs = new Float64Array(header.buffer);
    return { baseSeq: seqs[0]!, baseEnd: header[2]!, flipSeq: seqs[2]!, flipEnd: header[6]! };
  }

  writeHeader({ baseSeq, baseEnd, flipSeq, flipEnd }: SegmentHeader): void {
    const header = new Int32Array(headerWords);
    const seqs = new Float64Array(header.buffer);
    seqs[0] = baseSeq;
    header[2] = baseEnd;
    seqs[2] = flipSeq;
    header[6] = flipEnd;
    this.#words.set(header);
  }

  /** Sees what other threads have added to the buffer. */
  #cover(end: number): void {
    if (end <= this.#words.length) return;
    const { buffer } = this;
    const { byteLength } = buffer;
    this.#words = new Int32Array(buffer, 0, Math.floor(byteLength / bytesPerWord));
    this.#bytes = new Uint8Array(buffer, 0, byteLength);
  }
}

function refuseGrowth(limit: number): never {
  throw new DictDBError("CAPACITY", `the commit does not fit into the ${limit} bytes of shared memory that a log can have`, { limit });
}
