import type { Key } from "../base/value.js";
import type { Seq } from "../log/commit.js";
import { ImageList } from "./image-list.js";
import type { PreImage } from "./image-list.js";
import { absent } from "./overlay.js";
import type { Image } from "./overlay.js";
import type { TableState } from "./table-state.js";

/** The pre-images of one table that a version holds. */
export class VersionImages {
  readonly byKey = new Map<Key, PreImage>();
  readonly byNumber = new ImageList();
  /** Whether somebody keeps it as it is. */
  isFrozen = false;

  /** Adds one with a higher number than all others. Where it is cut off, it is added again as a whole. */
  add(image: PreImage): void {
    this.byNumber.push(image);
    this.byKey.set(image.key, image);
  }

  /** Adds what the next younger version holds. What is here already is older, and stays. It may be cut off and called again. */
  addYounger({ byNumber }: VersionImages): void {
    for (const image of byNumber.after(0)) if (!this.byKey.has(image.key)) this.add(image);
  }

  /** Adds what the next older version holds, which takes the place of what is here. It may be cut off and called again. */
  addOlder({ byKey, byNumber }: VersionImages): void {
    const hidden: PreImage[] = [];
    for (const [key, image] of byKey) {
      const later = this.byKey.get(key);
      if (later !== undefined && later !== image) hidden.push(later);
    }
    if (hidden.length > 0) this.byNumber.remove(hidden);
    for (const [key, image] of byKey) this.byKey.set(key, image);
    this.byNumber.prepend(byNumber);
  }
}

/**
 * A moment that open snapshots show: what changed between it and the next younger version, as it was before. All snapshots of one moment share it, and
 * see what the younger versions hold as well.
 */
export class Version {
  readonly seq: Seq;
  readonly tables = new Map<TableState, VersionImages>();
  readonly names = new Map<string, TableState | typeof absent>();
  /** How many open snapshots show this moment. */
  holders = 0;
  /** Whether it stands in the row of the versions. */
  isShown = true;
  older: Version | undefined;
  younger: Version | undefined;
  /** What it holds, and what younger versions hold, has higher numbers. */
  readonly firstNumber: number;
  /** No pre-image of this version, or of an older one, has a higher number. */
  lastNumber: number;

  constructor(seq: Seq, firstNumber: number) {
    this.seq = seq;
    this.firstNumber = firstNumber;
    this.lastNumber = firstNumber;
  }

  imagesOf(table: TableState): VersionImages {
    let images = this.tables.get(table);
    if (images === undefined) {
      images = new VersionImages();
      this.tables.set(table, images);
    }
    return images;
  }

  /** Remembers what a table's name stood for before it was first created or dropped. */
  saveName(name: string, table: TableState | typeof absent): void {
    if (!this.names.has(name)) this.names.set(name, table);
  }

  /** Whether a table that was dropped is still seen: it has the name that it had at this moment, or at that of an older version. */
  sees(table: TableState): boolean {
    return this.names.get(table.definition.name) === table;
  }

  /** Holds nothing any more: a closed snapshot may be kept. */
  end(): void {
    this.tables.clear();
    this.names.clear();
    this.older = undefined;
    this.younger = undefined;
  }
}

/**
 * The moments that open snapshots show, from the oldest to the youngest. A commit saves what it changes in the youngest alone, so it costs the same
 * however many snapshots there are. When nobody shows a moment any more, what its version holds goes to the next older one; what nobody can see is
 * forgotten.
 */
export class Versions {
  #youngest: Version | undefined;
  #lastNumber = 0;

  get youngest(): Version | undefined {
    return this.#youngest;
  }

  /** The number of the pre-image that was saved last. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** How many pre-images there are. O(versions × tables). */
  get images(): number {
    let count = 0;
    for (let version = this.#youngest; version !== undefined; version = version.older) {
      for (const { byKey } of version.tables.values()) count += byKey.size;
    }
    return count;
  }

  /** The version of a moment, the present one; to be handed to {@link close} once. */
  open(seq: Seq): Version {
    const youngest = this.#youngest;
    if (youngest?.seq === seq) {
      youngest.holders++;
      return youngest;
    }
    const version = new Version(seq, this.#lastNumber);
    version.holders = 1;
    version.older = youngest;
    if (youngest !== undefined) youngest.younger = version;
    this.#youngest = version;
    return version;
  }

  /** To be called once for each {@link open}; again where the stack has ended in here. */
  close(version: Version): void {
    if (version.holders === 1 && version.isShown) this.#remove(version);
    version.holders--;
  }

  #remove(version: Version): void {
    const { older, younger } = version;
    if (older !== undefined) absorb(older, version);
    else for (const table of version.names.values()) if (table !== absent) table.letGo();
    // Stores alone from here to the last one: so it is in the row, or it is not.
    if (older !== undefined) older.younger = younger;
    if (younger !== undefined) younger.older = older;
    else this.#youngest = older;
    version.isShown = false;
    version.end();
  }

  /** Saves what a record is before it is changed. A commit that was cut off and comes again saves nothing twice. */
  save(table: TableState, key: Key, image: Image, seq: Seq): void {
    const version = this.#youngest!;
    const images = version.imagesOf(table);
    let saved = images.byKey.get(key);
    if (saved === undefined) {
      saved = { key, image, seq, number: 0 };
      images.byKey.set(key, saved); // this decides what was there: the next time it may be changed already
    } else if (saved.number > 0) return;
    images.byNumber.push(saved);
    this.#lastNumber++;
    version.lastNumber = this.#lastNumber;
    saved.number = this.#lastNumber;
  }
}

/** Gives a version what the next younger one holds. What is there already is older, and stays. */
function absorb(version: Version, younger: Version): void {
  for (const [table, images] of younger.tables) version.tables.set(table, joined(version.imagesOf(table), images));
  for (const [name, table] of younger.names) {
    version.saveName(name, table);
    // It was made after the older moment and dropped after the younger one, which alone showed it.
    if (table !== absent && !version.sees(table)) table.letGo();
  }
  version.lastNumber = younger.lastNumber;
}

/**
 * What two versions hold together. The smaller of them goes into the other: so closing many snapshots, in whatever order, moves each image a few times.
 * Only the last step of {@link absorb} for a table makes that the version's own, so all of it may be cut off and done again.
 */
function joined(older: VersionImages, younger: VersionImages): VersionImages {
  if (older === younger) return older;
  if (younger.isFrozen || younger.byKey.size <= older.byKey.size) {
    older.addYounger(younger);
    return older;
  }
  younger.addOlder(older);
  return younger;
}
