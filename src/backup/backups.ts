import { Mutex } from "async-mutex";
import type { Replica } from "../replica/replica.js";
import { syncFolder, tellOnce } from "../storage/folder-sync.js";
import type { TellUnsynced } from "../storage/folder-sync.js";
import { runAsync, runSync } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import type { FileFormat } from "../storage/write-document.js";
import { dirname } from "node:path";
import { DirectoryLock } from "./directory-lock.js";
import { Retention } from "./retention.js";
import { Schedule } from "./schedule.js";
import { BackupSeries } from "./series.js";
import type { Backup } from "./series.js";
import { warn } from "./warn.js";

/** How backups are made; see `BackupOptions`. */
export interface BackupSettings {
  readonly backupIntervalMs: number;
  readonly minBackupIntervalMs: number;
  readonly format: FileFormat;
  readonly incremental: boolean;
  readonly maxDeltasBeforeFull: number;
  readonly keep: number;
  readonly onBackupFailure: ((error: unknown, consecutiveFailures: number) => void) | undefined;
}

/** What is asked for; "next" leaves it to the rules. */
type Request = "next" | "full" | "delta";

/** Makes the backups of one database in one folder, one at a time. */
export class Backups {
  readonly #replica: Replica;
  readonly #settings: BackupSettings;
  readonly #series: BackupSeries;
  readonly #retention: Retention;
  readonly #lock: DirectoryLock;
  readonly #schedule: Schedule;
  readonly #mutex = new Mutex();
  /** What was asked for and has not begun: it will hold every commit made until it does, so who asks meanwhile gets the same. */
  readonly #waiting = new Map<Request, Promise<Backup>>();
  #failures = 0;
  #forget: (() => void) | undefined;

  constructor(where: string, replica: Replica, folder: string, settings: BackupSettings) {
    this.#replica = replica;
    this.#settings = settings;
    this.#lock = new DirectoryLock(where, folder);
    this.#series = new BackupSeries(replica, folder, settings.format, () => this.#lock.assertHeld());
    this.#retention = new Retention(folder, settings.keep);
    this.#schedule = new Schedule(() => this.#attempt(), settings.backupIntervalMs, settings.minBackupIntervalMs);
    runSync(makeFolder(folder, tellOnce(replica)));
    this.#begin();
  }

  get consecutiveFailures(): number {
    return this.#failures;
  }

  get deltasSinceFull(): number {
    return this.#series.deltasSinceFull;
  }

  /** Takes the folder; waits where it must be seen first whether somebody else has it. */
  async takeFolder(): Promise<void> {
    await this.#lock.take();
  }

  start(): void {
    this.#replica.assertOpen();
    this.#begin();
    this.#schedule.start();
  }

  async request(request: Request): Promise<Backup> {
    this.#replica.assertOpen();
    return this.#enqueue(request);
  }

  async notify(): Promise<void> {
    this.#replica.assertOpen();
    await this.#replica.work.track(this.#schedule.notify());
  }

  async stop(): Promise<void> {
    await this.#schedule.stop();
    while (this.#waiting.size > 0 || this.#mutex.isLocked()) await this.#mutex.waitForUnlock();
    this.#forget?.();
    this.#forget = undefined;
    this.#series.end();
    await runAsync(this.#lock.release());
  }

  /** Takes the folder, unless it cannot be told yet whether somebody has it: then the next backup does. The database's end is the end of this, too. */
  #begin(): void {
    runSync(this.#lock.tryTake());
    this.#forget ??= this.#replica.work.endWith(() => this.stop());
  }

  #enqueue(request: Request): Promise<Backup> {
    const waiting = this.#waiting.get(request);
    if (waiting !== undefined) return waiting;
    const backup = this.#mutex.runExclusive(() => {
      this.#waiting.delete(request);
      return this.#perform(request);
    });
    this.#waiting.set(request, backup);
    return this.#replica.work.track(backup);
  }

  async #perform(request: Request): Promise<Backup> {
    try {
      this.#forget ??= this.#replica.work.endWith(() => this.stop());
      await this.#lock.take();
      const backup = await runAsync(this.#steps(request));
      this.#failures = 0;
      return backup;
    } catch (error) {
      this.#failures++;
      this.#tell(error);
      throw error;
    } finally {
      this.#schedule.noteEnd();
    }
  }

  *#steps(request: Request): Steps<Backup> {
    const backup = yield* this.#series.write(this.#isDelta(request) ? "delta" : "full");
    try {
      yield* this.#retention.apply();
    } catch (error) {
      // The backup is there; the old ones are tried again after the next one.
      warn("an old backup could not be removed", error);
    }
    return backup;
  }

  #isDelta(request: Request): boolean {
    const { incremental, maxDeltasBeforeFull } = this.#settings;
    if (request === "full") return false;
    return request === "delta" || (incremental && this.#series.deltasSinceFull < maxDeltasBeforeFull);
  }

  /** A backup that nobody waits for. */
  async #attempt(): Promise<void> {
    try {
      await this.#enqueue("next");
    } catch (error) {
      if (this.#settings.onBackupFailure === undefined) warn("a backup failed", error);
    }
  }

  #tell(error: unknown): void {
    try {
      this.#settings.onBackupFailure?.(error, this.#failures);
    } catch (thrown) {
      warn("onBackupFailure threw", thrown);
    }
  }
}

/** Makes a folder, and those that it is in, so that they outlive a loss of power. */
function* makeFolder(folder: string, tell: TellUnsynced): Steps<void> {
  const first = (yield ["mkdir", folder, { recursive: true }]) as string | undefined;
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) yield* syncFolder(dirname(made), tell);
}
