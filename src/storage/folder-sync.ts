import type { Replica } from "../replica/replica.js";
import { explained } from "./file-errors.js";
import { close, codeOf, open } from "./steps.js";
import type { Steps } from "./steps.js";

/** Told of a folder whose file system does not make it durable when asked to. */
export type TellUnsynced = (folder: string, error: unknown) => void;

/** What a disk says that is broken, full or gone. Everything else says that folders are not synced there: the codes differ from system to system. */
const failures = new Set(["EIO", "ENOSPC", "EDQUOT", "EROFS", "ENODEV", "ENXIO", "ESTALE", "ETIMEDOUT", "ENOTCONN", "EINTR"]);

/** What opening says when there are too many files open, or no folder. */
const unopened = new Set([...failures, "EMFILE", "ENFILE", "ENOMEM", "ENOENT", "ENOTDIR", "ELOOP"]);

/** A folder that is about to get a new name in it. It is opened before, so that what can fail without harm does. */
export class FolderSync {
  readonly #folder: string;
  readonly #tell: TellUnsynced | undefined;
  #fd: number | undefined;

  constructor(folder: string, tell: TellUnsynced | undefined) {
    this.#folder = folder;
    this.#tell = tell;
  }

  *open(): Steps<void> {
    if (process.platform === "win32") return; // it has nothing of the kind
    try {
      this.#fd = yield* open(this.#folder, "r");
    } catch (error) {
      if (unopened.has(codeOf(error) ?? "EIO")) throw error;
      this.#tell?.(this.#folder, error);
    }
  }

  /**
   * Makes the names in it durable, and closes it.
   * @throws what the disk says when it is broken: nobody knows then what a loss of power would leave
   */
  *sync(): Steps<void> {
    const fd = this.#fd;
    if (fd === undefined) return;
    try {
      yield ["fsync", fd];
    } catch (error) {
      if (failures.has(codeOf(error) ?? "EIO")) {
        throw explained(error, this.#folder, "the file is in place, but its name may not outlive a loss of power");
      }
      this.#tell?.(this.#folder, error);
    } finally {
      yield* this.close();
    }
  }

  *close(): Steps<void> {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd === undefined) return;
    try {
      yield* close(fd);
    } catch {
      // Nothing was written through it.
    }
  }
}

/** Makes the names in a folder durable. */
export function* syncFolder(folder: string, tell?: TellUnsynced): Steps<void> {
  const sync = new FolderSync(folder, tell);
  yield* sync.open();
  yield* sync.sync();
}

const told = new WeakMap<Replica, Set<string>>();

/** Tells the listeners of a database once of each folder that cannot be synced. */
export function tellOnce(replica: Replica): TellUnsynced {
  return (folder, error) => {
    const folders = told.get(replica) ?? new Set();
    told.set(replica, folders);
    if (folders.has(folder)) return;
    folders.add(folder);
    const hint = `the folder ${JSON.stringify(folder)} cannot be synced: a file that was just written there is in place, but a loss of power may undo that`;
    replica.feed.report(explained(error, folder, hint));
  };
}
