/// <reference lib="esnext.disposable" preserve="true" />
import { isDate } from "node:util/types";
import { checkOptions, isBoolean, isDuration, isFunction, isOneOf, isPositiveCount, refuse } from "../base/arguments.js";
import type { OptionCheck } from "../base/arguments.js";
import { Backups } from "../backup/backups.js";
import { backupNames, restoreState, verifyFiles } from "../backup/restore.js";
import type { VerifiedFile } from "../backup/restore.js";
import type { Skipped } from "../backup/chain.js";
import type { Backup } from "../backup/series.js";
import { readFolder } from "../storage/file-path.js";
import { runAsync } from "../storage/steps.js";
import type { FileFormat } from "../storage/write-document.js";
import { databaseChecks, DictDB, openFilled } from "./database.js";
import { replicaOf } from "./replicas.js";
import type { Database, DatabaseOptions } from "./types.js";

/** What `new BackupManager` takes. */
export interface BackupOptions {
  /** The time between two backups once started, in milliseconds; `Infinity` makes none by itself. Default: 300,000, five minutes. */
  backupIntervalMs?: number | undefined;
  /** Default: "json". */
  format?: FileFormat | undefined;
  /** false makes every backup a full one. Default: true. */
  incremental?: boolean | undefined;
  /** How many deltas follow a full backup before the next full one. Default: 10. */
  maxDeltasBeforeFull?: number | undefined;
  /** The shortest time from one backup to the next that `notifyChange` makes, in milliseconds. Default: 5,000. */
  minBackupIntervalMs?: number | undefined;
  /** How many files stay, besides older ones that these need; `Infinity` keeps all. Default: 24. */
  keep?: number | undefined;
  /** Called for each backup that fails, with the error and how many failed in succession. Without it, one that nobody awaits is a warning. */
  onBackupFailure?: ((error: unknown, consecutiveFailures: number) => void) | undefined;
}

/** What `BackupManager.restore` takes. */
export interface RestoreOptions extends DatabaseOptions {
  /**
   * Restores the state that was the last one backed up when the clock said this. Where the clock went back, it said so twice: the later time is meant.
   * Default: the newest state.
   */
  at?: Date | undefined;
}

/** What `BackupManager.restore` gives. */
export interface RestoredDatabase {
  readonly db: DictDB;
  /** The last commit of the state; the database goes on from it. */
  readonly seq: number;
  /** When the last backup that it is made of was made, by the clock of the machine that made it. */
  readonly time: Date;
  /** The files that it is made of, the full backup first. */
  readonly files: readonly string[];
  /** Newer files that could not be used, and why; the newest first. */
  readonly skipped: readonly Skipped[];
}

/** What `BackupManager.open` takes: the options of the database, of restoring and of the manager. */
export interface OpenBackupsOptions extends DatabaseOptions, BackupOptions {
  /** Whether a folder without any backup opens an empty database. Default: true. */
  createIfMissing?: boolean | undefined;
}

/** What `BackupManager.open` gives. */
export interface OpenedBackups {
  readonly db: DictDB;
  /** Backs `db` up into the folder; it was started. */
  readonly manager: BackupManager;
  /** What the database was made of; undefined where there was no backup, so that it is empty. */
  readonly restored: Pick<RestoredDatabase, "seq" | "files" | "skipped"> | undefined;
}

/** What `BackupManager.verify` gives. */
export interface Verification {
  /** Whether every file can be restored. */
  readonly intact: boolean;
  /** Every backup of the folder, the newest first. */
  readonly files: readonly VerifiedFile[];
}

const isDateOption: OptionCheck = (value) => (isDate(value) && !Number.isNaN(new Date(value).getTime()) ? undefined : "a valid date");

const isLimit: OptionCheck = (value) => (value === Infinity ? undefined : isPositiveCount(value));

const isInterval: OptionCheck = (value) =>
  isDuration(value) === undefined && (value as number) >= 1 ? undefined : "a number of milliseconds of at least 1";

const backupChecks = {
  backupIntervalMs: isInterval,
  format: isOneOf("json", "msgpack"),
  incremental: isBoolean,
  maxDeltasBeforeFull: isLimit,
  minBackupIntervalMs: isDuration,
  keep: isLimit,
  onBackupFailure: isFunction,
};

/**
 * Backs a database up into a folder, by itself or when asked: `const backup = new BackupManager(db, "./backups"); backup.start();`
 *
 * The first backup is a full one; those after it hold what has changed, until `maxDeltasBeforeFull` of them make another full one due. The folder
 * belongs to one manager at a time. Closing the database stops it.
 */
export class BackupManager {
  readonly #backups: Backups;
  readonly #directory: string;

  /**
   * Where the system cannot tell whether the owner of the directory's lock is still there (it is in another container, or on another machine), this does
   * not wait to find out: the first backup does, for at most half a minute, and rejects when the owner gives a sign of life.
   *
   * @param directory a path or a file URL; it is made where it does not exist
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when another manager, of whatever process, backs up into the directory; the message names the
   *   lock file, to be deleted where that is surely not so
   */
  constructor(db: Database, directory: string | URL, options: BackupOptions = {}) {
    const where = "new BackupManager()";
    const replica = replicaOf(where, db);
    replica.assertOpen();
    this.#directory = readFolder(where, directory);
    checkOptions(where, options, backupChecks);
    this.#backups = new Backups(where, replica, this.#directory, {
      backupIntervalMs: options.backupIntervalMs ?? 300_000,
      minBackupIntervalMs: options.minBackupIntervalMs ?? 5_000,
      format: options.format ?? "json",
      incremental: options.incremental ?? true,
      maxDeltasBeforeFull: options.maxDeltasBeforeFull ?? 10,
      keep: options.keep ?? 24,
      onBackupFailure: options.onBackupFailure,
    });
  }

  /** The folder, as an absolute path. */
  get directory(): string {
    return this.#directory;
  }

  /** How many backups have failed since the last one that did not. */
  get consecutiveFailures(): number {
    return this.#backups.consecutiveFailures;
  }

  /** How many deltas were made since the last full backup. */
  get deltasSinceFull(): number {
    return this.#backups.deltasSinceFull;
  }

  /** Makes a backup every `backupIntervalMs` from now on, where anything has changed. This does not keep the process alive. */
  start(): void {
    this.#backups.start();
  }

  /**
   * Makes a backup, full or delta as the options say, and resolves when it is on the disk. It holds every commit made before the call; where nothing has
   * changed since the last one, that is the answer. Calls that come while another one waits for its turn share its backup.
   *
   * A backup goes onto nothing that is not there as it was written: where earlier files were removed, damaged or replaced, or others have come, it is a
   * full one, and a process warning says why.
   *
   * @throws the file system's own error, with Node's code (`ENOSPC`, ...)
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when another manager has taken the directory
   * @throws CorruptFileError (`CORRUPT_FILE`) when the file was changed at once by somebody else
   */
  async backupNow(): Promise<Backup> {
    return this.#backups.request("next");
  }

  /** Makes a full backup. */
  async backupFull(): Promise<Backup> {
    return this.#backups.request("full");
  }

  /** Makes a backup of what has changed since the last one; the first one is full all the same. */
  async backupDelta(): Promise<Backup> {
    return this.#backups.request("delta");
  }

  /**
   * Tells of a change worth a backup: it is made now, or `minBackupIntervalMs` after the last one, once for all calls meanwhile.
   *
   * Resolves when it was made, or has failed: then `onBackupFailure` was called. It does not reject.
   */
  async notifyChange(): Promise<void> {
    await this.#backups.notify();
  }

  /** Makes no more backups by itself, after what `notifyChange` has put off, waits for those under way, and leaves the folder to others. */
  async stop(): Promise<void> {
    await this.#backups.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Opens what a folder of backups holds and goes on backing it up there: the newest state that verifies, or an empty database where there is no backup
   * at all. A first start and every other one are the same call.
   *
   * `const { db, manager } = await BackupManager.open("./backups", { backupIntervalMs: 60_000 });`
   *
   * @param directory a path or a file URL; it is made where it does not exist
   * @throws CorruptFileError (`CORRUPT_FILE`) when there are backups and none verifies: an empty database would push them out
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when another manager has the folder; or, with `createIfMissing: false`, when there is no backup
   * @throws the file system's own error, with Node's code
   */
  static async open(directory: string | URL, options: OpenBackupsOptions = {}): Promise<OpenedBackups> {
    const where = "open()";
    const folder = readFolder(where, directory);
    checkOptions(where, options, { ...databaseChecks, ...backupChecks, createIfMissing: isBoolean });
    const { lockTimeoutMs, freeze, createIfMissing = true, ...backupOptions } = options;
    for (;;) {
      const [newest] = await runAsync(backupNames(folder));
      if (newest === undefined && !createIfMissing) refuse(where, "directory", "a folder with backups", folder);
      const restored = newest === undefined ? undefined : await this.restore(folder, { lockTimeoutMs, freeze });
      const db = restored?.db ?? new DictDB({ lockTimeoutMs, freeze });
      try {
        const manager = new this(db, folder, backupOptions);
        await manager.#backups.takeFolder();
        // Until now somebody else could have had the folder, and have backed up something newer.
        if ((await runAsync(backupNames(folder)))[0] === newest) {
          manager.start();
          return { db, manager, restored: restored && { seq: restored.seq, files: restored.files, skipped: restored.skipped } };
        }
      } catch (error) {
        await db.close();
        throw error;
      }
      await db.close();
    }
  }

  /**
   * Puts the newest state of a folder of backups together that verifies, and says which files it could not use. A folder that Python DictDB left will do.
   *
   * @throws CorruptFileError (`CORRUPT_FILE`) when no backup verifies; `details.skipped` says why
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when there is none, or none that is old enough
   */
  static async restore(directory: string | URL, options: RestoreOptions = {}): Promise<RestoredDatabase> {
    const where = "restore()";
    const folder = readFolder(where, directory);
    checkOptions(where, options, { ...databaseChecks, at: isDateOption });
    const { at, ...databaseOptions } = options;
    // The whole millisecond counts.
    const until = at === undefined ? Infinity : new Date(at).getTime() * 1000 + 999;
    const { changes, seq, time, files, skipped } = await runAsync(restoreState(where, folder, until, options.freeze ?? false));
    const db = openFilled(where, changes, databaseOptions, seq);
    return { db, seq: db.seq, time: new Date(Math.floor(time / 1000)), files, skipped };
  }

  /**
   * Reads every backup of a folder and says which of them can be restored.
   *
   * @throws the file system's own error where the folder itself cannot be read
   */
  static async verify(directory: string | URL): Promise<Verification> {
    const where = "verify()";
    const files = await runAsync(verifyFiles(where, readFolder(where, directory)));
    return { intact: files.every(({ problem }) => problem === undefined), files };
  }
}
