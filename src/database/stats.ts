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
  /** How many threads take part in the database; 1 while it is not shared. */
  readonly threads: number;
  /** How many commits of other threads this one had not taken over when it was asked. */
  readonly lag: number;
  /** How many bytes of shared memory are in use; 0 while it is not shared. */
  readonly sharedBytes: number;
  readonly tables: number;
  readonly records: number;
}

export function stats(replica: Replica): DatabaseStats {
  const { state, lockWaits, conflicts, roadFigures } = replica;
  replica.refresh(); // after the lag was read
  const tables = [...state.tables];
  return Object.freeze({
    commits: state.seq,
    conflicts,
    lockWaits: lockWaits.count,
    lockWaitMs: lockWaits.totalMs,
    openSnapshots: state.snapshots.size,
    snapshotImages: Array.from(state.snapshots, ({ images }) => images).reduce((sum, images) => sum + images, 0),
    ...roadFigures,
    tables: tables.length,
    records: tables.reduce((sum, { size }) => sum + size, 0),
  });
}
