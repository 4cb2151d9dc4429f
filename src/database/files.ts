import { checkOptions, isBoolean, isFunction, isOneOf } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { CorruptFileError } from "../base/errors.js";
import type { Change } from "../log/commit.js";
import { nothingThere } from "../log/file-table.js";
import type { Digest } from "../log/file-table.js";
import type { Replica } from "../replica/replica.js";
import { buildChanges } from "../storage/build.js";
import { captureTables } from "../storage/capture.js";
import { formatOf, readPath } from "../storage/file-path.js";
import type { OpenFile } from "../storage/open-file.js";
import { Publication, noteLoaded } from "../storage/publication.js";
import { readDocument } from "../storage/read-document.js";
import { codeOf } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { findTarget, namesOf, stampOf } from "../storage/target.js";
import { writeDocument } from "../storage/write-document.js";
import type { LoadOptions, SaveOptions } from "./types.js";

const saveOptions: OptionChecks = {
  format: isOneOf("json", "msgpack"),
  overwrite: isBoolean,
  inPlace: isBoolean,
  onProgress: isFunction,
};

/** Saves a database as it is at the moment of the call. */
export async function save(replica: Replica, path: unknown, options: SaveOptions | undefined): Promise<void> {
  const { publication, work } = prepare("save()", replica, path, options);
  await publication.run(work);
}

/** Saves a database while the thread waits. */
export function saveSync(replica: Replica, path: unknown, options: SaveOptions | undefined): void {
  const { publication, work } = prepare("saveSync()", replica, path, options);
  publication.runSync(work);
}

function prepare(where: string, replica: Replica, path: unknown, options: SaveOptions | undefined) {
  replica.assertOpen();
  replica.refresh();
  const file = readPath(where, path);
  checkOptions(where, options, saveOptions);
  const { format = formatOf(file), overwrite = false, inPlace = false, onProgress } = options ?? {};
  const publication = new Publication(replica, file, { where, overwrite });
  const document = { kind: "full", manifest: undefined, tables: captureTables(replica.state) } as const;
  return { publication, work: writeDocument(file, document, { format, publication, inPlace, onProgress }) };
}

/** What `load` takes besides what `new DictDB` does. */
export const loadChecks: OptionChecks = { createIfMissing: isBoolean, ignoreChecksum: isBoolean };

/** What was found at a path. */
export interface LoadedFile {
  /** What makes the database; nothing where `createIfMissing` allows that there is no file. */
  readonly changes: readonly Change[];
  /** Tells a database that these changes have made which file they came from. */
  remember(replica: Replica): void;
}

/** Reads the file that a database is to be made of. */
export function* loadFile(where: string, path: unknown, options: LoadOptions | undefined): Steps<LoadedFile> {
  const file = readPath(where, path);
  let stamp = nothingThere;
  let changes: readonly Change[] = [];
  try {
    const onOpen = ({ stats }: OpenFile): void => {
      stamp = stampOf(stats);
    };
    const { kind, tables } = yield* readDocument(file, { where, ignoreChecksum: options?.ignoreChecksum ?? false, onOpen });
    if (kind === "delta") refuseDelta(where, file);
    const whole = tables.map(({ catalog, records }) => ({ catalog: catalog!, records })); // only a delta can lack it
    changes = buildChanges(`${where}: ${JSON.stringify(file)}`, whole, options?.freeze ?? false);
  } catch (error) {
    if (options?.createIfMissing !== true || codeOf(error) !== "ENOENT") throw error;
  }
  const names = yield* namesLoaded(file);
  return { changes, remember: (replica) => noteLoaded(replica, names, stamp) };
}

/** Under which names a file is remembered, also one of a folder that is still to be made. */
function* namesLoaded(file: string): Steps<Digest[]> {
  try {
    return yield* namesOf((yield* findTarget(file)).path);
  } catch (error) {
    // It was there a moment ago: then there is nothing to be remembered that could still be there.
    if (codeOf(error) === undefined) throw error;
    return yield* namesOf(file);
  }
}

function refuseDelta(where: string, path: string): never {
  throw new CorruptFileError(
    `${where}: ${JSON.stringify(path)} holds only what changed between two backups: BackupManager.restore() reads such files`,
    { path },
  );
}
