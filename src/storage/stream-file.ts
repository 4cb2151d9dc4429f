import { constants } from "node:fs";
import { explained } from "./file-errors.js";
import { close, codeOf, open, pause, rest, writeSome } from "./steps.js";
import type { Chunks, Steps } from "./steps.js";
import type { Target } from "./target.js";

/**
 * Writes into a pipe or a device, which stays what it is. Whoever reads gets the content piece by piece: there is no old state to keep.
 * @returns how many bytes it took
 */
export function* writeStream({ path, fd: own }: Target, chunks: Chunks): Steps<number> {
  const fd = own ?? (yield* openStream(path));
  let size = 0;
  try {
    for (const chunk of chunks) {
      if (chunk === pause) {
        yield pause;
        continue;
      }
      yield* writeWaiting(fd, chunk);
      size += chunk.length;
    }
  } finally {
    if (own === undefined) yield* close(fd);
  }
  return size;
}

/** Opening a pipe waits until somebody reads from it; so it is asked first whether somebody does. */
function* openStream(path: string): Steps<number> {
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  let first: number;
  try {
    first = yield* open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    throw codeOf(error) === "ENXIO" ? explained(error, path, "nobody reads from this pipe") : error;
  }
  try {
    // Kept open meanwhile: without a writer, the reader would find the end of the pipe.
    return yield* open(path, O_WRONLY | O_NOCTTY);
  } finally {
    yield* close(first);
  }
}

/** Some descriptors of the process do not wait for their reader. */
function* writeWaiting(fd: number, bytes: Uint8Array): Steps<void> {
  for (let offset = 0; offset < bytes.length;) {
    try {
      offset += yield* writeSome(fd, bytes, offset);
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error;
      yield rest;
    }
  }
}
