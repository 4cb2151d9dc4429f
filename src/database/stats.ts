import type { Replica } from "../replica/replica.js";

/** Figures of a database since it was opened. */
export interface DatabaseStats {
  /** How many commits there are, by this and every other thread. */
  readonly commits: number;
  /** How often a commit had to be planned again because another one came first. */
  readonly conflicts: number;
  /** How often somebody waited for a table lock, and for how many milliseconds in all. */
  readonly lockWaits: number;
  readonly lockWaitMs: number;
  readonly openSnapshots: number;
  /** How many pre-images open snapshots keep. */
  readonly snapshotImages: number;
  readonly tables: number;
  readonly records: number;
}

export function stats({ state, lockWaits, conflicts }: Replica): DatabaseStats {
  const tables = [...state.tables];
  return Object.freeze({
    commits: state.seq,
    conflicts,
    lockWaits: lockWaits.count,
    lockWaitMs: lockWaits.totalMs,
    openSnapshots: state.snapshots.size,
    snapshotImages: Array.from(state.snapshots, ({ images }) => images).reduce((sum, images) => sum + images, 0),
    tables: tables.length,
    records: tables.reduce((sum, { size }) => sum + size, 0),
  });
}
