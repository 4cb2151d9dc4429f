import type { Key, StoredRecord } from "../base/value.js";
import type { Seq } from "../log/commit.js";

/** Says that there is no record with a key, where plain absence of an entry would say "look further down". */
export const absent: unique symbol = Symbol("absent");

/** A record, or the statement that there is none. */
export type Image = StoredRecord | typeof absent;

/** What a reader sees differently from the current state of one table: the images that stand in front of it. */
export interface ImageSource {
  /** How many keys have an image; at most, where it is not known exactly. */
  readonly size: number;
  has(key: Key): boolean;
  /** The image of a key; undefined where none stands in front of the current state. */
  get(key: Key): Image | undefined;
  /** Each key with its image. */
  images(): Iterable<readonly [Key, Image]>;
  /** The records among the images. */
  records(): Iterable<StoredRecord>;
}

/** Images of what was changed since a moment, as it was then. */
export interface ChangedImages extends ImageSource {
  /** The commit that first changed a record since that moment. */
  changedBy(key: Key): Seq | undefined;
}

/** ImageSource of one kind: a snapshot's are the pre-images of what was changed since, a write buffer's are what is about to be written. */
export class Overlay implements ImageSource {
  // Made when it is needed: every transaction has some of these, and most of them stay empty.
  #images: Map<Key, Image> | undefined;

  get size(): number {
    return this.#images === undefined ? 0 : this.#images.size;
  }

  has(key: Key): boolean {
    return this.#images !== undefined && this.#images.has(key);
  }

  get(key: Key): Image | undefined {
    return this.#images?.get(key);
  }

  set(key: Key, image: Image): void {
    this.#images ??= new Map();
    this.#images.set(key, image);
  }

  /** Lets the reader see the current state of a key again. */
  clear(key: Key): void {
    this.#images?.delete(key);
  }

  images(): Iterable<readonly [Key, Image]> {
    return this.#images ?? [];
  }

  *records(): Generator<StoredRecord> {
    for (const image of this.#images?.values() ?? []) if (image !== absent) yield image;
  }
}
