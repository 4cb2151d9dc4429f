import type { Key } from "../base/value.js";
import type { Slot } from "../index/table-index.js";

/** Marks a place of the dense part that no key has. */
const free = -1;

/** Keys below this go into the dense part of a map however small it is. */
const alwaysDense = 1_024;

/**
 * Finds the slot of a key.
 *
 * Keys are mostly small integers that the table assigned itself, one after the other. Those index an array: no hashing, and one access to memory where
 * a `Map` needs two that wait for each other. All other keys are in a `Map`. An integer is admitted to the array while that stays at most about half
 * empty, so it never takes more memory than the `Map` would.
 */
export class KeyMap {
  readonly #dense: Slot[] = [];
  readonly #sparse = new Map<Key, Slot>();
  #denseCount = 0;

  get size(): number {
    return this.#denseCount + this.#sparse.size;
  }

  get(key: Key): Slot | undefined {
    if (this.#isDense(key)) {
      const slot = this.#dense[key]!;
      if (slot !== free) return slot;
    }
    // A key below the dense part's end can stand here all the same: it came when the dense part was shorter.
    return this.#sparse.size === 0 ? undefined : this.#sparse.get(key);
  }

  /** Adds a key that is not there. */
  add(key: Key, slot: Slot): void {
    if (!this.#isDense(key) && !this.#admit(key)) {
      this.#sparse.set(key, slot);
      return;
    }
    this.#dense[key as number] = slot;
    this.#denseCount++;
  }

  /** Removes a key that is there. */
  delete(key: Key): void {
    if (this.#isDense(key) && this.#dense[key] !== free) {
      this.#dense[key] = free;
      this.#denseCount--;
    } else this.#sparse.delete(key);
    if (this.size === 0) this.#dense.length = 0;
  }

  #isDense(key: Key): key is number {
    return typeof key === "number" && key < this.#dense.length && key >= 0 && (key | 0) === key;
  }

  /** Lengthens the dense part up to a key, if that leaves it full enough. */
  #admit(key: Key): boolean {
    if (typeof key !== "number" || key < 0 || (key | 0) !== key) return false;
    if (key >= Math.max(alwaysDense, 2 * this.size)) return false;
    while (this.#dense.length <= key) this.#dense.push(free);
    return true;
  }
}
