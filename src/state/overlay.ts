import type { Key, StoredRecord } from "../base/value.js";

/** Says that there is no record with a key, where plain absence of an entry would say "look further down". */
export const absent: unique symbol = Symbol("absent");

/** A record, or the statement that there is none. */
export type Image = StoredRecord | typeof absent;

/**
 * What a reader sees differently from the current state of one table: the images that stand in front of it. A snapshot's overlay holds the
 * pre-images of what was changed since; a write buffer's holds what is about to be written.
 */
export class Overlay {
  readonly #images = new Map<Key, Image>();

  get size(): number {
    return this.#images.size;
  }

  has(key: Key): boolean {
    return this.#images.has(key);
  }

  /** The image of a key; undefined where the overlay says nothing of it. */
  get(key: Key): Image | undefined {
    return this.#images.get(key);
  }

  set(key: Key, image: Image): void {
    this.#images.set(key, image);
  }

  /** Lets the reader see the current state of a key again. */
  clear(key: Key): void {
    this.#images.delete(key);
  }

  /** Keeps the first image of a key: later changes are of no interest to who looks at the moment before the first. */
  keepFirst(key: Key, image: Image): void {
    if (!this.#images.has(key)) this.#images.set(key, image);
  }

  images(): Iterable<readonly [Key, Image]> {
    return this.#images;
  }

  /** The records among the images. */
  *records(): Generator<StoredRecord> {
    for (const image of this.#images.values()) if (image !== absent) yield image;
  }
}
