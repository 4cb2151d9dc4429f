import type { Key } from "../base/value.js";
import type { TableId } from "../log/commit.js";
import type { DatabaseState } from "../state/database-state.js";
import type { OpenSnapshot } from "../state/open-snapshot.js";
import type { Image } from "../state/overlay.js";

/** A moment, and what changed before it and after the last backup that succeeded. */
export interface Mark {
  /** The state at this moment. */
  readonly snapshot: OpenSnapshot;
  /** Snapshots that follow one another, from the last successful backup on to this moment. None before the first. */
  readonly since: readonly OpenSnapshot[];
}

/**
 * Knows what has changed since the last backup that succeeded.
 *
 * It keeps a snapshot open: the overlay of that holds exactly the keys that were touched since, with what was there before (whoever touched them, another
 * thread too). When a backup begins, the next snapshot takes over, so that changes made while the backup is being written belong to the one after it.
 * When a backup fails, the overlays before and after its beginning together hold what the next one has to tell.
 */
export class ChangeTracker {
  readonly #state: DatabaseState;
  /** From the last successful backup on, the oldest first; the last one is open. */
  #snapshots: OpenSnapshot[] = [];
  #knowsBase = false;

  constructor(state: DatabaseState) {
    this.#state = state;
  }

  /** Whether every change since the last successful backup is known. The state closes its snapshots when it had to be made anew from the log. */
  get isWhole(): boolean {
    const open = this.#snapshots.at(-1);
    return this.#knowsBase && open !== undefined && this.#state.snapshots.has(open);
  }

  /** Begins a backup: of this moment. */
  mark(): Mark {
    if (!this.isWhole) this.close();
    this.#snapshots.at(-1)?.close();
    const snapshot = this.#state.openSnapshot();
    const since = [...this.#snapshots];
    this.#snapshots.push(snapshot);
    return { snapshot, since };
  }

  /** The backup of a mark, the last one, succeeded: what is told later is told from there on. */
  succeeded(mark: Mark): void {
    this.#snapshots = [mark.snapshot];
    this.#knowsBase = true;
  }

  /** It failed: what it would have told is still to be told. */
  failed(): void {
    const [first, ...rest] = this.#snapshots;
    const open = rest.pop();
    if (first === undefined || open === undefined) return;
    for (const snapshot of rest) merge(first, snapshot);
    this.#snapshots = [first, open];
  }

  /** Nothing is to be told any more. */
  close(): void {
    this.#snapshots.at(-1)?.close();
    this.#snapshots = [];
    this.#knowsBase = false;
  }
}

function merge(into: OpenSnapshot, later: OpenSnapshot): void {
  for (const [table, overlay] of later.overlays()) {
    const first = into.overlayOf(table);
    for (const [key, image] of overlay.images()) first.keepFirst(key, image, later.seq);
  }
}

/** How many keys of a table changed before a mark, counted again where they did so before and after a failed backup. */
export function changeCount({ since }: Mark, table: TableId): number {
  return since.reduce((sum, snapshot) => sum + snapshot.overlayOf(table).size, 0);
}

/** The keys of a table that were touched before a mark, with what they stood for at the last successful backup. */
export function* changesBefore({ since }: Mark, table: TableId): Generator<readonly [Key, Image]> {
  const overlays = since.map((snapshot) => snapshot.overlayOf(table));
  for (const [i, overlay] of overlays.entries()) {
    const earlier = overlays.slice(0, i);
    for (const change of overlay.images()) if (!earlier.some((other) => other.has(change[0]))) yield change;
  }
}
