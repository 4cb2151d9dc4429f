import { CorruptFileError, DictDBError } from "../base/errors.js";
import { isError } from "../base/shape.js";
import type { LoadedDocument } from "./document.js";
import { ChecksumError, readJson } from "./json-reader.js";
import { magic } from "./msgpack-format.js";
import { readMsgpack } from "./msgpack-reader.js";
import { readFile } from "./open-file.js";
import type { OpenFile } from "./open-file.js";
import type { Steps } from "./steps.js";

/** How a file is read. */
export interface ReadOptions {
  /** The method that reads it, for error messages. */
  readonly where: string;
  /** true lets a wrong checksum of a JSON file pass. */
  readonly ignoreChecksum?: boolean;
  /** Whether the path may be a link. Default: true. */
  readonly mayFollow?: boolean;
  /** true reads no more than the head, which is not checked either. */
  readonly headOnly?: boolean;
  /** Told what the file is that was opened. */
  readonly onOpen?: (file: OpenFile) => void;
}

/**
 * Reads a file of either format, which its first bytes tell.
 *
 * @throws CorruptFileError for anything that is no such file, saying what is wrong and where; errors of the file system as they are
 */
export function* readDocument(
  path: string,
  { where, ignoreChecksum = false, mayFollow = true, headOnly = false, onOpen }: ReadOptions,
): Steps<LoadedDocument> {
  try {
    return yield* readFile(path, mayFollow, function* (file) {
      onOpen?.(file);
      const first = yield* file.next();
      if (first.length === 0) throw new RangeError("found an empty file");
      // The number of the format is the reader's business.
      if (first.subarray(0, magic.length - 1).equals(magic.subarray(0, -1))) return yield* readMsgpack(file, first, { headOnly });
      return yield* readJson(file, first, { ignoreChecksum, headOnly });
    });
  } catch (error) {
    throw asCorrupt(error, where, path);
  }
}

/** What a reader found wrong becomes an error about the file; everything else (the disk, our own mistakes) stays what it is. */
function asCorrupt(error: unknown, where: string, path: string): unknown {
  if (error instanceof ChecksumError) {
    return new CorruptFileError(
      `${where}: the checksum of ${JSON.stringify(path)} is wrong: it was damaged, or edited by hand (then load it with ignoreChecksum: true)`,
      { path },
      { cause: error },
    );
  }
  const isFinding = error instanceof DictDBError || isError(error, "RangeError", "TypeError", "SyntaxError");
  if (!isFinding || (error as { code?: unknown }).code === "INVARIANT") return error;
  return new CorruptFileError(
    `${where}: ${JSON.stringify(path)} is no file of DictDB, or was damaged: ${error.message}`,
    { path },
    { cause: error },
  );
}
