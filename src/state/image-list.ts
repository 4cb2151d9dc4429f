import type { Key } from "../base/value.js";
import type { Seq } from "../log/commit.js";
import type { Image } from "./overlay.js";

/** What a record was before a commit changed it, for the first time since a moment. */
export interface PreImage {
  readonly key: Key;
  readonly image: Image;
  /** The commit that changed it. */
  readonly seq: Seq;
  /** Pre-images are numbered in the order in which they were saved, whatever their table; 0 as long as one is not saved whole. */
  number: number;
}

/** Up to one in so many images are taken out of a list one by one. */
const fewImages = 64;

/** Pre-images in the order of their numbers. It grows at both ends. */
export class ImageList {
  /** The lower numbers, the lowest last. */
  #front: PreImage[] = [];
  #back: PreImage[] = [];

  get length(): number {
    return this.#front.length + this.#back.length;
  }

  /** Adds one with a higher number than all others. */
  push(image: PreImage): void {
    this.#back.push(image);
  }

  /** Adds those of another list, which have lower numbers than all others; where that was cut off, the rest of them. O(the other list) */
  prepend(other: ImageList): void {
    for (let i = other.#back.length - 1; i >= 0; i--) this.#unshift(other.#back[i]!);
    for (const image of other.#front) this.#unshift(image);
  }

  #unshift(image: PreImage): void {
    const lowest = this.#front.at(-1);
    if (lowest === undefined || image.number < lowest.number) this.#front.push(image);
  }

  /** Those with a higher number, in order. */
  *after(number: number): Generator<PreImage, undefined> {
    for (let i = firstWithout(this.#front, (image) => image.number > number) - 1; i >= 0; i--) yield this.#front[i]!;
    for (let i = firstWithout(this.#back, (image) => image.number <= number); i < this.#back.length; i++) yield this.#back[i]!;
  }

  /** Takes some out. */
  remove(images: readonly PreImage[]): void {
    if (images.length * fewImages < this.length) for (const image of images) this.#removeOne(image);
    else {
      const gone = new Set(images);
      this.#front = this.#front.filter((image) => !gone.has(image));
      this.#back = this.#back.filter((image) => !gone.has(image));
    }
  }

  #removeOne({ number }: PreImage): void {
    const front = firstWithout(this.#front, (image) => image.number > number);
    if (this.#front[front]?.number === number) this.#front.splice(front, 1);
    else {
      const back = firstWithout(this.#back, (image) => image.number < number);
      if (this.#back[back]?.number === number) this.#back.splice(back, 1);
    }
  }
}

/** The position of the first image that does not pass a test, which those before it pass. */
function firstWithout(images: readonly PreImage[], test: (image: PreImage) => boolean): number {
  let low = 0;
  let high = images.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(images[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
