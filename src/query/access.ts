import { pathText } from "../base/path.js";
import type { HashIndex } from "../index/hash-index.js";
import type { MultiIndex } from "../index/multi-index.js";
import type { SortedIndex, SortedRange, Stretch } from "../index/sorted-index.js";
import type { IndexDefinition, Slot } from "../index/table-index.js";

/**
 * A way to the records that may match. What it knows is valid until the next change of the table; it is made, used and dropped within one call.
 */
export interface Access {
  readonly kind: "key" | "index" | "union";
  /** The indexes used, for people. */
  readonly index: string | null;
  /** How many slots it gives; for a union, before those found twice are counted once. */
  readonly candidates: number;
  /** Each slot once, in no order. */
  slots(): readonly Slot[];
}

/** Straight by primary key. */
export class KeyAccess implements Access {
  readonly kind = "key";
  readonly index = null;
  readonly #slots: readonly Slot[];

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  get candidates(): number {
    return this.#slots.length;
  }

  slots(): readonly Slot[] {
    return this.#slots;
  }
}

/** Equality by hash, for one or several combinations of values. */
export class HashAccess implements Access {
  readonly kind = "index";
  readonly candidates: number;
  readonly #hash: HashIndex;
  readonly #postings: readonly (readonly Slot[])[];

  constructor(index: HashIndex, combinations: readonly (readonly unknown[])[]) {
    this.#hash = index;
    this.#postings = combinations.map((values) => index.slots(values));
    this.candidates = this.#postings.reduce((sum, { length }) => sum + length, 0);
  }

  get index(): string {
    return indexText(this.#hash.definition);
  }

  slots(): readonly Slot[] {
    if (this.#postings.length === 1) return this.#postings[0]!;
    const slots: Slot[] = []; // filled by hand, which takes a third of the time of flat()
    for (const posting of this.#postings) for (const slot of posting) slots.push(slot);
    return slots;
  }
}

/** One or several disjoint stretches of a sorted index. */
export class SortedAccess implements Access {
  readonly kind = "index";
  readonly candidates: number;
  readonly #sorted: SortedIndex;
  readonly #stretches: readonly Stretch[];

  constructor(sorted: SortedIndex, ranges: readonly SortedRange[]) {
    this.#sorted = sorted;
    this.#stretches = ranges.map((range) => sorted.locate(range));
    this.candidates = this.#stretches.reduce((sum, stretch) => sum + sorted.count(stretch), 0);
  }

  get index(): string {
    return indexText(this.#sorted.definition);
  }

  slots(): readonly Slot[] {
    const slots: Slot[] = [];
    for (const stretch of this.#stretches) this.#sorted.collect(stretch, slots);
    return slots;
  }
}

/** The records that contain an element. */
export class ElementAccess implements Access {
  readonly kind = "index";
  readonly candidates: number;
  readonly #multi: MultiIndex;
  readonly #element: unknown;

  constructor(multi: MultiIndex, element: unknown) {
    this.#multi = multi;
    this.#element = element;
    this.candidates = multi.count(element);
  }

  get index(): string {
    return indexText(this.#multi.definition);
  }

  slots(): readonly Slot[] {
    return this.#multi.slots(this.#element);
  }
}

/** Everything that any of several accesses gives. */
export class UnionAccess implements Access {
  readonly kind = "union";
  readonly index: string | null;
  readonly candidates: number;
  readonly #branches: readonly Access[];
  readonly #slotCount: number;

  /** @param slotCount how many slots the table has */
  constructor(branches: readonly Access[], slotCount: number) {
    this.#branches = branches;
    this.#slotCount = slotCount;
    this.index = [...new Set(branches.map(({ index }) => index ?? "key"))].join(" | ");
    this.candidates = branches.reduce((sum, branch) => sum + branch.candidates, 0);
  }

  slots(): readonly Slot[] {
    return this.candidates < this.#slotCount / slotsPerMember ? this.#fewSlots() : this.#manySlots();
  }

  #fewSlots(): Slot[] {
    const slots = new Set<Slot>();
    for (const branch of this.#branches) for (const slot of branch.slots()) slots.add(slot);
    return [...slots];
  }

  /** With a byte for each slot of the table. */
  #manySlots(): Slot[] {
    const seen = new Uint8Array(this.#slotCount);
    const slots: Slot[] = [];
    for (const branch of this.#branches) {
      for (const slot of branch.slots()) {
        if (seen[slot] === 1) continue;
        seen[slot] = 1;
        slots.push(slot);
      }
    }
    return slots;
  }
}

/** Adding a slot to a Set takes as long as clearing about so many bytes. */
const slotsPerMember = 256;

/** An index as people write it: `dept, salary`. */
export function indexText({ fields }: IndexDefinition): string {
  return fields.map(pathText).join(", ");
}
