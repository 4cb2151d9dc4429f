import type { Key, StoredRecord } from "../base/value.js";
import { absent } from "./overlay.js";
import type { Image, ImageSource, Overlay } from "./overlay.js";

/** Two layers of images: what a unit of work has written, in front of the snapshot that it reads. */
export class LayeredImages implements ImageSource {
  readonly #front: Overlay;
  #back: ImageSource;

  constructor(front: Overlay, back: ImageSource) {
    this.#front = front;
    this.#back = back;
  }

  get size(): number {
    return this.#front.size + this.#back.size;
  }

  has(key: Key): boolean {
    return this.#front.has(key) || this.#back.has(key);
  }

  get(key: Key): Image | undefined {
    return this.#front.get(key) ?? this.#back.get(key);
  }

  *images(): Generator<readonly [Key, Image]> {
    yield* this.#front.images();
    for (const entry of this.#back.images()) if (!this.#front.has(entry[0])) yield entry;
  }

  *records(): Generator<StoredRecord> {
    for (const [, image] of this.images()) if (image !== absent) yield image;
  }

  /** Puts another snapshot behind what was written. */
  rebase(back: ImageSource): void {
    this.#back = back;
  }
}
