import type { Key, StoredRecord } from "../base/value.js";
import { everything } from "../condition/filter.js";
import type { Filter } from "../condition/filter.js";
import type { Seq } from "../log/commit.js";
import { filterTest } from "../query/find.js";
import type { ChangedImages } from "../state/overlay.js";
import { absent } from "../state/overlay.js";
import type { TableState } from "../state/table-state.js";
import { ChangedRecords } from "./changed-records.js";

/** From so many filters on, what has changed is put in order for them; fewer look through all of it sooner. */
const manyFilters = 4;

/** So many keys are noted before it is looked which of them are the same. */
const manyKeys = 1_024;

/** Something that a unit of work has read, and the first commit since then that changed it. */
export interface ReadConflict {
  readonly key: Key;
  readonly seq: Seq;
  /** What had been asked for when the record was found, or was not found; undefined where it was read by its key. */
  readonly filter: Filter | undefined;
}

/**
 * What a unit of work has read of one table: keys, and the filters by which it looked for records.
 *
 * To see whether all of that would be read the same today needs no history of commits (precision locking, as in Neumann, Mühlbauer, Kemper, "Fast
 * Serializable Multi-Version Concurrency Control for Main-Memory Database Systems", 2015): the snapshot that was read keeps what has changed since, so
 * a key must not be among that, and no filter may let through a record of that, neither as it was nor as it is.
 */
export class ReadSet {
  #key: Key | undefined;
  /** Those after the first. One may stand here several times: to look for it whenever one is read costs more than to compare them all at the end. */
  #keys: Key[] | undefined;
  #lastKey: Key | undefined;
  #keyLimit = manyKeys;
  #filters: Filter[] | undefined;
  #counted = false;

  get isEmpty(): boolean {
    return this.#key === undefined && this.#filters === undefined && !this.#counted;
  }

  /** A record was read by its key, or found absent. */
  noteKey(key: Key): void {
    if (this.#lastKey === key) return;
    this.#lastKey = key;
    if (this.#key === undefined) this.#key = key;
    else if (this.#keys === undefined) this.#keys = [key];
    else if (this.#keys.push(key) >= this.#keyLimit) this.#forgetDoubles(this.#keys);
  }

  /** Many reads of few records need no more room than one of each; looking for that costs each read its share. */
  #forgetDoubles(keys: readonly Key[]): void {
    this.#keys = [...new Set(keys)];
    this.#keyLimit = Math.max(manyKeys, 2 * this.#keys.length);
  }

  /** Records were looked for. */
  noteFilter(filter: Filter): void {
    if (this.#filters === undefined || filter === everything) this.#filters = [filter];
    else if (this.#filters[0] !== everything && this.#filters.at(-1) !== filter) this.#filters.push(filter);
  }

  /** All records were read. */
  noteEverything(): void {
    this.#filters = [everything];
  }

  /** All records were counted. */
  noteSize(): void {
    this.#counted = true;
  }

  /** The first thing read that is not today what it was, given what has changed since. */
  conflict(changed: ChangedImages, state: TableState): ReadConflict | undefined {
    if (changed.size === 0) return undefined;
    return this.#changedKey(changed) ?? this.#changedResult(changed, state) ?? this.#changedSize(changed, state);
  }

  #changedKey(changed: ChangedImages): ReadConflict | undefined {
    const first = this.#key;
    if (first === undefined) return undefined;
    if (changed.has(first)) return { key: first, seq: changed.changedBy(first)!, filter: undefined };
    for (const key of this.#keys ?? []) if (changed.has(key)) return { key, seq: changed.changedBy(key)!, filter: undefined };
    return undefined;
  }

  #changedResult(changed: ChangedImages, state: TableState): ReadConflict | undefined {
    if (this.#filters === undefined) return undefined;
    const news = new ChangedRecords(changed, state);
    const isWorthIndexing = this.#filters.length >= manyFilters;
    for (const filter of this.#filters) {
      const test = tolerant(filterTest({ filter }));
      const candidates = isWorthIndexing && filter.node !== undefined ? news.candidates(filter.node) : news.records.keys();
      let first = Infinity; // of those that were changed first, whatever the way to them
      for (const position of candidates) if (position < first && test(news.records[position]!)) first = position;
      if (first === Infinity) continue;
      const key = news.keyAt(first);
      return { key, seq: changed.changedBy(key)!, filter };
    }
    return undefined;
  }

  #changedSize(changed: ChangedImages, state: TableState): ReadConflict | undefined {
    if (!this.#counted) return undefined;
    let difference = 0;
    let last: Key | undefined;
    for (const [key, image] of changed.images()) {
      const change = Number(state.slotOf(key) !== undefined) - Number(image !== absent);
      difference += change;
      if (change !== 0) last = key;
    }
    return difference === 0 || last === undefined ? undefined : { key: last, seq: changed.changedBy(last)!, filter: everything };
  }
}

/** A predicate that throws at a record would have thrown at it in the unit of work: so that is for that to do, when it runs again. */
function tolerant(test: (record: StoredRecord) => boolean): (record: StoredRecord) => boolean {
  return (record) => {
    try {
      return test(record);
    } catch {
      return true;
    }
  };
}
