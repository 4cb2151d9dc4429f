import type { Mutation } from "../mutant.js";

const log = "log/shared-log.js";
const compaction = "log/compaction.js";

/** Places of the commit road and of compaction at which a thread may die, each named by what it is about to do. */
const places: Readonly<Record<string, readonly [file: string, text: string]>> = {
  "take the mutex": [log, "let bytes = this.codec.encode(changes);"],
  "make room for the commit": [log, "segment.reserve(end);"],
  "write the commit": [log, "segment.write(this.#at, bytes);"],
  "store the tail": [log, "Atomics.store(this.#words, words.tail + (this.#generation & 1), end);"],
  "publish the commit": [log, "Atomics.store(this.#words, words.published, (this.#seq + 1) | 0);"],
  "note that the commit is published": [log, "this.codec.appended();"],
  "leave the mutex": [log, "this.mutex.unlock();\n        }\n        this.bell"],
  "wake the sleepers": [log, "this.bell.ring();"],
  "unlock the table": ["replica/shared-road.js", "this.#locks.leave(lock);\n                this.#compactor.advance();"],
  "claim the passive segment": [compaction, "Atomics.exchange(this.#words, words.claim, this.#generation);"],
  "write some of the base": [compaction, "this.#write(bytes);"],
  "end the base": [compaction, "this.#baseEnd = this.#at;"],
  "write the header of the new segment": [compaction, "this.#to.writeHeader("],
  "make the new segment the active one": [compaction, "Atomics.store(this.#words, words.generation, this.#generation);"],
  "leave the mutex after compaction": [compaction, "mutex.unlock();\n        }\n        return true;"],
};

/** The names of the places. */
export const points: readonly string[] = Object.keys(places);

/** What a build of the library needs so that a thread can be told to die at one of these places: see {@link dieAt}. */
export const pointMutations: readonly Mutation[] = Object.entries(places).map(([name, [file, text]]) => ({
  file,
  find: text,
  replace: `globalThis.dictdbPoint?.(${JSON.stringify(name)}); ${text}`,
}));

/** Makes this thread call `die` when it is for the n-th time at a place. */
export function dieAt(point: string, times: number, die: () => void): void {
  let left = times;
  const reached = (name: string): void => {
    if (name === point && --left === 0) die();
  };
  (globalThis as { dictdbPoint?: (name: string) => void }).dictdbPoint = reached;
}
