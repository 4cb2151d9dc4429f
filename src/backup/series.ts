import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ConcurrentModificationError } from "../base/errors.js";
import type { Replica } from "../replica/replica.js";
import type { DocumentKind, DocumentSource, Manifest } from "../storage/document.js";
import { captureTables } from "../storage/capture.js";
import { tellOnce } from "../storage/folder-sync.js";
import { readdir } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { removeLeftovers } from "../storage/temp-file.js";
import { writeDocument } from "../storage/write-document.js";
import type { FileFormat } from "../storage/write-document.js";
import { backupName, newestFirst } from "./backup-file.js";
import { ChangeTracker } from "./change-tracker.js";
import type { Mark } from "./change-tracker.js";
import { changedTables, toldTables } from "./delta.js";
import type { ToldTables } from "./delta.js";

/** One file that was written. */
export interface Backup {
  readonly path: string;
  /** A whole database, or what changed since the backup before it. */
  readonly kind: DocumentKind;
  /** The last commit that it holds. */
  readonly seq: number;
  /** When it was made. */
  readonly time: Date;
  /** How long the file is. */
  readonly bytes: number;
}

/** A backup, and what it told: the next delta goes onto it. */
interface Base {
  readonly backup: Backup;
  readonly id: string;
  readonly told: ToldTables;
}

/** The backups of one database into one folder, one after the other: a full one, then deltas that each go onto the one before. */
export class BackupSeries {
  readonly #replica: Replica;
  readonly #folder: string;
  readonly #format: FileFormat;
  readonly #tracker: ChangeTracker;
  #base: Base | undefined;
  #deltas = 0;

  constructor(replica: Replica, folder: string, format: FileFormat) {
    this.#replica = replica;
    this.#folder = folder;
    this.#format = format;
    this.#tracker = new ChangeTracker(replica.state);
  }

  /** How many deltas were written onto the last full backup. */
  get deltasSinceFull(): number {
    return this.#deltas;
  }

  /** Forgets the base: the next backup is a full one. */
  end(): void {
    this.#tracker.close();
    this.#base = undefined;
    this.#deltas = 0;
  }

  /**
   * Writes a full backup, or what changed since the last one. Where nothing has, the last one is the answer.
   * @param wanted a delta needs a base: without one, the backup is full
   */
  *write(wanted: DocumentKind): Steps<Backup> {
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
      const time = yield* this.#nextTime();
      const manifest: Manifest = {
        id: randomUUID(),
        base: kind === "full" ? undefined : base!.id,
        seq: mark.snapshot.seq,
        time,
        tables: kind === "full" ? undefined : names,
      };
      const backup = yield* this.#writeFile({ kind, manifest, tables: content }, manifest, mark);
      this.#succeeded(mark, { backup, id: manifest.id, told });
      return backup;
    } catch (error) {
      this.#tracker.failed();
      throw error;
    }
  }

  *#writeFile(document: DocumentSource, { seq, time }: Manifest, mark: Mark): Steps<Backup> {
    const path = join(this.#folder, backupName(document.kind, time, this.#format));
    const assertIntact = (): boolean => document.kind === "full" || this.#assertIntact(mark);
    const bytes = yield* writeDocument(path, document, {
      format: this.#format,
      isNew: true,
      isWanted: assertIntact,
      tell: tellOnce(this.#replica),
    });
    return { path, kind: document.kind, seq, time: new Date(Math.floor(time / 1000)), bytes };
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

  /** Now, or the moment after the last backup of the folder where the clock went backwards. Names are in the order in which they were given. */
  *#nextTime(): Steps<number> {
    yield* removeLeftovers(this.#folder);
    const [newest] = newestFirst(yield* readdir(this.#folder));
    return Math.max(Date.now() * 1000, (newest?.time ?? 0) + 1);
  }
}
