import { FileChangedError } from "../base/errors.js";
import { anything, isSame, nothingThere } from "../log/file-table.js";
import type { FileNote } from "../log/file-table.js";
import type { Replica } from "../replica/replica.js";
import { tellOnce } from "./folder-sync.js";
import type { TellUnsynced } from "./folder-sync.js";
import { pathTurns } from "./path-turns.js";
import type { Turn } from "./path-turns.js";
import { runAsync, runSync } from "./steps.js";
import type { Steps } from "./steps.js";
import { findTarget, namesOf, stampAt } from "./target.js";
import type { Target } from "./target.js";

/** How a file is put in place. */
export interface PublicationOptions {
  /** The method, for error messages. */
  readonly where: string;
  /** Whether a file may be replaced that somebody else has changed since this database has looked at it. */
  readonly overwrite: boolean;
}

/**
 * A save or an export on its way to its file, from the call on. An older state never takes the place of a newer one, by whatever path, of whichever
 * thread of the database.
 *
 * Where the path leads is found at the call. Which file that is, by what names, is found again right before the new one takes its place: folders may
 * have been moved meanwhile, and a file that was still to be made may be there. Then all of it is one synchronous section of this thread, and of all
 * threads of the database, so nothing comes between the question and the deed but other processes.
 */
export class Publication {
  readonly target: Target;
  /** Told of a folder that cannot be synced. */
  readonly tell: TellUnsynced;
  readonly #replica: Replica;
  readonly #seq: number;
  readonly #turn: Turn;
  readonly #options: PublicationOptions;

  /**
   * To be made when the state is captured.
   * @throws the file system's own errors
   */
  constructor(replica: Replica, path: string, options: PublicationOptions) {
    this.target = runSync(findTarget(path));
    this.tell = tellOnce(replica);
    this.#replica = replica;
    this.#seq = replica.state.seq;
    this.#options = options;
    this.#turn = pathTurns.take();
  }

  /** Does the work when what this thread saved to the same path before is done. */
  async run<R>(work: Steps<R>): Promise<R> {
    try {
      return await this.#replica.work.track(pathTurns.run(this.target.path, () => runAsync(work)));
    } finally {
      this.#turn.end();
    }
  }

  /** Does the work now, before that which waits: whatever it is about to write is older. */
  runSync<R>(work: Steps<R>): R {
    try {
      return runSync(work);
    } finally {
      this.#turn.end();
    }
  }

  /**
   * Puts a file in place, unless a newer one is there.
   *
   * @param next where the new file is until then; undefined where there is none, because it is written in place
   * @param put does it
   * @returns whether it was put there
   * @throws FileChangedError when somebody else has changed the file
   */
  place(next: string | undefined, put: () => Steps<void>): boolean {
    const { files } = this.#replica;
    return files.exclusively(() => runSync(this.#place(next, put)));
  }

  *#place(next: string | undefined, put: () => Steps<void>): Steps<boolean> {
    const { path } = this.target;
    const { files } = this.#replica;
    const names = yield* namesOf(path);
    if (!this.#turn.isNewest(names)) return false;
    const known = files.find(names);
    const found = yield* stampAt(path);
    if (known !== undefined) {
      const isNext = isSame(known.next, found);
      const isOurs = isNext || isSame(known.stamp, found);
      if (isOurs && (isNext ? known.nextSeq : known.seq) > this.#seq) return false;
      if (!isOurs && !isSame(known.stamp, anything) && !isSame(found, nothingThere) && !this.#options.overwrite) this.#refuse(path);
    }
    const former = known === undefined || next === undefined ? anything : found;
    const expected = next === undefined ? anything : yield* stampAt(next);
    files.note(names, { stamp: former, next: expected, seq: known?.seq ?? 0, nextSeq: this.#seq });
    yield* put();
    const note: FileNote = { stamp: yield* stampAt(path), next: anything, seq: this.#seq, nextSeq: 0 };
    // How a name is told from others may show only now that there is a file.
    const all = [...names, ...(yield* namesOf(path))];
    files.note(all, note);
    this.#turn.done(all);
    return true;
  }

  #refuse(path: string): never {
    throw new FileChangedError(
      `${this.#options.where}: ${JSON.stringify(path)} was made or changed by somebody else since this database has loaded or saved it: load it again, save elsewhere, or pass overwrite: true`,
      { path },
    );
  }
}

/** Remembers a file as one that a database knows, because it was loaded from it, or looked for it in vain. */
export function noteLoaded(replica: Replica, names: readonly Int32Array[], stamp: Int32Array): void {
  replica.files.exclusively(() => replica.files.note(names, { stamp, next: anything, seq: 0, nextSeq: 0 }));
}
