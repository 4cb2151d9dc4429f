import type { Key } from "../base/value.js";
import type { DatabaseState } from "../state/database-state.js";
import type { FrozenImages, OpenSnapshot } from "../state/open-snapshot.js";
import type { ChangedImages, Image } from "../state/overlay.js";
import { PreImages } from "../state/pre-images.js";
import type { TableState } from "../state/table-state.js";

/** A moment, and what changed before it and after the last backup that succeeded. */
export interface Mark {
  /** The state at this moment. */
  readonly snapshot: OpenSnapshot;
  /** What was changed from the last successful backup on to this moment, in parts that follow one another. None before the first. */
  readonly since: readonly FrozenImages[];
}

/**
 * Knows what has changed since the last backup that succeeded.
 *
 * It keeps a snapshot open: that knows exactly the keys that were touched since, with what was there before (whoever touched them, another thread
 * too). When a backup begins, the next snapshot takes over, so that changes made while the backup is being written belong to the one after it. When a
 * backup fails, what was changed before and after its beginning together is what the next one has to tell.
 */
export class ChangeTracker {
  readonly #state: DatabaseState;
  #since: FrozenImages[] = [];
  #open: OpenSnapshot | undefined;
  #knowsBase = false;

  constructor(state: DatabaseState) {
    this.#state = state;
  }

  /** Whether every change since the last successful backup is known. The state closes its snapshots when it had to be made anew from the log. */
  get isWhole(): boolean {
    return this.#knowsBase && this.#open?.isOpen === true;
  }

  /** Begins a backup: of this moment. */
  mark(): Mark {
    if (!this.isWhole) this.close();
    if (this.#open !== undefined) this.#since.push(this.#open.freeze());
    this.#open = this.#state.openSnapshot();
    return { snapshot: this.#open, since: [...this.#since] };
  }

  /** The backup of a mark, the last one, succeeded: what is told later is told from there on. */
  succeeded(mark: Mark): void {
    this.#open = mark.snapshot;
    this.#since = [];
    this.#knowsBase = true;
  }

  /** It failed: what it would have told is still to be told. */
  failed(): void {
    if (this.#since.length > 1) this.#since = [merged(this.#since)];
  }

  /** Nothing is to be told any more. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#since = [];
    this.#knowsBase = false;
  }
}

function merged(parts: readonly FrozenImages[]): FrozenImages {
  const whole = new Map<TableState, PreImages>();
  for (const part of parts) {
    for (const [table, images] of part) {
      let first = whole.get(table);
      if (first === undefined) whole.set(table, (first = new PreImages()));
      for (const [key, image] of images.images()) first.keepFirst(key, image, images.changedBy(key)!);
    }
  }
  return whole;
}

/** How many keys of a table changed before a mark, counted again where they did so before and after a failed backup. */
export function changeCount({ since }: Mark, table: TableState): number {
  return since.reduce((sum, part) => sum + (part.get(table)?.size ?? 0), 0);
}

/** The keys of a table that were touched before a mark, with what they stood for at the last successful backup. */
export function* changesBefore({ since }: Mark, table: TableState): Generator<readonly [Key, Image]> {
  const parts = since.map((part) => part.get(table)).filter((part): part is ChangedImages => part !== undefined);
  for (const [i, part] of parts.entries()) {
    const earlier = parts.slice(0, i);
    for (const change of part.images()) if (!earlier.some((other) => other.has(change[0]))) yield change;
  }
}
