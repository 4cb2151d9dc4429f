import type { SectionLock } from "../lock/table-lock.js";
import type { WaitCounter } from "../lock/wait-counter.js";
import type { Change, Commit, ReplicaId, RowOwner, TableDefinition, TableId } from "../log/commit.js";
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
  assertWritable(verb: string, table: TableContext): void;
  assertTableWritable(verb: string, table: TableContext): void;
  runUserCode<R>(verb: string, run: () => R): R;
  countConflict(): void;
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
   * beside an open section, and while another verb's plan is made.
   *
   * @param table the one whose counter the plan looks at; undefined where it looks at no table
   * @param plan must run no code of the caller's; it runs again when another commit comes in between
   */
  commitAside<R>(table: TableContext | undefined, plan: () => Planned<R>): R;

  /** Whether another thread keeps a table locked for longer than its commits take: it has a section open. */
  isBusy(table: TableContext): boolean;

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

  /** @throws DictDBError CAPACITY where no table can have this lock */
  assertLock(lockNumber: number): void;

  /** Makes the lock under a table's sections. */
  makeLock(definition: TableDefinition): SectionLock;

  figures(): RoadFigures;

  /** Ends the replica's part in the log. */
  close(): void;
}
