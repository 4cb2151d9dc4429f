/// <reference lib="esnext.disposable" preserve="true" />
import { isDate } from "node:util/types";
import { checkOptions, isBoolean, isDuration, isFunction, isOneOf, isPositiveCount } from "../base/arguments.js";
import type { OptionCheck } from "../base/arguments.js";
import { Backups } from "../backup/backups.js";
import { restoreState, verifyFiles } from "../backup/restore.js";
import type { VerifiedFile } from "../backup/restore.js";
import type { Skipped } from "../backup/chain.js";
import type { Backup } from "../backup/series.js";
import { readFolder } from "../storage/file-path.js";
import { runAsync } from "../storage/steps.js";
import type { FileFormat } from "../storage/write-document.js";
import { databaseChecks, openFilled } from "./database.js";
import type { DictDB } from "./database.js";
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
  /** Restores the last state that was backed up at this moment. Default: the newest. */
  at?: Date | undefined;
}

/** What `BackupManager.restore` gives. */
export interface RestoredDatabase {
  readonly db: DictDB;
  /** The last commit of the state; the database goes on from it. */
  readonly seq: number;
  /** When the last backup that it is made of was made. */
  readonly time: Date;
  /** The files that it is made of, the full backup first. */
  readonly files: readonly string[];
  /** Newer files that could not be used, and why; the newest first. */
  readonly skipped: readonly Skipped[];
}

/** What `BackupManager.verify` gives. */
export interface Verification {
  /** Whether every file can be restored. */
  readonly intact: boolean;
  /** Every backup of the folder, the newest first. */
  readonly files: readonly VerifiedFile[];
}

const isDateOption: OptionCheck = (value) => (isDate(value) && !Number.isNaN(value.getTime()) ? undefined : "a valid date");

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
   * @param directory a path or a file URL; it is made where it does not exist
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) when another manager, of whatever process, backs up into the directory
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
   * @throws the file system's own error, with Node's code (`ENOSPC`, ...)
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
    const until = at === undefined ? Infinity : at.getTime() * 1000 + 999;
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
