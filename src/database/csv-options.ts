import { isAbortSignal, isBoolean, isCount, isFunction, isName, isOneOf, refuse } from "../base/arguments.js";
import type { OptionCheck } from "../base/arguments.js";
import { isInstance, isList } from "../base/shape.js";
import { FileSource, StreamSource } from "../storage/csv-source.js";
import type { CsvSource } from "../storage/csv-source.js";
import { commentMark } from "../storage/csv-value.js";
import { readPath } from "../storage/file-path.js";
import { openStream } from "../storage/stream-input.js";
import { isDelimiter } from "../table/export-csv.js";
import type { CsvImport } from "../table/import-csv.js";
import type { CsvImportOptions } from "./types.js";

const anything: OptionCheck = () => undefined; // toSchema() reads it

const isEncoding: OptionCheck = (value) => {
  try {
    void new TextDecoder(value as string);
    return typeof value === "string" ? undefined : "the name of an encoding";
  } catch {
    return 'the name of an encoding that TextDecoder knows, such as "utf-8" or "latin1"';
  }
};

const isDelimiterOrAuto: OptionCheck = (value) => {
  const expected = isDelimiter(value);
  return expected === undefined || value === "auto" ? undefined : `${expected}, or "auto"`;
};

const isComment: OptionCheck = (value) =>
  typeof value === "string" && commentMark.test(value) && !/[\r\n"]/.test(value)
    ? undefined
    : 'a mark such as "#", without quotes and line breaks, that begins with a punctuation character of ASCII';

const isListOfTexts: OptionCheck = (value) =>
  isList(value) && Array.from(value).every((item) => typeof item === "string") ? undefined : "an array of strings";

/** What `importCsv` takes, by name. */
export const importChecks = {
  primaryKey: isName,
  delimiter: isDelimiterOrAuto,
  hasHeader: isBoolean,
  headings: isOneOf("refuse", "rename"),
  ragged: isOneOf("refuse", "pad", "skip"),
  comment: isComment,
  skipLines: isCount,
  nullValues: isListOfTexts,
  unescapeFormulas: isBoolean,
  encoding: isEncoding,
  gzip: isBoolean,
  schema: anything,
  inferTypes: isBoolean,
  skipValidation: isBoolean,
  signal: isAbortSignal,
  onProgress: isFunction,
};

/** How the file is to be read. */
export function readForm(where: string, options: CsvImportOptions, hasDescriptors: boolean): CsvImport {
  const { delimiter, comment, inferTypes = true, nullValues = [] } = options;
  if (comment !== undefined && comment.startsWith(delimiter ?? ","))
    refuse(where, "comment", "a mark that does not begin with the delimiter", comment);
  return {
    delimiter,
    comment,
    encoding: options.encoding,
    skipLines: options.skipLines ?? 0,
    gzip: options.gzip,
    nullValues: new Set(nullValues),
    unescapeFormulas: options.unescapeFormulas ?? false,
    hasHeader: options.hasHeader ?? true,
    headings: options.headings ?? "refuse",
    ragged: options.ragged ?? "refuse",
    guessTypes: inferTypes && !hasDescriptors,
    onProgress: options.onProgress,
  };
}

/** The file or the stream that was handed over. */
export function openSource(where: string, given: unknown): CsvSource {
  if (typeof given === "string" || isInstance(given, URL)) return new FileSource(readPath(where, given));
  const stream = openStream(given);
  if (stream !== undefined) return new StreamSource(where, stream);
  const hint = ArrayBuffer.isView(given) ? "hand over [bytes] for bytes in memory" : "";
  return refuse(where, "source", "a path, a file URL, or a stream of bytes or text", given, hint);
}
