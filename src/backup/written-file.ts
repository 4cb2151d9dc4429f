import { crc32 } from "node:zlib";
import { readFile } from "../storage/open-file.js";
import { stampOf } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";

/** File systems whose times have fractions of a millisecond take them from the kernel's clock, which ticks a hundred times a second or more often. */
const fineTickMs = 20;

/** FAT counts every other second. */
const coarseTickMs = 2_500;

/** All bytes of a file, in short. */
export class Digest {
  #size = 0;
  #crc = 0;

  add(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
  }

  get text(): string {
    return `${this.#size} ${this.#crc}`;
  }
}

/**
 * A file that was written here, and that something is to lean on later: does its path still name it?
 *
 * That is told by what the file system says of the file (which it is, its length, its times); where that differs from the last look, or cannot tell
 * yet, by its content. It cannot as long as a change could leave the same times behind: for one tick of the file system's clock after they were first
 * seen.
 */
export class WrittenFile {
  readonly path: string;
  readonly #digest: string;
  /** What the file system said when the content was last found right. */
  #stamp: string | undefined;
  /** When it said so first, by the monotonic clock. */
  #since = 0;
  /** Whether no change since then can have left the same stamp. */
  #isSettled = false;

  constructor(path: string, digest: Digest) {
    this.path = path;
    this.#digest = digest.text;
  }

  /** Why the path does not name this file any more, or not readably; undefined where it does. */
  *fault(): Steps<string | undefined> {
    try {
      const stamp = yield* stampOf(this.path);
      if (stamp === this.#stamp && this.#isSettled) return undefined;
      const now = performance.now();
      const since = stamp === this.#stamp ? this.#since : now;
      if ((yield* contentOf(this.path)) !== this.#digest) return "its content is not what was written";
      if ((yield* stampOf(this.path)) !== stamp) return "it changed while it was being looked at";
      this.#stamp = stamp;
      this.#since = since;
      this.#isSettled = now - since >= tickMs(stamp);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

function* contentOf(path: string): Steps<string> {
  return yield* readFile(path, false, function* (file) {
    const digest = new Digest();
    while (!file.isAtEnd) digest.add(yield* file.next());
    return digest.text;
  });
}

/** The stamp ends with the time of the last change, in nanoseconds. */
function tickMs(stamp: string): number {
  return stamp.endsWith("000000") ? coarseTickMs : fineTickMs;
}
