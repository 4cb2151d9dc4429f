import { constants } from "node:fs";
import type { BigIntStats } from "node:fs";
import { close, fstat, open, read } from "./steps.js";
import type { Steps } from "./steps.js";

/** How many bytes are read at a time; reading what is in them takes a few milliseconds. */
const chunkSize = 262_144;

/** A file that is being read, from its beginning to its end. */
export class OpenFile {
  readonly #fd: number;
  /** What it was when it was opened. */
  readonly stats: BigIntStats;
  /** How many bytes it has. */
  readonly size: number;
  /** How many bytes were read. */
  offset = 0;

  constructor(fd: number, stats: BigIntStats) {
    this.#fd = fd;
    this.stats = stats;
    this.size = Number(stats.size);
  }

  /** Closes it. To be called once. */
  *close(): Steps<void> {
    yield* close(this.#fd);
  }

  /** Whether it was read to its end. */
  get isAtEnd(): boolean {
    return this.offset >= this.size;
  }

  /**
   * The next bytes, in a buffer of their own; none at the end.
   * @param wanted how many there should be at least, unless the file ends
   */
  *next(wanted = 0): Steps<Buffer> {
    // A length that a file declares allocates no more than the file has.
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(wanted, chunkSize), Math.max(this.size - this.offset, 0)));
    let filled = 0;
    while (filled < Math.max(wanted, 1) && filled < buffer.length) {
      const count = yield* read(this.#fd, buffer, filled, buffer.length - filled);
      if (count === 0) {
        // It became shorter meanwhile.
        this.offset = this.size;
        return buffer.subarray(0, filled);
      }
      filled += count;
      this.offset += count;
    }
    return buffer.subarray(0, filled);
  }
}

/**
 * Opens a file to be read, and closed by whoever opened it.
 *
 * @param mayFollow whether a link may be followed
 * @throws the file system's own errors; RangeError where the path is of no regular file (a pipe would be waited for for ever)
 */
export function* openFile(path: string, mayFollow: boolean): Steps<OpenFile> {
  // Windows lacks the last two; there they are undefined, which adds nothing.
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const fd = yield* open(path, O_RDONLY | O_NONBLOCK | (mayFollow ? 0 : O_NOFOLLOW));
  try {
    const stats = yield* fstat(fd, true);
    // Reading a directory throws what Node.js says of it: EISDIR.
    if (stats.isDirectory()) yield* read(fd, new Uint8Array(1), 0, 1);
    if (!stats.isFile()) throw new RangeError("found no regular file");
    return new OpenFile(fd, stats);
  } catch (error) {
    yield* close(fd);
    throw error;
  }
}

/** {@link openFile}, what is done with the file, and closing it. */
export function* readFile<R>(path: string, mayFollow: boolean, use: (file: OpenFile) => Steps<R>): Steps<R> {
  const file = yield* openFile(path, mayFollow);
  try {
    return yield* use(file);
  } finally {
    yield* file.close();
  }
}
