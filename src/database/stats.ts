import type { Replica } from "../replica/replica.js";
import type { Transactions } from "../transaction/transactions.js";

/** Figures of a database since it was opened. */
export interface DatabaseStats {
  /** How many commits there are, by this and every other thread. */
  readonly commits: number;
  /** How often a commit of this thread had to be planned again, or a transaction given up, because another commit came first. */
  readonly conflicts: number;
  /** How often the function of a transaction was run again. */
  readonly retries: number;
  /** How often somebody waited for a table lock, and for how many milliseconds in all. */
  readonly lockWaits: number;
  readonly lockWaitMs: number;
  /** How often somebody in this thread waited for a row, and for how many milliseconds in all. */
  readonly rowWaits: number;
  readonly rowWaitMs: number;
  /** How many rows are locked now; those of threads that have ended without a word are not. */
  readonly rowLocks: number;
  /** How many transactions of this thread have not ended. */
  readonly openTransactions: number;
  /** How many milliseconds ago the oldest of them began; 0 when there is none. */
  readonly oldestTransactionMs: number;
  /** How many snapshots are open, those of transactions included. */
  readonly openSnapshots: number;
  /** How many pre-images are kept for open snapshots; those of one moment share them. */
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

export function stats(replica: Replica, transactions: Transactions): DatabaseStats {
  const { state, lockWaits, rowWaitCounter, conflicts, roadFigures } = replica;
  replica.refresh(); // after the lag was read
  const tables = [...state.tables];
  return Object.freeze({
    commits: state.seq,
    conflicts: conflicts + transactions.conflicts,
    retries: transactions.retries,
    lockWaits: lockWaits.count,
    lockWaitMs: lockWaits.totalMs,
    rowWaits: rowWaitCounter.count,
    rowWaitMs: rowWaitCounter.totalMs,
    rowLocks: state.rowLocks.sizeWithout(new Set(replica.goneHolders)),
    openTransactions: transactions.open,
    oldestTransactionMs: transactions.oldestMs,
    openSnapshots: state.snapshots.size,
    snapshotImages: state.versions.images,
    ...roadFigures,
    tables: tables.length,
    records: tables.reduce((sum, { size }) => sum + size, 0),
  });
}
