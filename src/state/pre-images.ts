import type { Key } from "../base/value.js";
import type { Seq } from "../log/commit.js";
import { Overlay } from "./overlay.js";
import type { Image } from "./overlay.js";

/** What a snapshot keeps of one table: the images of the changed records from before their first change, and which commit that was. */
export class PreImages extends Overlay {
  #seqs: Map<Key, Seq> | undefined;

  /** Keeps the first image of a key: later changes are of no interest to who looks at the moment before the first. */
  keepFirst(key: Key, image: Image, seq: Seq): void {
    this.#seqs ??= new Map();
    if (this.#seqs.has(key)) return;
    // In this order, and the image once: a commit that was cut off in between comes again, when the record may have changed.
    if (!this.has(key)) this.set(key, image);
    this.#seqs.set(key, seq);
  }

  /** The commit that first changed a record since the snapshot. */
  changedBy(key: Key): Seq | undefined {
    return this.#seqs?.get(key);
  }
}
