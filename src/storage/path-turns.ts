import { Mutex } from "async-mutex";
import type { Digest } from "../log/file-table.js";

interface Place {
  readonly mutex: Mutex;
  waiting: number;
}

/** The turn of one save, taken when it is called. */
export interface Turn {
  /** Whether nothing was put under these names for which a later call asked. */
  isNewest(names: readonly Digest[]): boolean;
  /** To be called as soon as the file stands there. */
  done(names: readonly Digest[]): void;
  /** To be called when the save has ended, however. */
  end(): void;
}

/**
 * The order of the saves of one thread: those to one path are made one after the other, and a file never gives way to what an earlier call was to save,
 * whatever names the calls had for it.
 */
export class PathTurns {
  readonly #places = new Map<string, Place>();
  readonly #underWay = new Set<number>();
  /** The latest call whose content stands under a name. They are kept as long as an earlier call is under way. */
  readonly #done = new Map<string, number>();
  #turns = 0;

  take(): Turn {
    const number = ++this.#turns;
    this.#underWay.add(number);
    return {
      isNewest: (names) => names.every((name) => (this.#done.get(name.join()) ?? 0) < number),
      done: (names) => {
        for (const name of names) this.#done.set(name.join(), number);
      },
      end: () => {
        this.#underWay.delete(number);
        this.#forget();
      },
    };
  }

  /** Runs a save when those to the same path before it are done. */
  async run<R>(path: string, save: () => Promise<R>): Promise<R> {
    const place = this.#places.get(path) ?? { mutex: new Mutex(), waiting: 0 };
    this.#places.set(path, place);
    place.waiting++;
    try {
      return await place.mutex.runExclusive(save);
    } finally {
      if (--place.waiting === 0) this.#places.delete(path);
    }
  }

  #forget(): void {
    const [oldest = Infinity] = this.#underWay;
    for (const [name, number] of this.#done) if (number < oldest) this.#done.delete(name);
  }
}

/** Those of this thread, whichever its databases. */
export const pathTurns = new PathTurns();
