import { ClosedError, InvariantError } from "../base/errors.js";
import { isError } from "../base/shape.js";
import type { Commit, ReplicaId, RowOwner, TableId } from "../log/commit.js";
import { FileTable } from "../log/file-table.js";
import { TableLock } from "../lock/table-lock.js";
import { WaitCounter } from "../lock/wait-counter.js";
import type { WaitOptions } from "../lock/wait-options.js";
import type { Schema } from "../schema/schema.js";
import { applyCommit, mendState } from "../state/apply-commit.js";
import { DatabaseState } from "../state/database-state.js";
import type { TableState } from "../state/table-state.js";
import type { TableView } from "../state/table-view.js";
import type { Commit as CommitEvent, DatabaseEvents } from "./events.js";
import { Feed } from "./feed.js";
import type { Listener } from "./feed.js";
import { LocalRoad } from "./local-road.js";
import type { Planned, Road, RoadFigures, RoadHost } from "./road.js";
import { besideUnitError, withinError } from "./beside-errors.js";
import { CommitLines } from "./commit-lines.js";
import { RowWaits } from "./row-waits.js";
import { PendingWork } from "./pending-work.js";
import { TableContext } from "./table-context.js";
import { RunningCalls } from "./running-calls.js";
import { RunningUnit } from "./running-unit.js";
import type { Closable } from "./running-unit.js";
import { Telling } from "./telling.js";
import { TransactionScope } from "./transaction-scope.js";

/**
 * One thread's copy of the database, and the road that every commit takes: check that the tables may be written, plan and validate against the
 * current state, append to the log, apply. What fails before the append has changed nothing; what was appended is never reported as failed.
 */
export class Replica implements RoadHost {
  readonly state = new DatabaseState((table) => this.#forget(table));
  readonly feed = new Feed();
  readonly lockTimeoutMs: number;
  /** Counts the waits for all table locks of this thread. */
  readonly lockWaits = new WaitCounter();
  /** Counts the waits of this thread for rows. */
  readonly rowWaitCounter = new WaitCounter();
  readonly rowWaits = new RowWaits(this);
  readonly #lines = new CommitLines(this);
  /** How often another writer took the place in the log that a commit was made for. */
  conflicts = 0;
  /** Where the functions of transactions run. */
  readonly transactionScope = new TransactionScope();
  /** What the database knows of the files that it was loaded from and saved to. */
  files = new FileTable();
  /** What closing the database waits for. */
  readonly work = new PendingWork();
  /** The verb that runs the caller's own code at this moment. Meanwhile the state stands still, and a write throws. */
  running: string | undefined;
  /** The function in which it does: while that is on the stack, the verb has not ended. */
  runningCall: unknown;
  #road: Road;
  #isShared = false;
  readonly #calls = new RunningCalls(this);
  readonly #unit = new RunningUnit(
    () => this.#road.releaseRows(),
    () => {
      this.#road.endInterrupted();
      for (const context of this.#contexts.values()) context.showState();
    },
  );
  readonly #contexts = new Map<TableId, TableContext>();
  #broken: unknown;
  #closed = false;
  readonly #closing = new AbortController();
  #owners = 0;

  /** @param after the seq that the first commit follows: that of the database that this one goes on from */
  constructor(lockTimeoutMs: number, after = 0) {
    this.state.seq = after;
    this.#road = new LocalRoad(this);
    this.lockTimeoutMs = lockTimeoutMs;
  }

  /** Tells replicas of one database apart; 0 while there is only one. */
  get id(): number {
    return this.#road.id;
  }

  /** Aborts when the replica is closed: what waits ends then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Whether other threads write to the same log. */
  get isShared(): boolean {
    return this.#isShared;
  }

  get isListening(): boolean {
    return this.feed.isWatched || this.rowWaits.isWaiting;
  }

  get keepsRows(): boolean {
    return this.#unit.isOpen;
  }

  /** A name under which a transaction of this replica can lock rows. */
  newOwner(): RowOwner {
    return { replica: this.id, number: ++this.#owners };
  }

  /** {@link Road.whenFree} */
  whenFree(table: TableContext, options: WaitOptions): Promise<void> {
    return this.#road.whenFree(table, options);
  }

  /** {@link Road.figures} */
  get roadFigures(): RoadFigures {
    return this.#road.figures();
  }

  /** {@link Road.freeLockNumber} */
  get freeLockNumber(): number {
    return this.#road.freeLockNumber();
  }

  /** Goes over to a log that other threads share; from then on every read looks first whether it has moved. */
  takeRoad(road: Road, files = this.files): void {
    this.#road = road;
    this.files = files;
    this.#isShared = true;
    for (const context of this.#contexts.values()) context.share(road.makeLock(context.state.definition));
    road.listen(); // there may be listeners already
  }

  assertOpen(): void {
    if (this.#closed) throw new ClosedError("the database is closed");
    if (this.state.underWay !== undefined) this.mend();
  }

  /** Brings the state up to date with the log; not while the caller's own code runs inside a verb or a unit of work, which sees one state. */
  refresh(): void {
    if (this.isAlone) this.#road.refresh();
    if (this.state.underWay !== undefined) this.mend();
  }

  /** Whether neither a unit of work nor a function of the caller's that a verb runs is under way. */
  get isAlone(): boolean {
    return (this.running === undefined || !this.#calls.lives()) && !this.standsStill;
  }

  /** Whether a unit of work is running. */
  get standsStill(): boolean {
    return this.#unit.standsStill;
  }

  /**
   * Runs a unit of work, to which the state stands still, whatever other threads commit.
   * @param draft closed where the unit is cut off
   */
  standStill<R>(run: () => R, draft: Closable): R {
    return this.#unit.standStill(run, draft);
  }

  /** {@link Road.exclusively} */
  exclusively<R>(verb: string, run: () => R): R {
    return this.#road.exclusively(verb, run);
  }

  /** {@link Feed.add} */
  addListener<E extends keyof DatabaseEvents>(event: E, listener: Listener<E>, signal?: AbortSignal): () => void {
    this.refresh(); // it is told of the commits after this moment
    const remove = this.feed.add(event, listener, this.state.seq, signal);
    this.#road.listen();
    return remove;
  }

  /** @throws InvalidArgumentError while a section of a table is open or waited for */
  assertUnlocked(where: string): void {
    for (const { lock } of this.#contexts.values()) lock.assertFree(where);
  }

  /** What this replica has for a table; made when the table is first asked for. */
  contextOf(state: TableState, schema?: Schema): TableContext {
    const { id, name } = state.definition;
    let context = this.#contexts.get(id);
    if (context === undefined) {
      // Another table may have the lock of one that is gone.
      const lock = new TableLock(name, {
        lock: state.dropped ? undefined : this.#road.makeLock(state.definition),
        timeoutMs: this.lockTimeoutMs,
        waits: this.lockWaits,
        closing: this.closing,
      });
      context = new TableContext(state, lock, this.#isShared, schema);
      // A snapshot may ask for a table that is gone: that context is the snapshot's own.
      if (!state.dropped) this.#contexts.set(id, context);
    }
    return context;
  }

  /** {@link Road.commit} */
  commit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, catalog = false): R {
    this.assertMayCommit(verb);
    if (this.transactionScope.isOpen) this.transactionScope.assertOutside(verb, "call it on tx.getTable(...)");
    return this.#road.commit(verb, tables, plan, catalog);
  }

  /** {@link Road.commitTable} */
  commitTable<R>(verb: string, table: TableContext, plan: (view: TableView) => Planned<R>): R {
    return this.#road.commitTable(verb, table, plan);
  }

  /**
   * {@link commit} for those who can wait: it waits for the sections of other tasks and threads, holding nothing meanwhile, instead of refusing or
   * blocking the thread. It may be called in the function of a transaction, whose verbs it commits.
   *
   * @throws LockTimeoutError when a table could not be written within `timeoutMs`
   * @throws the signal's reason, unchanged
   */
  async commitAsync<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, options: WaitOptions): Promise<R> {
    const busy = this.tryCommit(verb, tables, plan);
    if (!(busy instanceof TableContext)) return busy;
    const { timeoutMs = this.lockTimeoutMs, signal } = options;
    return this.#lines.commit(busy, (first) => this.tryCommit(verb, tables, plan, first), { timeoutMs, signal });
  }

  /**
   * {@link commitAsync} without the wait.
   *
   * @param first the table for which the caller has waited, ahead of everybody else in this thread
   * @returns what `plan` answers, or the first table that has to be waited for, so that nothing was done
   */
  tryCommit<R>(verb: string, tables: readonly TableContext[], plan: () => Planned<R>, first?: TableContext): R | TableContext {
    this.assertMayCommit(verb);
    for (const table of tables) {
      table.assertWritable();
      if (table.lock.isOpen) {
        if (table.lock.ownMode !== "write") return table;
      } else if (table !== first && this.#lines.isWaitedFor(table)) return table;
    }
    return this.#road.tryCommit(verb, tables, plan, first === undefined);
  }

  /**
   * {@link Road.commitAside}, for what is given back; where that would be beside a unit of work or a verb that runs the caller's own code, once it has
   * ended. These are synchronous, so it has when a microtask runs.
   */
  giveBack(plan: () => Planned<undefined>): void {
    this.#assertUsable();
    if (this.isAlone) this.#road.commitAside(undefined, plan);
    else queueMicrotask(() => this.#giveBackLate(plan));
  }

  #giveBackLate(plan: () => Planned<undefined>): void {
    if (this.#closed) return; // which has given everything back
    try {
      this.#road.commitAside(undefined, plan);
    } catch {
      // The replica has given up, and tells whoever uses it next.
    }
  }

  /** Keeps the automatic keys of a table from one on and below another for the caller; false when they are no longer free. */
  reserveKeys(table: TableContext, from: number, below: number): boolean {
    this.#assertUsable();
    const { state } = table;
    return this.#road.commitAside<boolean>(table, () =>
      state.nextKey > from
        ? { changes: [], result: false }
        : { changes: [{ type: "keyCounter", table: state.definition.id, nextKey: below }], result: true },
    );
  }

  /** Gives back every row that a replica had locked or waited for, because it is gone. */
  releaseAllOf(replica: ReplicaId): void {
    this.giveBack(() => {
      const isKnown = this.state.rowLocks.replicas.includes(replica);
      return { changes: isKnown ? [{ type: "releaseReplica", replica }] : [], result: undefined };
    });
  }

  /** Those that hold or wait for rows and are gone without a word. */
  get goneHolders(): readonly ReplicaId[] {
    return this.#isShared ? this.state.rowLocks.replicas.filter((replica) => replica !== this.id && this.#road.isGone(replica)) : [];
  }

  reapHolders(): void {
    for (const replica of this.goneHolders) this.releaseAllOf(replica);
  }

  /** Hears of commits as they come, as long as somebody wants to. */
  listen(): void {
    this.#road.listen();
  }

  /** Runs a unit of work from its first attempt to its commit. It keeps the rows that its verbs get. */
  runUnit<R>(run: () => R): R {
    return this.#unit.run(run);
  }

  /** Runs code that may call functions of the user's (predicates, schemas, computed updates): a write from in there throws. */
  runUserCode<R>(verb: string, run: () => R): R {
    return this.#calls.run(verb, run);
  }

  /** Ends the replica: later use throws ClosedError. */
  close(): void {
    if (this.#isShared && this.#broken === undefined) this.releaseAllOf(this.id);
    this.#closed = true;
    this.#closing.abort(new ClosedError("the database is closed"));
    for (const context of this.#contexts.values()) context.end();
    this.rowWaits.close();
    this.feed.close();
    this.#road.close(this.work.whenIdle());
  }

  /** Holds no records or shared memory any more, whoever keeps a handle. To be called when it is closed and the work beside its calls has ended. */
  letGo(): void {
    this.state.letGo();
    this.#contexts.clear();
    this.#road = new LocalRoad(this);
  }

  /** Throws unless a plain write of this table may begin now. */
  assertWritable(verb: string, table: TableContext): void {
    this.assertMayWrite(verb);
    if (this.transactionScope.isOpen) this.transactionScope.assertOutside(verb, "call it on tx.getTable(...)");
    this.assertTableWritable(verb, table);
  }

  assertTableWritable(verb: string, table: TableContext): void {
    table.assertWritable();
    if (table.lock.isOpen && !this.#road.holds(table)) table.lock.assertWritable(verb);
  }

  /** Throws where a write could not be part of anything: in a function of the caller's that a verb runs. */
  assertMayWrite(verb: string): void {
    this.#assertUsable();
    this.#assertNotWithin(verb);
  }

  #assertNotWithin(verb: string): void {
    if (this.running !== undefined && this.#calls.lives()) throw withinError(verb, this.running);
  }

  /**
   * The one rule for everything that commits, begins or ends something of its own: never beside a unit of work, and never in a function of the caller's
   * that a verb runs. Both see one state, which a commit would move under them; a unit may run again, and would have it done twice.
   *
   * @throws DeadlockError in such a function, InvalidArgumentError in a unit of work
   */
  assertAlone(verb: string): void {
    this.#assertNotWithin(verb);
    if (this.standsStill) throw besideUnitError(verb);
  }

  /** {@link assertAlone}, and the database can be written to. */
  assertMayCommit(verb: string): void {
    this.#assertUsable();
    this.assertAlone(verb);
  }

  apply(commit: Commit, origin: CommitEvent["origin"]): void {
    applyCommit(this.state, commit, this.feed.isWatched ? new Telling(commit, origin, this.state, this.feed) : undefined);
    if (this.state.rowLocks.hasSettled) this.rowWaits.wake();
  }

  giveUp(cause: unknown): never {
    this.#broken = cause;
    throw new InvariantError("a commit could not be applied", { seq: this.state.seq + 1 }, { cause });
  }

  #assertUsable(): void {
    this.assertOpen();
    if (this.#broken !== undefined)
      throw new InvariantError("the database refuses writes after an internal error", {}, { cause: this.#broken });
  }

  /** Finishes the commit that was cut off half-way. Nothing of it is seen before. */
  mend(): void {
    try {
      mendState(this.state);
    } catch (error) {
      if (isError(error, "RangeError")) throw error; // there is no room for it here either; whoever comes next tries again
      throw new InvariantError("a commit was cut off half-way and cannot be finished", { seq: this.state.underWay?.seq }, { cause: error });
    }
    if (this.state.rowLocks.hasSettled) this.rowWaits.wake();
  }

  #forget(table: TableId): void {
    const context = this.#contexts.get(table);
    context?.end();
    context?.lock.retire();
    this.#contexts.delete(table);
  }
}
