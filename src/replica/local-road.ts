import { describe } from "../base/describe.js";
import { RWLock } from "../lock/rw-lock.js";
import type { SectionLock } from "../lock/table-lock.js";
import type { Change, TableDefinition } from "../log/commit.js";
import { LocalLog } from "../log/local-log.js";
import type { TableView } from "../state/table-view.js";
import { rowLockedError, sectionAmong } from "./row-errors.js";
import type { Planned, Road, RoadFigures, RoadHost } from "./road.js";
import type { TableContext } from "./table-context.js";

const alone: RoadFigures = { threads: 1, lag: 0, sharedBytes: 0 };

/**
 * The road of a database that lives in one thread: plan and validate against the current state, append, apply. Nothing can come in between, so no
 * table is locked; it is enough that no other task has a section open.
 */
export class LocalRoad implements Road {
  readonly id = 0;
  readonly #replica: RoadHost;
  #log: LocalLog;

  constructor(replica: RoadHost) {
    this.#replica = replica;
    this.#log = new LocalLog(replica.state.seq);
  }

  commit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>): R {
    const replica = this.#replica;
    replica.assertMayCommit(verb);
    for (const table of tables) replica.assertTableWritable(verb, table);
    for (;;) {
      const planned = replica.runUserCode(verb, plan);
      if (planned.changes.length === 0) return planned.result;
      if (replica.state.rowLocks.size > 0) this.#assertRowsFree(verb, tables, planned);
      for (const table of tables) table.hideState();
      const isDone = this.#append(planned.changes);
      if (replica.state.underWay === undefined) for (const table of tables) table.showState();
      if (isDone) return planned.result;
    }
  }

  // Every plain verb of a local database goes this way, so it allocates nothing.
  commitTable<R>(verb: string, table: TableContext, plan: (view: TableView) => Planned<R>): R {
    const replica = this.#replica;
    replica.assertWritable(verb, table);
    for (;;) {
      replica.running = verb;
      replica.runningCall = plan;
      let planned: Planned<R>;
      try {
        planned = plan(table.view);
      } finally {
        replica.running = undefined;
        replica.runningCall = undefined;
      }
      if (planned.changes.length === 0) return planned.result;
      if (replica.state.rowLocks.size > 0) this.#assertRowsFree(verb, [table], planned);
      table.hideState();
      const isDone = this.#append(planned.changes);
      if (replica.state.underWay === undefined) table.showState();
      if (isDone) return planned.result;
    }
  }

  commitAside<R>(_table: TableContext | undefined, plan: () => Planned<R>): R {
    for (;;) {
      const { changes, result } = plan();
      if (changes.length === 0 || this.#append(changes)) return result;
    }
  }

  // No other thread has locked anything, and a section of this one was looked for.
  tryCommit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>): R {
    return this.commit(verb, tables, plan);
  }

  async whenFree(): Promise<void> {
    // See above.
  }

  releaseRows(): void {
    // A verb never waits for rows here.
  }

  endInterrupted(): void {
    // There is nothing to be locked.
  }

  isGone(): boolean {
    return false;
  }

  holds(): boolean {
    return false;
  }

  exclusively<R>(_verb: string, run: () => R): R {
    return run();
  }

  listen(): void {
    // Whoever commits tells the listeners.
  }

  refresh(): void {
    // The only writer is always up to date.
  }

  /** The lowest, for the day when the database is shared: locks are few then. Until then each table brings a lock of its own. */
  freeLockNumber(): number {
    const taken = this.#replica.state.lockNumbers;
    let number = 1;
    while (taken.has(number)) number++;
    return number;
  }

  figures(): RoadFigures {
    return alone;
  }

  makeLock({ name }: TableDefinition): SectionLock {
    const { lockTimeoutMs, lockWaits } = this.#replica;
    return new RWLock({ timeoutMs: lockTimeoutMs, name: `table ${describe(name)}` }, lockWaits);
  }

  close(): void {
    // Nothing is shared with anybody.
  }

  /** @throws RowLockedError where a transaction has locked a row that would be changed: a synchronous verb cannot wait for its own thread */
  #assertRowsFree(verb: string, tables: readonly TableContext[], { changes, owner }: Planned<unknown>): void {
    const { state } = this.#replica;
    const blocked = state.rowLocks.blocker(changes, owner);
    if (blocked !== undefined) throw rowLockedError(verb, state.table(blocked.table)!.definition.name, blocked.key, sectionAmong(tables));
  }

  /** Appends and applies; false where it must be planned again. */
  #append(changes: readonly Change[]): boolean {
    const { state } = this.#replica;
    const appended = this.#log.append(state.seq, changes);
    if (appended === "conflict") {
      // Nobody else appends: an earlier call was cut off between the log and the state, so nobody has heard of its commit.
      this.#log = new LocalLog(state.seq);
      return false;
    }
    try {
      this.#replica.apply(appended, "local");
    } catch (error) {
      // What the state has begun stands, and is finished before the next use. No more stack, no more memory: that is no failure of the verb.
      if (state.underWay !== appended && state.seq !== appended.seq) throw error;
    }
    return true;
  }
}
