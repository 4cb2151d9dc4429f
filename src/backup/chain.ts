import { join } from "node:path";
import { CorruptFileError } from "../base/errors.js";
import { isError } from "../base/shape.js";
import type { LoadedDocument, Manifest } from "../storage/document.js";
import { readDocument } from "../storage/read-document.js";
import { readdir } from "../storage/steps.js";
import type { Steps } from "../storage/steps.js";
import { newestFirst } from "./backup-file.js";
import type { BackupFile } from "./backup-file.js";

/** A file that is not used, and why. */
export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** A backup, with what its head says. */
export interface Entry extends BackupFile {
  /** undefined in a file of Python's. */
  readonly manifest: Manifest | undefined;
  /** When it was made, by the clock of its maker, in microseconds since 1970: that may have gone back from one backup to the next. */
  readonly madeAt: number;
}

/** The backups of a folder, and which of them goes onto which. Files that turn out to be bad are noted here. */
export class Folder {
  readonly #where: string;
  readonly #path: string;
  /** Every file that has the name of a backup, the newest first. */
  files: readonly BackupFile[] = [];
  /** Those whose head could be read. */
  readonly entries: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #bad = new Map<string, string>();

  constructor(where: string, path: string) {
    this.#where = where;
    this.#path = path;
  }

  /**
   * The entries of which the newest state at a moment can be made, the newest first: the last one whose clock was not past that moment, and all before
   * it, whatever their clocks said, since they were made earlier.
   */
  until(moment: number): readonly Entry[] {
    const first = this.entries.findIndex(({ madeAt }) => madeAt <= moment);
    return first === -1 ? [] : this.entries.slice(first);
  }

  /** Files that are not used and come after one (or at all), out of those that {@link until} looks at; the newest first. */
  skippedAfter(used: Entry | undefined, moment: number): Skipped[] {
    const [first] = this.until(moment);
    const isWanted = ({ time }: BackupFile): boolean => time <= moment || (first !== undefined && time <= first.time);
    return this.files
      .filter((file) => (used === undefined || file.time > used.time) && isWanted(file) && this.#bad.has(file.name))
      .map(({ name }) => ({ file: name, reason: this.#bad.get(name)! }));
  }

  /** Why a file is not used, if it is not. */
  problemOf({ name }: BackupFile): string | undefined {
    return this.#bad.get(name);
  }

  /** Looks at the names and the heads of all files. */
  *open(): Steps<this> {
    this.files = newestFirst(yield* readdir(this.#path));
    for (const file of this.files) {
      const head = yield* this.#read(file, true);
      if (head === undefined) continue;
      if (head.kind !== file.kind) {
        this.setBad(file, `its name says that it is a ${file.kind} backup, it is a ${head.kind} one`);
        continue;
      }
      const entry: Entry = { ...file, manifest: head.manifest, madeAt: head.manifest?.time ?? file.time };
      this.entries.push(entry);
      if (entry.manifest !== undefined) this.#byId.set(entry.manifest.id, entry);
    }
    return this;
  }

  setBad({ name }: BackupFile, reason: string): void {
    this.#bad.set(name, reason);
  }

  /** Reads a whole file; undefined where that failed, which is noted. */
  *load(entry: Entry): Steps<LoadedDocument | undefined> {
    const document = yield* this.#read(entry, false);
    if (document !== undefined && document.manifest?.id !== entry.manifest?.id) {
      this.setBad(entry, "it changed while it was being read");
      return undefined;
    }
    return document;
  }

  /**
   * The files that make up the state of one, the full one first; undefined where one is missing or bad, which is noted.
   *
   * A delta goes onto the backup whose id it names. One of Python's has no names: it goes onto all that came after the last full one before it.
   */
  chainOf(last: Entry): Entry[] | undefined {
    const chain = [last];
    for (let entry = last; entry.kind === "delta";) {
      const base = this.#baseOf(entry);
      if (base === undefined || chain.includes(base)) {
        this.setBad(
          last,
          entry === last ? "the backup that it goes onto is missing" : `the backup that ${entry.name} goes onto is missing`,
        );
        return undefined;
      }
      chain.unshift(base);
      entry = base;
    }
    const bad = chain.find(({ name }) => this.#bad.has(name));
    if (bad === undefined) return chain;
    if (bad !== last) this.setBad(last, `it goes onto ${bad.name}, which cannot be used`);
    return undefined;
  }

  #baseOf(entry: Entry): Entry | undefined {
    const { manifest } = entry;
    if (manifest?.base !== undefined) return this.#byId.get(manifest.base);
    return manifest === undefined ? this.#pythonBaseOf(entry) : undefined;
  }

  /** Whatever was written before it: a chain that leaves one out would be another state, so one that cannot be read ends it. */
  #pythonBaseOf({ name }: Entry): Entry | undefined {
    const before = this.files[this.files.findIndex((file) => file.name === name) + 1];
    return this.entries.find((entry) => entry.name === before?.name);
  }

  *#read(file: BackupFile, headOnly: boolean): Steps<LoadedDocument | undefined> {
    try {
      return yield* readDocument(join(this.#path, file.name), { where: this.#where, headOnly, mayFollow: false });
    } catch (error) {
      this.setBad(file, error instanceof CorruptFileError ? reasonOf(error) : String(isError(error) ? error.message : error));
      return undefined;
    }
  }
}

/** The reader's own words, without the path. */
function reasonOf({ cause, message }: CorruptFileError): string {
  return isError(cause) ? cause.message : message;
}
