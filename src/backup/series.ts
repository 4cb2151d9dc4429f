import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { ConcurrentModificationError, CorruptFileError, DictDBError } from "../base/errors.js";
import type { Replica } from "../replica/replica.js";
import type { DocumentKind, DocumentSource, Manifest } from "../storage/document.js";
import { captureTables } from "../storage/capture.js";
import { tellOnce } from "../storage/folder-sync.js";
import { readdir } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { removeLeftovers } from "../storage/temp-file.js";
import { writeDocument } from "../storage/write-document.js";
import type { FileFormat } from "../storage/write-document.js";
import { backupName, lastPlace, newestFirst, parseBackupName } from "./backup-file.js";
import { ChangeTracker } from "./change-tracker.js";
import type { Mark } from "./change-tracker.js";
import { changedTables, toldTables } from "./delta.js";
import type { ToldTables } from "./delta.js";
import { warn } from "./warn.js";
import { Digest, WrittenFile } from "./written-file.js";

/** One file that was written. */
export interface Backup {
  readonly path: string;
  /** A whole database, or what changed since the backup before it. */
  readonly kind: DocumentKind;
  /** The last commit that it holds. */
  readonly seq: number;
  /** When it was made, by the clock of this machine. */
  readonly time: Date;
  /** How long the file is. */
  readonly bytes: number;
}

/** A backup, and what it told: the next delta goes onto it. */
interface Base {
  readonly backup: Backup;
  readonly id: string;
  readonly told: ToldTables;
  /** All files that it is made of, the full one first. */
  readonly chain: readonly WrittenFile[];
}

/** The backups of one database into one folder, one after the other: a full one, then deltas that each go onto the one before. */
export class BackupSeries {
  readonly #replica: Replica;
  readonly #folder: string;
  readonly #format: FileFormat;
  readonly #assertOwned: () => void;
  readonly #tracker: ChangeTracker;
  #base: Base | undefined;
  #deltas = 0;

  /** @param assertOwned throws when the folder has come to belong to somebody else */
  constructor(replica: Replica, folder: string, format: FileFormat, assertOwned: () => void) {
    this.#replica = replica;
    this.#folder = folder;
    this.#format = format;
    this.#assertOwned = assertOwned;
    this.#tracker = new ChangeTracker(replica.state);
  }

  /** How many deltas were written onto the last full backup. */
  get deltasSinceFull(): number {
    return this.#deltas;
  }

  /** Forgets the base: the next backup is a full one. */
  end(): void {
    this.#tracker.close();
    this.#forgetBase();
  }

  /**
   * Writes a full backup, or what changed since the last one. Where nothing has, the last one is the answer.
   *
   * Whatever the answer leans on is looked at before and afterwards: where it is not what was written, the backup is a full one.
   *
   * @param wanted a delta needs a base: without one, the backup is full
   */
  *write(wanted: DocumentKind): Steps<Backup> {
    if (wanted === "delta") yield* this.#checkBase();
    const backup = yield* this.#writeNext(wanted);
    if (yield* this.#checkBase()) return backup;
    // Somebody has worked on the folder meanwhile.
    const full = yield* this.#writeNext("full");
    const fault = yield* this.#fault();
    if (fault === undefined) return full;
    this.#forgetBase();
    throw new CorruptFileError(`a backup is not there as it was written: ${fault}`, { path: full.path });
  }

  *#writeNext(wanted: DocumentKind): Steps<Backup> {
    const { state } = this.#replica;
    if (!this.#replica.isClosed) this.#replica.refresh();
    const base = this.#tracker.isWhole ? this.#base : undefined;
    const kind = base === undefined ? "full" : wanted;
    if (kind === "delta" && base?.backup.seq === state.seq) return base.backup;
    // From here to the first step nothing else runs: all of this is one moment.
    const mark = this.#tracker.mark();
    const tables = [...state.tables];
    const told = toldTables(tables);
    const content = kind === "full" ? captureTables(state) : changedTables(tables, mark, base!.told);
    const names = tables.map(({ definition }) => definition.name).sort();
    if (kind === "delta" && content.length === 0 && JSON.stringify(names) === JSON.stringify([...base!.told.keys()].sort())) {
      // Commits that change nothing to be saved, such as locks of rows.
      this.#tracker.succeeded(mark);
      return base!.backup;
    }
    try {
      const { time, place } = yield* this.#nextTime();
      const manifest: Manifest = {
        id: randomUUID(),
        base: kind === "full" ? undefined : base!.id,
        seq: mark.snapshot.seq,
        time,
        tables: kind === "full" ? undefined : names,
      };
      const path = join(this.#folder, backupName(kind, place, this.#format));
      const digest = new Digest();
      const bytes = yield* this.#writeFile(path, { kind, manifest, tables: content }, mark, digest);
      const backup: Backup = { path, kind, seq: manifest.seq, time: new Date(time / 1000), bytes };
      const file = new WrittenFile(path, digest);
      this.#succeeded(mark, { backup, id: manifest.id, told, chain: kind === "full" ? [file] : [...base!.chain, file] });
      return backup;
    } catch (error) {
      this.#tracker.failed();
      throw error;
    }
  }

  *#writeFile(path: string, document: DocumentSource, mark: Mark, digest: Digest): Steps<number> {
    const isWanted = (): boolean => {
      this.#assertOwned();
      return document.kind === "full" || this.#assertIntact(mark);
    };
    return yield* writeDocument(path, document, {
      format: this.#format,
      isNew: true,
      isWanted,
      tell: tellOnce(this.#replica),
      onBytes: (bytes) => digest.add(bytes),
    });
  }

  /** A delta is read while it is written. Where the state was made anew meanwhile, its snapshot was closed, and what was read is of no one moment. */
  #assertIntact({ snapshot }: Mark): true {
    if (this.#replica.isClosed || this.#replica.state.snapshots.has(snapshot)) return true;
    throw new ConcurrentModificationError("the state was made anew from the log while a backup was being written: the next one is full");
  }

  #succeeded(mark: Mark, base: Base): void {
    this.#tracker.succeeded(mark);
    this.#base = base;
    this.#deltas = base.backup.kind === "full" ? 0 : this.#deltas + 1;
  }

  /** Forgets a base that is not what was written, and says so; answers whether there is one. */
  *#checkBase(): Steps<boolean> {
    const fault = yield* this.#fault();
    if (fault === undefined) return this.#base !== undefined;
    this.#forgetBase();
    warn("a backup cannot be gone on with, so the next one is full", new Error(fault));
    return false;
  }

  #forgetBase(): void {
    this.#base = undefined;
    this.#deltas = 0;
  }

  /** What keeps the base from being restored, or from being the newest of its folder; undefined where all is well, or there is none. */
  *#fault(): Steps<string | undefined> {
    if (this.#base === undefined) return undefined;
    const { chain, backup } = this.#base;
    const [newest] = newestFirst(yield* readdir(this.#folder));
    const name = basename(backup.path);
    if (newest !== undefined && newest.name !== name && newest.time >= parseBackupName(name)!.time) {
      return `${join(this.#folder, newest.name)}: somebody else has put it there`;
    }
    for (const file of chain) {
      const fault = yield* file.fault();
      if (fault !== undefined) return `${file.path}: ${fault}`;
    }
    return undefined;
  }

  /** Now, and the place of a name: that is now as well, or the moment after the last backup of the folder where the clock went backwards. */
  *#nextTime(): Steps<{ readonly time: number; readonly place: number }> {
    yield* removeLeftovers(this.#folder);
    const [newest] = newestFirst(yield* readdir(this.#folder));
    const time = Math.max(Date.now() * 1000, 0);
    const place = Math.max(time, (newest?.time ?? -1) + 1);
    if (place <= lastPlace) return { time, place };
    const last = join(this.#folder, newest?.name ?? "");
    throw new DictDBError("CAPACITY", `no backup can come after ${JSON.stringify(last)}: remove that file, or give it an earlier name`, {
      path: last,
    });
  }
}
