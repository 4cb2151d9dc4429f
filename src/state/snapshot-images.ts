import type { Key, StoredRecord } from "../base/value.js";
import type { Seq } from "../log/commit.js";
import { absent } from "./overlay.js";
import type { ChangedImages, Image } from "./overlay.js";
import type { TableState } from "./table-state.js";
import { VersionImages } from "./versions.js";
import type { PreImage } from "./image-list.js";
import type { Version, Versions } from "./versions.js";

/**
 * The records of one table that were changed since a snapshot, as they were: what its own version holds, and what it has found in younger ones. It
 * looks there when somebody reads, and only for what was saved since it last looked.
 */
export class SnapshotImages implements ChangedImages {
  readonly #versions: Versions;
  readonly #version: Version;
  readonly #table: TableState;
  #own: VersionImages | undefined;
  /** The first of each key. One may be in the own version as well, which has taken it over from a younger one. */
  #younger: Map<Key, PreImage> | undefined;
  /** It knows what has this number or a lower one. */
  #known: number;

  constructor(versions: Versions, version: Version, table: TableState) {
    this.#versions = versions;
    this.#version = version;
    this.#table = table;
    this.#known = version.firstNumber;
  }

  get size(): number {
    this.#look();
    return (this.#own?.byKey.size ?? 0) + (this.#younger?.size ?? 0);
  }

  has(key: Key): boolean {
    return this.#find(key) !== undefined;
  }

  get(key: Key): Image | undefined {
    return this.#find(key)?.image;
  }

  changedBy(key: Key): Seq | undefined {
    return this.#find(key)?.seq;
  }

  *images(): Generator<readonly [Key, Image]> {
    for (const { key, image } of this.#all()) yield [key, image];
  }

  *records(): Generator<StoredRecord> {
    for (const { image } of this.#all()) if (image !== absent) yield image;
  }

  /** What is changed from here on does not show any more. To be called when the snapshot is about to be closed. */
  freeze(): void {
    this.#look();
    if (this.#own !== undefined && this.#version.holders > 1) this.#own = copyOf(this.#own);
    if (this.#own !== undefined) this.#own.isFrozen = true;
    this.#known = Infinity;
  }

  /** Holds nothing from here on, and shows nothing. To be called when the snapshot is closed. */
  letGo(): void {
    this.#own = undefined;
    this.#younger = undefined;
    this.#known = Infinity;
  }

  #find(key: Key): PreImage | undefined {
    this.#look();
    return this.#own?.byKey.get(key) ?? this.#younger?.get(key);
  }

  *#all(): Generator<PreImage> {
    this.#look();
    const own = this.#own?.byKey;
    if (own !== undefined) yield* own.values();
    if (this.#younger === undefined) return;
    for (const image of this.#younger.values()) if (own?.has(image.key) !== true) yield image;
  }

  #look(): void {
    const { lastNumber } = this.#versions;
    if (this.#known >= lastNumber) return;
    this.#own = this.#version.tables.get(this.#table); // another one where a younger version was joined to it
    const news: VersionImages[] = [];
    for (let version = this.#versions.youngest; version !== undefined && version !== this.#version; version = version.older) {
      if (version.lastNumber <= this.#known) break; // and so do all that are older
      const images = version.tables.get(this.#table);
      if (images !== undefined) news.push(images);
    }
    for (let i = news.length - 1; i >= 0; i--) this.#take(news[i]!);
    this.#known = lastNumber;
  }

  #take({ byNumber }: VersionImages): void {
    this.#younger ??= new Map();
    for (const image of byNumber.after(this.#known)) if (!this.#younger.has(image.key)) this.#younger.set(image.key, image);
  }
}

function copyOf({ byNumber }: VersionImages): VersionImages {
  const copy = new VersionImages();
  for (const image of byNumber.after(0)) copy.add(image);
  return copy;
}
