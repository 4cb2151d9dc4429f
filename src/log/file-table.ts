import type { SharedMutex } from "../lock/shared/shared-mutex.js";

/** Stands for a text in shared memory: 128 bits of a hash. */
export type Digest = Int32Array;

/** What a database knows of a file that it has loaded or saved. */
export interface FileNote {
  /** The file as it was last seen; see {@link nothingThere} and {@link anything}. */
  readonly stamp: Digest;
  /** The file that was about to take its place: whoever put it there may have died before it said so. */
  readonly next: Digest;
  /** The last commit that the file holds; 0 where it was loaded. */
  readonly seq: number;
  /** The same of the one that was about to take its place. */
  readonly nextSeq: number;
}

const digestWords = 4;

/** The stamp of a path where nothing was. */
export const nothingThere: Digest = new Int32Array(digestWords).fill(-1);

/** The stamp of a file of which nothing is known, so that nothing can be told about changes of it. */
export const anything: Digest = new Int32Array(digestWords);

/** How many notes there are; a file takes two, since it goes by two names. */
const capacity = 1_024;

/** The words of a note: digest of the name, stamp, next, the numbers of commits in two words each, and when it was written. */
const at = { name: 0, stamp: 4, next: 8, seq: 12, nextSeq: 14, written: 16 } as const;
const noteWords = 20;

/** The words before the notes: the mutex, and a count of the notes that were written. */
const head = { mutex: 0, clock: 1 } as const;
const headWords = 16;

/**
 * What a database knows of its files, in words that the threads that share it have in common. The notes written least recently make room for others.
 *
 * A note is written by one call that nothing interrupts, so a thread that dies leaves a whole one.
 */
export class FileTable {
  /** How many words it takes. */
  static readonly size = headWords + capacity * noteWords;
  /** Where the mutex stands, from the beginning of its words. */
  static readonly mutexAt = head.mutex;
  #words: Int32Array | undefined;
  readonly #mutex: SharedMutex | undefined;

  /** @param words none for a database of one thread, which takes them when it has something to note */
  constructor(words?: Int32Array, mutex?: SharedMutex) {
    this.#words = words;
    this.#mutex = mutex;
  }

  /** Runs something while no other thread of the database does. It is synchronous, and waits for nothing but the disk. */
  exclusively<R>(run: () => R): R {
    this.#mutex?.lock();
    try {
      return run();
    } finally {
      this.#mutex?.unlock();
    }
  }

  /** The last note of a file that has several names. */
  find(names: readonly Digest[]): FileNote | undefined {
    const words = this.#words;
    if (words === undefined) return undefined;
    let found: number | undefined;
    for (const name of names) {
      const place = this.#placeOf(words, name);
      if (place !== undefined && (found === undefined || words[place + at.written]! > words[found + at.written]!)) found = place;
    }
    if (found === undefined) return undefined;
    const note = words.slice(found, found + noteWords);
    return {
      stamp: note.slice(at.stamp, at.stamp + digestWords),
      next: note.slice(at.next, at.next + digestWords),
      seq: numberAt(note, at.seq),
      nextSeq: numberAt(note, at.nextSeq),
    };
  }

  /** Notes the same of a file under each of its names. */
  note(names: readonly Digest[], { stamp, next, seq, nextSeq }: FileNote): void {
    const words = (this.#words ??= new Int32Array(FileTable.size));
    const note = new Int32Array(noteWords);
    note.set(stamp, at.stamp);
    note.set(next, at.next);
    note.set([seq | 0, Math.floor(seq / 2 ** 32)], at.seq);
    note.set([nextSeq | 0, Math.floor(nextSeq / 2 ** 32)], at.nextSeq);
    note[at.written] = words[head.clock] = words[head.clock]! + 1;
    for (const name of names) {
      note.set(name, at.name);
      words.set(note, this.#placeOf(words, name) ?? oldestPlace(words));
    }
  }

  /** Takes over what a database knew before it was shared. */
  takeOver(former: FileTable): void {
    if (former.#words !== undefined) this.#words?.set(former.#words.subarray(head.clock), head.clock);
  }

  #placeOf(words: Int32Array, name: Digest): number | undefined {
    for (let place = headWords; place < FileTable.size; place += noteWords) {
      if (words[place] === name[0] && isSame(words.subarray(place, place + digestWords), name)) return place;
    }
    return undefined;
  }
}

/** Whether two digests are of the same text. */
export function isSame(a: Digest, b: Digest): boolean {
  return a.every((word, index) => word === b[index]);
}

function numberAt(words: Int32Array, at: number): number {
  return (words[at]! >>> 0) + words[at + 1]! * 2 ** 32;
}

function oldestPlace(words: Int32Array): number {
  let oldest = headWords;
  for (let place = headWords; place < FileTable.size; place += noteWords) {
    if (words[place + at.written]! < words[oldest + at.written]!) oldest = place;
  }
  return oldest;
}
