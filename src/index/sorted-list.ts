import type { Slot } from "./table-index.js";

/** Where an entry stands: which leaf, and where in it. One past the last entry is a place, too. */
export interface Place {
  readonly leaf: number;
  readonly offset: number;
}

/** Orders two entries: by value, then by key. */
export interface EntryOrder<V> {
  compareValues(a: V, b: V): number;
  /** Called for equal values only. */
  compareSlots(a: Slot, b: Slot): number;
}

interface Leaf<V> {
  readonly values: V[];
  readonly slots: Slot[];
}

/** A leaf that grows beyond this is split in two. Large enough to keep the list of leaves short, small enough for a splice to be a short memmove. */
export const leafLimit = 128;

/**
 * Entries (value, slot) in order: a list of short sorted arrays, as in Grant Jenks' sortedcontainers for Python. Finding a place costs two binary
 * searches, inserting a splice within one leaf. Measured against a B-tree with one entry per distinct value it inserts faster, and since equal
 * values stand in key order, ties need no sorting when they are read.
 */
export class SortedList<V> {
  readonly #order: EntryOrder<V>;
  #leaves: Leaf<V>[] = [];
  /** The value and slot of each leaf's last entry, side by side: the search for a leaf reads these alone, and stays in the processor's cache. */
  #lastValues: V[] = [];
  #lastSlots: Slot[] = [];
  #size = 0;

  constructor(order: EntryOrder<V>) {
    this.#order = order;
  }

  get size(): number {
    return this.#size;
  }

  add(value: V, slot: Slot): void {
    this.#size++;
    if (this.#leaves.length === 0) {
      this.#pushLeaf(value, slot);
      return;
    }
    const at = Math.min(this.#leafFor(value, slot), this.#leaves.length - 1);
    const { values, slots } = this.#leaves[at]!;
    const offset = this.#offsetIn(values, slots, value, slot);
    if (offset === values.length) {
      values.push(value);
      slots.push(slot);
      this.#lastValues[at] = value;
      this.#lastSlots[at] = slot;
    } else {
      insertAt(values, offset, value);
      insertAt(slots, offset, slot);
    }
    if (values.length > leafLimit) {
      const half = values.length >> 1;
      this.#leaves.splice(at + 1, 0, { values: values.splice(half), slots: slots.splice(half) });
      this.#lastValues.splice(at, 0, values[half - 1]!);
      this.#lastSlots.splice(at, 0, slots[half - 1]!);
    }
  }

  /** Adds many entries, which it sorts; much cheaper than one by one when they are many compared to what is there. */
  addAll(values: readonly V[], slots: readonly Slot[]): void {
    const sorted = sortedPositions(values, slots, this.#order);
    if (sorted.length * 8 < this.#size) {
      for (const i of sorted) this.add(values[i]!, slots[i]!);
      return;
    }
    const merged = new SortedList<V>(this.#order);
    let next = 0;
    for (const leaf of this.#leaves) {
      for (let i = 0; i < leaf.values.length; i++) {
        const value = leaf.values[i]!;
        const slot = leaf.slots[i]!;
        for (; next < sorted.length; next++) {
          const added = sorted[next]!;
          if (this.#compare(values[added]!, slots[added]!, value, slot) > 0) break;
          merged.#append(values[added]!, slots[added]!);
        }
        merged.#append(value, slot);
      }
    }
    for (; next < sorted.length; next++) merged.#append(values[sorted[next]!]!, slots[sorted[next]!]!);
    this.#leaves = merged.#leaves;
    this.#lastValues = merged.#lastValues;
    this.#lastSlots = merged.#lastSlots;
    this.#size = merged.#size;
  }

  /** Removes an entry. Answers whether it was there. */
  remove(value: V, slot: Slot): boolean {
    const at = this.#leafFor(value, slot);
    const leaf = this.#leaves[at];
    if (leaf === undefined) return false;
    const { values, slots } = leaf;
    const offset = this.#offsetIn(values, slots, value, slot);
    if (slots[offset] !== slot || this.#order.compareValues(values[offset]!, value) !== 0) return false;
    if (values.length === 1) this.#removeLeaf(at);
    else {
      removeAt(values, offset);
      removeAt(slots, offset);
      if (offset === values.length) {
        this.#lastValues[at] = values[offset - 1]!;
        this.#lastSlots[at] = slots[offset - 1]!;
      }
    }
    this.#size--;
    return true;
  }

  /**
   * The first place whose value fulfils a test that is false up to some value and true from there on; the end where none does.
   */
  seek(reached: (value: V) => boolean): Place {
    let low = 0;
    let high = this.#leaves.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(this.#lastValues[middle]!)) high = middle;
      else low = middle + 1;
    }
    const leaf = this.#leaves[low];
    if (leaf === undefined) return { leaf: low, offset: 0 };
    let from = 0;
    let to = leaf.values.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (reached(leaf.values[middle]!)) to = middle;
      else from = middle + 1;
    }
    return { leaf: low, offset: from };
  }

  get start(): Place {
    return { leaf: 0, offset: 0 };
  }

  get end(): Place {
    return { leaf: this.#leaves.length, offset: 0 };
  }

  /** How many entries stand between two places. */
  count(from: Place, to: Place): number {
    if (from.leaf === to.leaf) return Math.max(0, to.offset - from.offset);
    if (from.leaf > to.leaf) return 0;
    let count = to.offset - from.offset;
    for (let i = from.leaf; i < to.leaf; i++) count += this.#leaves[i]!.slots.length;
    return count;
  }

  /** Appends the slots between two places to a list, in order. */
  collect(from: Place, to: Place, into: Slot[]): void {
    for (let at = from.leaf; at < this.#leaves.length && at <= to.leaf; at++) {
      const { slots } = this.#leaves[at]!;
      const end = at === to.leaf ? to.offset : slots.length;
      for (let i = at === from.leaf ? from.offset : 0; i < end; i++) into.push(slots[i]!);
    }
  }

  /** Calls `visit` for the slots between two places, in order, until it answers false. */
  forEach(from: Place, to: Place, visit: (slot: Slot) => boolean): boolean {
    for (let at = from.leaf; at < this.#leaves.length && at <= to.leaf; at++) {
      const { slots } = this.#leaves[at]!;
      const end = at === to.leaf ? to.offset : slots.length;
      for (let i = at === from.leaf ? from.offset : 0; i < end; i++) if (!visit(slots[i]!)) return false;
    }
    return true;
  }

  /** As {@link forEach} from the highest value to the lowest, but equal values still in key order: ties go by key in either direction. */
  forEachDescending(from: Place, to: Place, visit: (slot: Slot) => boolean): boolean {
    let end = to;
    while (this.count(from, end) > 0) {
      const group = this.#groupBefore(end);
      const start = this.count(from, group) > 0 ? group : from;
      if (!this.forEach(start, end, visit)) return false;
      end = start;
    }
    return true;
  }

  /** Every entry in order, for checks. */
  *entries(): Generator<{ value: V; slot: Slot }> {
    for (const { values, slots } of this.#leaves) for (let i = 0; i < values.length; i++) yield { value: values[i]!, slot: slots[i]! };
  }

  /** Where the entries begin whose value is that of the entry before a place. Most values stand alone, so the neighbour is asked first. */
  #groupBefore(place: Place): Place {
    const leaf = place.offset > 0 ? place.leaf : place.leaf - 1;
    const { values } = this.#leaves[leaf]!;
    const offset = place.offset > 0 ? place.offset - 1 : values.length - 1;
    const value = values[offset]!;
    if (offset > 0 && this.#order.compareValues(values[offset - 1]!, value) !== 0) return { leaf, offset };
    return this.seek((other) => this.#order.compareValues(other, value) >= 0);
  }

  #append(value: V, slot: Slot): void {
    const last = this.#leaves[this.#leaves.length - 1];
    // Three quarters full: room for a few inserts before the first split.
    if (last === undefined || last.values.length >= (leafLimit * 3) / 4) this.#pushLeaf(value, slot);
    else {
      last.values.push(value);
      last.slots.push(slot);
      this.#lastValues[this.#leaves.length - 1] = value;
      this.#lastSlots[this.#leaves.length - 1] = slot;
    }
    this.#size++;
  }

  #pushLeaf(value: V, slot: Slot): void {
    this.#leaves.push({ values: [value], slots: [slot] });
    this.#lastValues.push(value);
    this.#lastSlots.push(slot);
  }

  #removeLeaf(at: number): void {
    this.#leaves.splice(at, 1);
    this.#lastValues.splice(at, 1);
    this.#lastSlots.splice(at, 1);
  }

  #compare(valueA: V, slotA: Slot, valueB: V, slotB: Slot): number {
    const difference = this.#order.compareValues(valueA, valueB);
    return difference !== 0 ? difference : slotA === slotB ? 0 : this.#order.compareSlots(slotA, slotB);
  }

  /** The first leaf whose last entry is not before the given one. */
  #leafFor(value: V, slot: Slot): number {
    let low = 0;
    let high = this.#leaves.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#lastValues[middle]!, this.#lastSlots[middle]!, value, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #offsetIn(values: readonly V[], slots: readonly Slot[], value: V, slot: Slot): number {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(values[middle]!, slots[middle]!, value, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Inserts into a short array. A loop over a leaf is faster than `splice`, which is made for the general case and allocates its answer. */
function insertAt<E>(array: E[], at: number, element: E): void {
  for (let i = array.length; i > at; i--) array[i] = array[i - 1]!;
  array[at] = element;
}

function removeAt(array: unknown[], at: number): void {
  for (let i = at + 1; i < array.length; i++) array[i - 1] = array[i];
  array.pop();
}

/** The positions of some entries in their order. Numbers, the usual case, are compared without a call for each pair. */
function sortedPositions<V>(values: readonly V[], slots: readonly Slot[], order: EntryOrder<V>): Uint32Array {
  const positions = Uint32Array.from(values, (_, i) => i);
  const numbers = asNumbers(values);
  return numbers === undefined
    ? positions.sort((a, b) => order.compareValues(values[a]!, values[b]!) || order.compareSlots(slots[a]!, slots[b]!))
    : positions.sort((a, b) => numbers[a]! - numbers[b]! || order.compareSlots(slots[a]!, slots[b]!));
}

/** The values as numbers that subtraction can compare: undefined where one is something else, NaN or infinite. */
function asNumbers(values: readonly unknown[]): Float64Array | undefined {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    numbers[i] = value;
  }
  return numbers;
}
