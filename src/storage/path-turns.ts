import { resolve } from "node:path";
import { Mutex } from "async-mutex";

interface Place {
  readonly mutex: Mutex;
  /** The turn whose content the path has. */
  written: number;
  waiting: number;
}

/** The place of one save among those to the same path. */
export interface Turn {
  /** Whether nothing newer was written meanwhile. */
  isNewest(): boolean;
  /** To be called as soon as the path has the new content. */
  done(): void;
}

/** Lets the saves of one thread to one path take turns: the file holds what was saved last, in the order of the calls. */
export class PathTurns {
  readonly #places = new Map<string, Place>();
  #turns = 0;

  /** Runs a save when those before it are done. */
  async run<R>(path: string, save: (turn: Turn) => Promise<R>): Promise<R> {
    const number = ++this.#turns;
    const key = resolve(path);
    const place = this.#places.get(key) ?? { mutex: new Mutex(), written: 0, waiting: 0 };
    this.#places.set(key, place);
    place.waiting++;
    const turn: Turn = {
      isNewest: () => place.written < number,
      done: () => {
        place.written = Math.max(place.written, number);
      },
    };
    try {
      return await place.mutex.runExclusive(() => save(turn));
    } finally {
      if (--place.waiting === 0) this.#places.delete(key);
    }
  }

  /** Runs a save now, before those that wait: whatever they are about to write is older. */
  runSync<R>(path: string, save: () => R): R {
    const number = ++this.#turns;
    const result = save();
    const place = this.#places.get(resolve(path));
    if (place !== undefined) place.written = number;
    return result;
  }
}
