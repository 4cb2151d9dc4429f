import { InvariantError } from "../base/errors.js";
import { classOf, compareKeys, compareValues, valuesEqual } from "../base/order.js";
import { getter, pathText } from "../base/path.js";
import type { Getter } from "../base/path.js";
import type { Token } from "../base/token.js";
import type { Key, StoredRecord } from "../base/value.js";
import { SortedList } from "./sorted-list.js";
import type { Place } from "./sorted-list.js";
import type { IndexDefinition, Rows, Slot, TableIndex } from "./table-index.js";
import { uniqueTokenOf } from "./unique-token.js";

/** One end of a range. */
export interface Bound {
  readonly value: unknown;
  readonly inclusive: boolean;
}

/**
 * A stretch of a sorted index: the leading fields equal to `prefix`, and the next field between the bounds. With a bound on either side the range
 * holds only values of that bound's class, and no NaN, as `lt` and its kin demand.
 */
export interface SortedRange {
  readonly prefix: readonly unknown[];
  readonly low?: Bound | undefined;
  readonly high?: Bound | undefined;
}

/** Two places in a sorted index; what lies between them is the range. */
export interface Stretch {
  readonly from: Place;
  readonly to: Place;
}

/**
 * An index in the total order of values, ties by primary key. Adding and removing cost O(log n) plus a short memmove.
 *
 * With one field an entry's value is that field's value; with several it is the tuple of them.
 */
export class SortedIndex implements TableIndex {
  readonly definition: IndexDefinition;
  readonly #getters: readonly Getter[];
  readonly #rows: Rows;
  readonly #list: SortedList<unknown>;

  constructor(definition: IndexDefinition, rows: Rows) {
    this.definition = definition;
    this.#rows = rows;
    this.#getters = definition.fields.map((path) => getter(path));
    this.#list = new SortedList({
      compareValues: this.#getters.length === 1 ? compareValues : compareTuples,
      // Looking at the keys means looking at the records, which are mostly not in the processor's cache.
      compareSlots: (a, b) => (rows.inKeyOrder ? a - b : compareKeys(this.#keyOf(a), this.#keyOf(b))),
    });
  }

  get entries(): number {
    return this.#list.size;
  }

  add(record: StoredRecord, slot: Slot): void {
    this.#list.add(this.#valueOf(record), slot);
  }

  addAll(slots: readonly Slot[]): void {
    this.#list.addAll(
      slots.map((slot) => this.#valueOf(this.#rows.records[slot]!)),
      slots,
    );
  }

  remove(record: StoredRecord, slot: Slot): void {
    this.#list.remove(this.#valueOf(record), slot);
  }

  replace(before: StoredRecord, after: StoredRecord, slot: Slot): void {
    const old = this.#valueOf(before);
    const value = this.#valueOf(after);
    if (valuesEqual(old, value)) return;
    this.#list.remove(old, slot);
    this.#list.add(value, slot);
  }

  uniqueToken(record: StoredRecord): Token | undefined {
    return uniqueTokenOf(this.#getters, record);
  }

  holder(record: StoredRecord): Slot | undefined {
    const prefix = this.#getters.map((read) => read(record));
    if (prefix.some((value) => value === null || value === undefined)) return undefined;
    const { from, to } = this.locate({ prefix });
    let found: Slot | undefined;
    this.#list.forEach(from, to, (slot) => {
      found = slot;
      return false;
    });
    return found;
  }

  /** Where a range begins and ends; valid until the next change of the index. */
  locate(range: SortedRange): Stretch {
    return { from: this.#list.seek(this.#startOf(range)), to: this.#list.seek(this.#endOf(range)) };
  }

  /** The whole index. */
  get whole(): Stretch {
    return { from: this.#list.start, to: this.#list.end };
  }

  count({ from, to }: Stretch): number {
    return this.#list.count(from, to);
  }

  /** Appends the slots of a stretch to a list, in order. */
  collect({ from, to }: Stretch, into: Slot[]): void {
    this.#list.collect(from, to, into);
  }

  /** Visits the slots of a stretch in order until `visit` answers false; ties in key order, in both directions. */
  forEach({ from, to }: Stretch, descending: boolean, visit: (slot: Slot) => boolean): boolean {
    return descending ? this.#list.forEachDescending(from, to, visit) : this.#list.forEach(from, to, visit);
  }

  check(live: readonly Slot[], table: string): void {
    const name = `${table}, sorted index on ${this.definition.fields.map(pathText).join(", ")}`;
    const seen = new Set<Slot>();
    const compare = this.#getters.length === 1 ? compareValues : compareTuples;
    let last: { value: unknown; slot: Slot } | undefined;
    for (const entry of this.#list.entries()) {
      const record = this.#rows.records[entry.slot];
      if (record === undefined || compare(this.#valueOf(record), entry.value) !== 0) {
        throw new InvariantError(`${name}: slot ${entry.slot} has an entry that its record does not explain`);
      }
      if (last !== undefined && (compare(last.value, entry.value) || compareKeys(this.#keyOf(last.slot), this.#keyOf(entry.slot))) >= 0) {
        throw new InvariantError(`${name}: the entries of slots ${last.slot} and ${entry.slot} stand in the wrong order`);
      }
      if (
        this.definition.unique &&
        last !== undefined &&
        compare(last.value, entry.value) === 0 &&
        this.uniqueToken(record) !== undefined
      ) {
        throw new InvariantError(`${name}: it is unique, but slots ${last.slot} and ${entry.slot} share a value`);
      }
      seen.add(entry.slot);
      last = entry;
    }
    if (seen.size !== live.length || this.#list.size !== live.length) {
      throw new InvariantError(`${name}: ${live.length} records, but ${this.#list.size} entries`);
    }
  }

  #startOf({ prefix, low, high }: SortedRange): (value: unknown) => boolean {
    const depth = prefix.length;
    if (low === undefined && high === undefined) return (value) => this.#comparePrefix(value, prefix) >= 0;
    if (low !== undefined) {
      const least = low.inclusive ? 0 : 1;
      return (value) => (this.#comparePrefix(value, prefix) || compareValues(this.#part(value, depth), low.value)) >= least;
    }
    const lowest = classOf(high!.value);
    return (value) => {
      const difference = this.#comparePrefix(value, prefix);
      if (difference !== 0) return difference > 0;
      const part = this.#part(value, depth);
      const rank = classOf(part);
      // NaN opens the class of numbers and is in no range.
      return rank > lowest || (rank === lowest && !Number.isNaN(part));
    };
  }

  #endOf({ prefix, low, high }: SortedRange): (value: unknown) => boolean {
    const depth = prefix.length;
    if (low === undefined && high === undefined) return (value) => this.#comparePrefix(value, prefix) > 0;
    if (high !== undefined) {
      const least = high.inclusive ? 1 : 0;
      return (value) => (this.#comparePrefix(value, prefix) || compareValues(this.#part(value, depth), high.value)) >= least;
    }
    const highest = classOf(low!.value);
    return (value) => (this.#comparePrefix(value, prefix) || classOf(this.#part(value, depth)) - highest) > 0;
  }

  #comparePrefix(value: unknown, prefix: readonly unknown[]): number {
    for (let i = 0; i < prefix.length; i++) {
      const difference = compareValues(this.#part(value, i), prefix[i]);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #part(value: unknown, i: number): unknown {
    return this.#getters.length === 1 ? value : (value as readonly unknown[])[i];
  }

  #valueOf(record: StoredRecord): unknown {
    const only = this.#getters[0]!;
    return this.#getters.length === 1 ? only(record) : this.#getters.map((read) => read(record));
  }

  #keyOf(slot: Slot): Key {
    return this.#rows.records[slot]![this.#rows.primaryKey] as Key;
  }
}

function compareTuples(a: unknown, b: unknown): number {
  const left = a as readonly unknown[];
  const right = b as readonly unknown[];
  for (let i = 0; i < left.length; i++) {
    const difference = compareValues(left[i], right[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}
