import { ClosedError, DeadlockError, InvariantError } from "../base/errors.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Change, Commit, TableId } from "../log/commit.js";
import type { Log } from "../log/log.js";
import { TableLock } from "../lock/table-lock.js";
import { WaitCounter } from "../lock/wait-counter.js";
import type { Schema } from "../schema/schema.js";
import { applyCommit } from "../state/apply-commit.js";
import { DatabaseState } from "../state/database-state.js";
import type { TableState } from "../state/table-state.js";
import type { TableView } from "../state/table-view.js";
import { catalogEvent, Feed, recordEvent } from "./feed.js";
import type { Images } from "./feed.js";
import type { Change as ChangeEvent } from "./events.js";
import { TableContext } from "./table-context.js";

/** What a verb wants to change, and what it answers once that has happened. */
export interface Planned<R> {
  readonly changes: readonly Change[];
  readonly result: R;
}

/** The plan that changes nothing. */
export const nothingPlanned: Planned<undefined> = { changes: [], result: undefined };

/**
 * One thread's copy of the database, and the road that every commit takes: check that the tables may be written, plan and validate against the
 * current state, append to the log, apply. What fails before the append has changed nothing; what was appended is never reported as failed.
 */
export class Replica {
  readonly state = new DatabaseState((table) => this.#forget(table));
  readonly feed = new Feed();
  readonly lockTimeoutMs: number;
  /** Counts the waits for all table locks of this thread. */
  readonly lockWaits = new WaitCounter();
  readonly #log: Log;
  readonly #contexts = new Map<TableId, TableContext>();
  #running: string | undefined;
  #broken: unknown;
  #closed = false;
  #conflicts = 0;

  constructor(log: Log, lockTimeoutMs: number) {
    this.#log = log;
    this.lockTimeoutMs = lockTimeoutMs;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** How often another writer took the place in the log that a commit was made for. */
  get conflicts(): number {
    return this.#conflicts;
  }

  assertOpen(): void {
    if (this.#closed) throw new ClosedError("the database is closed");
  }

  /** What this replica has for a table; made when the table is first asked for. */
  contextOf(state: TableState, schema?: Schema): TableContext {
    const { id, name } = state.definition;
    let context = this.#contexts.get(id);
    if (context === undefined) {
      context = new TableContext(state, new TableLock(name, { timeoutMs: this.lockTimeoutMs, waits: this.lockWaits }), schema);
      // A snapshot may ask for a table that is gone: that context is the snapshot's own.
      if (!state.dropped) this.#contexts.set(id, context);
    }
    return context;
  }

  /**
   * Commits what `plan` wants, or throws and has changed nothing.
   *
   * @param tables all tables that the plan may change
   * @param plan reads the current state and must not change anything itself; it runs again when another commit comes in between
   */
  commit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>): R {
    this.#assertWritable(verb);
    for (const table of tables) this.#assertTableWritable(verb, table);
    for (;;) {
      const { changes, result } = this.runUserCode(verb, plan);
      if (changes.length === 0 || this.#append(changes)) return result;
    }
  }

  /** {@link commit} for one table, which the plan is handed: the road of every plain verb, so it allocates nothing. */
  commitTable<R>(verb: string, table: TableContext, plan: (view: TableView) => Planned<R>): R {
    this.assertWritable(verb, table);
    for (;;) {
      this.#running = verb;
      let planned: Planned<R>;
      try {
        planned = plan(table.view);
      } finally {
        this.#running = undefined;
      }
      if (planned.changes.length === 0 || this.#append(planned.changes)) return planned.result;
    }
  }

  /** Runs code that may call functions of the user's (predicates, schemas, computed updates): a write from in there throws. */
  runUserCode<R>(verb: string, run: () => R): R {
    const outer = this.#running;
    this.#running = verb;
    try {
      return run();
    } finally {
      this.#running = outer;
    }
  }

  /** Ends the replica: later use throws ClosedError. */
  close(): void {
    this.#closed = true;
    for (const context of this.#contexts.values()) context.end();
    for (const snapshot of this.state.snapshots) snapshot.close();
    this.feed.close();
  }

  /** Throws unless a write of this table may begin now. */
  assertWritable(verb: string, table: TableContext): void {
    this.#assertWritable(verb);
    this.#assertTableWritable(verb, table);
  }

  #assertTableWritable(verb: string, table: TableContext): void {
    table.assertExists();
    table.assertSound();
    if (table.lock.isOpen) table.lock.assertWritable(verb);
  }

  #assertWritable(verb: string): void {
    this.assertOpen();
    if (this.#broken !== undefined)
      throw new InvariantError("the database refuses writes after an internal error", {}, { cause: this.#broken });
    if (this.#running === undefined) return;
    throw new DeadlockError(`${verb} was called by a function that ${this.#running} runs: it would wait for the call that it is part of`, {
      verb,
      within: this.#running,
    });
  }

  #forget(table: TableId): void {
    this.#contexts.get(table)?.end();
    this.#contexts.delete(table);
  }

  /** Appends and applies; false when another commit took the place, so that this one must be planned again. */
  #append(changes: readonly Change[]): boolean {
    const appended = this.#log.append(this.state.seq, changes);
    if (appended === "conflict") {
      this.#conflicts++;
      return false;
    }
    this.#apply(appended);
    return true;
  }

  #apply(commit: Commit): void {
    try {
      if (this.feed.isWatched) this.#applyAndTell(commit);
      else applyCommit(this.state, commit);
    } catch (error) {
      // The commit is in the log, so it cannot be taken back; the state no longer agrees with it, so nothing may build on it.
      this.#broken = error;
      throw new InvariantError("a commit could not be applied", { seq: commit.seq }, { cause: error });
    }
  }

  #applyAndTell(commit: Commit): void {
    const catalog = commit.changes.map((change) => catalogEvent(change, this.state)).filter((event) => event !== undefined);
    const images: Images[] = [];
    applyCommit(this.state, commit, (table: TableState, key: Key, before: StoredRecord | undefined, after: StoredRecord | undefined) => {
      images.push({ table: table.definition.name, key, before, after });
    });
    this.feed.push(() => {
      const changes: readonly ChangeEvent[] = Object.freeze([...catalog, ...images.map(recordEvent)]);
      return Object.freeze({ seq: commit.seq, origin: "local", changes });
    });
  }
}
