import type { SectionLock } from "../lock/table-lock.js";
import type { WaitOptions } from "../lock/wait-options.js";
import type { WaitCounter } from "../lock/wait-counter.js";
import type { Change, Commit, ReplicaId, RowOwner, TableDefinition, TableId } from "../log/commit.js";
import type { FileTable } from "../log/file-table.js";
import type { DatabaseState } from "../state/database-state.js";
import type { TableState } from "../state/table-state.js";
import type { TableView } from "../state/table-view.js";
import type { TableContext } from "./table-context.js";

/** What a verb wants to change, and what it answers once that has happened. */
export interface Planned<R> {
  readonly changes: readonly Change[];
  readonly result: R;
  /** Tables that the plan has read and does not write: a commit to them that comes in between makes it run again. */
  readonly reads?: ReadonlySet<TableId>;
  /** Whose row locks are in nobody's way here: the transaction's that makes the changes. */
  readonly owner?: RowOwner | undefined;
}

/** The plan that changes nothing. */
export const nothingPlanned: Planned<undefined> = { changes: [], result: undefined };

/** What a road needs of the replica that it belongs to. */
export interface RoadHost {
  readonly state: DatabaseState;
  readonly lockTimeoutMs: number;
  readonly lockWaits: WaitCounter;
  readonly rowWaitCounter: WaitCounter;
  /** What the database knows of its files. */
  readonly files: FileTable;
  /** Whether the rows that a verb gets are kept for further runs of it. */
  readonly keepsRows: boolean;
  /** The verb that runs the caller's own code at this moment. */
  running: string | undefined;
  /** The function in which it does. */
  runningCall: unknown;
  contextOf(state: TableState): TableContext;
  /** Whether this thread wants to hear of commits as they come. */
  readonly isListening: boolean;
  assertMayWrite(verb: string): void;
  assertMayCommit(verb: string): void;
  assertWritable(verb: string, table: TableContext): void;
  assertTableWritable(verb: string, table: TableContext): void;
  runUserCode<R>(verb: string, run: () => R): R;
  /** How often another writer took the place in the log that a commit was made for. */
  conflicts: number;
  /** Gives back the rows of transactions whose threads are gone. */
  reapHolders(): void;
  /** Applies a commit that stands in the log. Where it is cut off, the state is torn: the commit cannot be taken back. */
  apply(commit: Commit, origin: "local" | "remote"): void;
  /**
   * Finishes a commit whose application was cut off; to be called before the next use of the state.
   * @throws RangeError where there is no room for that here
   */
  mend(): void;
  /** Nothing can be relied on any more: every later use throws InvariantError. */
  giveUp(cause: unknown): never;
}

/** Figures about the log and those who share it. */
export interface RoadFigures {
  /** How many threads take part. */
  readonly threads: number;
  /** How many commits were published that this replica has not applied. */
  readonly lag: number;
  /** How much shared memory is in use, in bytes. */
  readonly sharedBytes: number;
}

/** How a replica commits, which depends on who else writes to the log. */
export interface Road {
  /** Tells replicas apart: who holds a lock, who made a commit. 0 where there is only one. */
  readonly id: number;

  /**
   * Commits what `plan` wants, or throws and has changed nothing.
   *
   * @param tables all tables that the plan may change
   * @param plan reads the current state and must not change anything itself; it runs again when another commit comes in between
   * @param catalog whether the plan makes or drops a table
   */
  commit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, catalog: boolean): R;

  /** {@link commit} for one table, which the plan is handed: the road of every plain verb. */
  commitTable<R>(verb: string, table: TableContext, plan: (view: TableView) => Planned<R>): R;

  /**
   * Commits what is no change for anybody who has read: row locks that are given back or no longer waited for, keys that are reserved. It may be done
   * beside an open section.
   *
   * @param table the one whose counter the plan looks at; undefined where it looks at no table
   * @param plan must run no code of the caller's; it runs again when another commit comes in between
   */
  commitAside<R>(table: TableContext | undefined, plan: () => Planned<R>): R;

  /**
   * {@link commit} for those who can wait elsewhere: it never blocks the thread.
   *
   * @param isPatient whether a commit of another thread is worth some microseconds
   * @returns what `plan` answers, or the table that somebody has locked, so that nothing was done
   */
  tryCommit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, isPatient: boolean): R | TableContext;

  /** Resolves once a table looks free for a commit, or a task of this thread has a section of it; waits and fails as its lock does. */
  whenFree(table: TableContext, options: WaitOptions): Promise<void>;

  /** Gives back the rows that a verb of this thread has got, where its commit has not done so. */
  releaseRows(): void;

  /** Gives back the locks of a unit of work that was cut off half-way. */
  endInterrupted(): void;

  /** Whether a replica has ended, however: what it has locked is nobody's any more. */
  isGone(replica: ReplicaId): boolean;

  /** Whether this thread holds a table's lock for a commit that is on its way: then its holder is the commit, not a section. */
  holds(table: TableContext): boolean;

  /** Runs a function while no other thread can write, on the state as it is then. */
  exclusively<R>(verb: string, run: () => R): R;

  /** Hears of commits as they come, from now on and as long as the replica is listening. */
  listen(): void;

  /** Brings the state up to date with the log. */
  refresh(): void;

  /**
   * The number of the lock that a new table is to have.
   * @throws DictDBError CAPACITY when there is none left
   */
  freeLockNumber(): number;

  /** Makes the lock under a table's sections. */
  makeLock(definition: TableDefinition): SectionLock;

  figures(): RoadFigures;

  /**
   * Ends the replica's part in the log.
   * @param settled when what is still under way, and may have to keep other threads out for a moment, is done; undefined where nothing is
   */
  close(settled: Promise<unknown> | undefined): void;
}
