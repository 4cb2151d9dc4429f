import { checkOptions, isBoolean, isFunction, isOneOf } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { CorruptFileError } from "../base/errors.js";
import type { Change } from "../log/commit.js";
import type { Replica } from "../replica/replica.js";
import { buildChanges } from "../storage/build.js";
import { captureTables } from "../storage/capture.js";
import { formatOf, readPath } from "../storage/file-path.js";
import { PathTurns } from "../storage/path-turns.js";
import { readDocument } from "../storage/read-document.js";
import { codeOf, runAsync, runSync } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { writeDocument } from "../storage/write-document.js";
import type { WriteOptions } from "../storage/write-document.js";
import type { LoadOptions, SaveOptions } from "./types.js";

const saveOptions: OptionChecks = { format: isOneOf("json", "msgpack"), onProgress: isFunction };

/** Saves of all databases of this thread take turns where they go to one path. */
const turns = new PathTurns();

/** Saves a database as it is at the moment of the call. */
export async function save(replica: Replica, path: unknown, options: SaveOptions | undefined): Promise<void> {
  const { file, document, write } = prepare("save()", replica, path, options);
  await replica.work.track(turns.run(file, (turn) => runAsync(writeDocument(file, document, { ...write, turn }))));
}

/** Saves a database while the thread waits. */
export function saveSync(replica: Replica, path: unknown, options: SaveOptions | undefined): void {
  const { file, document, write } = prepare("saveSync()", replica, path, options);
  turns.runSync(file, () => runSync(writeDocument(file, document, write)));
}

function prepare(where: string, replica: Replica, path: unknown, options: SaveOptions | undefined) {
  replica.assertOpen();
  replica.refresh();
  const file = readPath(where, path);
  checkOptions(where, options, saveOptions);
  const write: WriteOptions = { format: options?.format ?? formatOf(file), onProgress: options?.onProgress };
  return { file, document: { kind: "full", manifest: undefined, tables: captureTables(replica.state) }, write } as const;
}

/** What `load` takes besides what `new DictDB` does. */
export const loadChecks: OptionChecks = { createIfMissing: isBoolean, ignoreChecksum: isBoolean };

/**
 * What makes the database that a file holds.
 * @returns nothing where `createIfMissing` allows that there is no file
 */
export function* loadChanges(where: string, path: unknown, options: LoadOptions | undefined): Steps<readonly Change[]> {
  const file = readPath(where, path);
  try {
    const { kind, tables } = yield* readDocument(file, { where, ignoreChecksum: options?.ignoreChecksum ?? false });
    if (kind === "delta") refuseDelta(where, file);
    const whole = tables.map(({ catalog, records }) => ({ catalog: catalog!, records })); // only a delta can lack it
    return buildChanges(`${where}: ${JSON.stringify(file)}`, whole, options?.freeze ?? false);
  } catch (error) {
    if (options?.createIfMissing === true && codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function refuseDelta(where: string, path: string): never {
  throw new CorruptFileError(
    `${where}: ${JSON.stringify(path)} holds only what changed between two backups: BackupManager.restore() reads such files`,
    { path },
  );
}
