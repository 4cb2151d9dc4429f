import type { Key } from "../base/value.js";
import type { Seq } from "../log/commit.js";
import { Overlay } from "./overlay.js";
import type { ChangedImages, Image } from "./overlay.js";

/** Pre-images of one table that were put together from several sources: of each record the one from before its first change. */
export class PreImages extends Overlay implements ChangedImages {
  #seqs: Map<Key, Seq> | undefined;

  /** Keeps the first image of a key: later changes are of no interest to who looks at the moment before the first. */
  keepFirst(key: Key, image: Image, seq: Seq): void {
    this.#seqs ??= new Map();
    if (this.#seqs.has(key)) return;
    this.set(key, image);
    this.#seqs.set(key, seq);
  }

  /** The commit that first changed a record since the snapshot. */
  changedBy(key: Key): Seq | undefined {
    return this.#seqs?.get(key);
  }
}
