import { replaceFile } from "./atomic-file.js";
import type { ReplaceOptions } from "./atomic-file.js";
import type { DocumentSource, Progress } from "./document.js";
import { writeJson } from "./json-writer.js";
import { writeMsgpack } from "./msgpack-writer.js";
import { pause } from "./steps.js";
import type { Chunks, Steps } from "./steps.js";

/** The forms that a file can have. */
export type FileFormat = "json" | "msgpack";

/** How a file is written. */
export interface WriteOptions extends ReplaceOptions {
  readonly format: FileFormat;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Sees all bytes of the file, in their order. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/**
 * Writes a document in the place of a file, all of it or nothing. Answers the number of bytes.
 */
export function* writeDocument(
  path: string,
  document: DocumentSource,
  { format, onProgress, onBytes, ...options }: WriteOptions,
): Steps<number> {
  const total = document.tables.reduce((sum, { size }) => sum + size, 0);
  const report = (done: number): void => onProgress?.({ done, total });
  report(0);
  const write = format === "json" ? writeJson : writeMsgpack;
  const chunks = write(document, report);
  return yield* replaceFile(path, onBytes === undefined ? chunks : seen(chunks, onBytes), options);
}

function* seen(chunks: Chunks, see: (bytes: Uint8Array) => void): Generator<Uint8Array | typeof pause> {
  for (const chunk of chunks) {
    if (chunk !== pause) see(chunk);
    yield chunk;
  }
}
