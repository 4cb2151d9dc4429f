import { CorruptFileError, InvalidArgumentError } from "../base/errors.js";
import type { Change } from "../log/commit.js";
import { buildChanges } from "../storage/build.js";
import type { DocumentKind } from "../storage/document.js";
import { codeOf, readdir } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { newestFirst } from "./backup-file.js";
import { Folder } from "./chain.js";
import type { Entry, Skipped } from "./chain.js";
import { DatabaseImage } from "./image.js";

/** The newest state of a folder of backups that could be put together. */
export interface Restored {
  /** What makes it in an empty database. */
  readonly changes: readonly Change[];
  /** Its last commit; undefined where Python made the backups. */
  readonly seq: number | undefined;
  /** When its last backup was made, by the clock of its maker, in microseconds. */
  readonly time: number;
  /** The files that it is made of, the full one first. */
  readonly files: readonly string[];
  readonly skipped: readonly Skipped[];
}

/**
 * Puts together the newest state that verifies.
 *
 * @param until leaves backups out that come after the last one which was made then or earlier, in microseconds
 * @throws CorruptFileError when none verifies, InvalidArgumentError when there is none
 */
export function* restoreState(where: string, path: string, until: number, freeze: boolean): Steps<Restored> {
  const folder = yield* new Folder(where, path).open();
  const candidates = folder.until(until);
  for (const candidate of candidates) {
    const chain = folder.problemOf(candidate) === undefined ? folder.chainOf(candidate) : undefined;
    const changes = chain && (yield* assemble(where, folder, chain, freeze));
    if (changes === undefined) continue;
    return {
      changes,
      seq: candidate.manifest?.seq,
      time: candidate.madeAt,
      files: chain!.map(({ name }) => name),
      skipped: folder.skippedAfter(candidate, until),
    };
  }
  return refuse(where, path, folder.skippedAfter(undefined, until), candidates.length < folder.entries.length);
}

/** The backups of a folder, the newest first, by their names; none where the folder does not exist. */
export function* backupNames(folder: string): Steps<readonly string[]> {
  try {
    return newestFirst(yield* readdir(folder)).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** Loads a chain; undefined where one of its files is bad, which is noted. */
function* assemble(where: string, folder: Folder, chain: readonly Entry[], freeze: boolean): Steps<readonly Change[] | undefined> {
  let image: DatabaseImage | undefined;
  for (const entry of chain) {
    const document = yield* folder.load(entry);
    if (document === undefined) {
      const last = chain.at(-1)!;
      if (entry !== last) folder.setBad(last, `it goes onto ${entry.name}, which cannot be used`);
      return undefined;
    }
    try {
      if (image === undefined) image = new DatabaseImage(document);
      else image.apply(document);
    } catch (error) {
      folder.setBad(entry, `it does not fit onto the backup before it: ${(error as Error).message}`);
      return undefined;
    }
  }
  try {
    return buildChanges(where, image!.tables(), freeze);
  } catch (error) {
    folder.setBad(chain.at(-1)!, (error as Error).message);
    return undefined;
  }
}

function refuse(where: string, path: string, skipped: readonly Skipped[], hasLater: boolean): never {
  if (skipped.length > 0) {
    const [first] = skipped;
    throw new CorruptFileError(
      `${where}: no backup in ${JSON.stringify(path)} can be restored; the newest, ${first!.file}: ${first!.reason} (details.skipped has all ${skipped.length})`,
      { path, skipped },
    );
  }
  const expected = hasLater ? "not before the first backup" : "a folder with backups";
  throw new InvalidArgumentError(`${where}: ${hasLater ? "at" : "directory"} must be ${expected}, received ${JSON.stringify(path)}`, {
    argument: hasLater ? "at" : "directory",
    expected,
    received: path,
  });
}

/** What a file of a folder of backups is worth. */
export interface VerifiedFile {
  readonly file: string;
  readonly kind: DocumentKind;
  /** When it was made, by the clock of its maker. */
  readonly time: Date;
  /** The last commit that it holds; undefined in a file of Python's. */
  readonly seq: number | undefined;
  /** Why it cannot be restored; undefined where it can. */
  readonly problem: string | undefined;
}

/** Reads every backup of a folder and says of each whether it can be restored. The newest first. */
export function* verifyFiles(where: string, path: string): Steps<VerifiedFile[]> {
  const folder = yield* new Folder(where, path).open();
  for (const entry of folder.entries) yield* folder.load(entry);
  for (const entry of folder.entries) if (folder.problemOf(entry) === undefined) folder.chainOf(entry);
  return folder.files.map((file) => {
    const entry = folder.entries.find(({ name }) => name === file.name);
    return {
      file: file.name,
      kind: file.kind,
      time: new Date(Math.floor((entry?.madeAt ?? file.time) / 1000)),
      seq: entry?.manifest?.seq,
      problem: folder.problemOf(file),
    };
  });
}
