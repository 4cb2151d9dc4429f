import { ClosedError, DeadlockError } from "../base/errors.js";
import type { Key, StoredRecord } from "../base/value.js";
import type { Change, RequestRows, RowLockMode, Seq } from "../log/commit.js";
import { filterTest, findRecords } from "../query/find.js";
import type { Query } from "../query/query.js";
import type { Replica } from "../replica/replica.js";
import { tableNotFound } from "../replica/table-not-found.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import { TableView } from "../state/table-view.js";
import type { BufferedView } from "./buffered-view.js";
import { conflictError, lost, recordConflict } from "./conflict.js";
import { Draft } from "./draft.js";
import type { Isolation } from "./isolation.js";
import type { RowLocker, WantedRows } from "./row-locker.js";

/** What to do about rows that somebody else has locked. */
export interface OnLocked {
  readonly noWait: boolean;
  readonly skipLocked: boolean;
}

/** One run of a transaction: from its snapshot to its commit, or to the conflict that makes it run again. */
export class Transaction {
  readonly #replica: Replica;
  readonly #locker: RowLocker;
  readonly #isolation: Isolation;
  readonly #draft: Draft;
  #phase: "open" | "committing" | "ended" = "open";
  #failure: Error | undefined;

  constructor(replica: Replica, locker: RowLocker, isolation: Isolation) {
    this.#replica = replica;
    this.#locker = locker;
    this.#isolation = isolation;
    this.#draft = new Draft(replica, isolation, false);
  }

  /** The error after which this run cannot be committed any more; undefined where there was none. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The seq of the state that it reads. */
  get seq(): Seq {
    return this.#draft.seq;
  }

  get hasEnded(): boolean {
    return this.#phase === "ended";
  }

  /** @throws ClosedError, or the error that ended the run */
  assertOpen(): void {
    this.#assertAlive();
    if (this.#phase === "committing") throw new ClosedError("the transaction is being committed");
  }

  contextNamed(name: string): TableContext {
    this.assertOpen();
    const table = this.#draft.tableNamed(name);
    if (table !== undefined) return this.#replica.contextOf(table);
    throw tableNotFound("getTable()", name, this.#replica.state);
  }

  view(context: TableContext): BufferedView {
    this.assertOpen();
    return this.#draft.view(context);
  }

  /** A table as it sees it, for a verb that changes records. */
  viewToWrite(context: TableContext): BufferedView {
    this.assertOpen();
    return this.#draft.viewToWrite(context);
  }

  /**
   * Locks the rows that a query finds and gives copies of them as they are then. Calls run one after the other, in the order in which they were made.
   *
   * It looks at the current state. Where everything read before still holds there, the snapshot moves to it, so that all reads are of one moment;
   * otherwise the transaction conflicts at once. Under "snapshot" it stays where it is once something was read.
   */
  async lockRows(
    verb: string,
    context: TableContext,
    query: Query,
    mode: RowLockMode,
    onLocked: OnLocked,
  ): Promise<Record<string, unknown>[]> {
    this.assertOpen();
    return this.#locker.inTurn(async () => {
      const records = await this.#lockRows(verb, context, query, mode, onLocked);
      const view = this.#draft.view(context);
      return records.map((record) => view.copyOf(record));
    });
  }

  async #lockRows(verb: string, context: TableContext, query: Query, mode: RowLockMode, onLocked: OnLocked): Promise<StoredRecord[]> {
    this.#assertAlive();
    const fresh: Key[] = [];
    try {
      if (onLocked.skipLocked) return await this.#lockFree(verb, context, query, mode, fresh);
      const choose = (): Key[] => this.#currentKeys(context, query);
      do {
        fresh.push(...(await this.#locker.lock(verb, context, mode, onLocked.noWait, choose)));
        this.#assertAlive();
      } while (!this.#runUserCode(verb, choose).every((key) => this.#locker.holds(context, key, mode)));
      this.#catchUp(verb, context, fresh);
      const records = this.#runUserCode(verb, () => findRecords(this.#draft.view(context), query));
      this.#keepOnly(verb, context, records, fresh);
      return records;
    } catch (error) {
      if (this.#failure === undefined) this.#giveUp(context, fresh, error);
      throw error;
    }
  }

  /** Makes the changes visible, all at once, and gives the locks back; after the calls that lock rows and were made before. */
  async commit(): Promise<void> {
    if (!this.commitNow()) await this.commitLater();
  }

  /** {@link commit} after {@link commitNow} has found that something must be waited for. */
  async commitLater(): Promise<void> {
    this.#phase = "committing";
    try {
      while (this.#locker.calls !== undefined) await this.#locker.calls;
      this.#assertAlive();
      const tables = this.#draft.written;
      while (tables.length > 0) {
        const inTheWay = await this.#replica.commitAsync("commit()", tables, this.#plan, this.#locker.waitOptions);
        if (inTheWay === undefined) return;
        await this.#locker.granted("commit()", inTheWay);
      }
    } catch (error) {
      throw this.#orConflict(error);
    } finally {
      this.#end();
    }
  }

  /** {@link commit}, if nothing has to be waited for; false where something has, and {@link commitLater} must follow. */
  commitNow(): boolean {
    this.#replica.assertMayCommit("commit()"); // it can be committed later, so this ends nothing
    if (this.#failure !== undefined) this.rollback();
    this.assertOpen();
    let waits = false;
    try {
      this.#locker.waitOptions.signal?.throwIfAborted();
      waits = this.#locker.calls !== undefined;
      if (waits) return false;
      const tables = this.#draft.written;
      if (tables.length === 0) return true; // it has read one moment
      // A table that is in use, or rows that are in the way.
      waits = this.#replica.tryCommit("commit()", tables, this.#plan) !== undefined;
      return !waits;
    } catch (error) {
      throw this.#orConflict(error);
    } finally {
      if (!waits) this.#end();
    }
  }

  #orConflict(error: unknown): unknown {
    const conflict = this.#draft.isMissed(error) ? this.#draft.conflict() : undefined;
    return conflict === undefined ? error : this.#fail(conflictError("commit()", conflict));
  }

  /** Drops the changes. The locks are the locker's to give back. */
  rollback(): void {
    if (this.#phase === "open") this.#end();
  }

  #end(): void {
    this.#draft.close(); // first: where the stack ends in there, it is called again
    this.#phase = "ended";
  }

  #assertAlive(): void {
    this.#replica.assertOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#phase === "ended") throw new ClosedError("the transaction has ended");
    if (!this.#draft.isIntact) throw this.#fail(conflictError("getTable()", lost));
  }

  /** Plans the commit; answers the rows that are in the way, which it requests then, or undefined when nothing is. */
  readonly #plan = (): Planned<readonly WantedRows[] | undefined> => {
    const conflict = this.#draft.conflict();
    if (conflict !== undefined) throw this.#fail(conflictError("commit()", conflict));
    const changes = this.#draft.outcome("commit()");
    if (changes.length === 0) return { changes, result: undefined };
    const { rowLocks } = this.#replica.state;
    const { owner } = this.#locker;
    if (rowLocks.size > 0) {
      const inTheWay = this.#rowsInTheWay(changes);
      if (inTheWay.length > 0) return { changes: inTheWay.map((rows) => this.#request(rows)), result: inTheWay };
      if (owner !== undefined && rowLocks.knows(owner)) changes.push({ type: "releaseRows", owner, rows: undefined });
    }
    // Alone, this is certain to be committed now: then the snapshot need not keep what the commit itself changes.
    if (!this.#replica.isShared) this.#draft.closeSnapshot();
    return { changes, result: undefined, reads: this.#draft.onlyRead, owner };
  };

  #rowsInTheWay(changes: readonly Change[]): WantedRows[] {
    return this.#draft.written.flatMap((context) => {
      const table = context.state.definition.id;
      const keys = changes.flatMap((change) =>
        (change.type === "put" || change.type === "delete") && change.table === table && !this.#mayChange(context, change.key)
          ? [change.key]
          : [],
      );
      return keys.length === 0 ? [] : [{ context, keys, mode: "update" as const, fresh: this.#locker.fresh(context, keys) }];
    });
  }

  /** Whether nobody else has a row locked. Who only waits for it comes after this commit. */
  #mayChange({ state }: TableContext, key: Key): boolean {
    const change: Change = { type: "delete", table: state.definition.id, key };
    return this.#replica.state.rowLocks.blocker([change], this.#locker.owner) === undefined;
  }

  #request({ context, keys, mode }: WantedRows): RequestRows {
    const table = context.state.definition.id;
    return { type: "requestRows", table, keys, mode, owner: this.#locker.claim(), began: this.#locker.began };
  }

  /** The rows of the current state that a query means, given what this transaction has written. What only it has inserted needs no lock. */
  #currentKeys(context: TableContext, query: Query): Key[] {
    this.#assertAlive();
    const { state } = context;
    const view = new TableView(state, this.#draft.view(context).written);
    return findRecords(view, query)
      .map((record) => state.keyOf(record))
      .filter((key) => state.slotOf(key) !== undefined);
  }

  async #lockFree(verb: string, context: TableContext, query: Query, mode: RowLockMode, fresh: Key[]): Promise<StoredRecord[]> {
    const { state } = context;
    const { limit } = query;
    let chosen: Key[] = [];
    const choose = (): Key[] => {
      this.#assertAlive();
      // No more rows can be passed over than are locked.
      const enough = limit === undefined ? undefined : limit + this.#replica.state.rowLocks.lockedIn(state.definition.id);
      const view = new TableView(state, this.#draft.view(context).written);
      const free = findRecords(view, { ...query, limit: enough })
        .map((record) => state.keyOf(record))
        .filter((key) => state.slotOf(key) === undefined || this.#locker.isFree(context, key, mode));
      chosen = free.slice(0, limit);
      return chosen.filter((key) => state.slotOf(key) !== undefined);
    };
    fresh.push(...(await this.#locker.lock(verb, context, mode, false, choose)));
    this.#assertAlive();
    this.#catchUp(verb, context, fresh);
    const view = this.#draft.view(context);
    // The transaction itself may have changed them since.
    return this.#runUserCode(verb, () => {
      const test = filterTest(query);
      return chosen.map((key) => view.get(key)).filter((record) => record !== undefined && test(record)) as StoredRecord[];
    });
  }

  /** Moves the snapshot to the current state, now that rows of that are locked. */
  #catchUp(verb: string, context: TableContext, fresh: readonly Key[]): void {
    if (this.#isolation === "snapshot" && this.#draft.hasRead) {
      this.#assertUnchanged(verb, context, fresh);
      return;
    }
    const conflict = this.#runUserCode(verb, () => this.#draft.conflict());
    if (conflict !== undefined) throw this.#fail(conflictError(verb, conflict));
    this.#draft.advance();
  }

  #assertUnchanged(verb: string, context: TableContext, keys: Iterable<Key>): void {
    for (const key of keys) {
      const seq = this.#draft.changedBy(context, key);
      if (seq !== undefined) throw this.#fail(conflictError(verb, recordConflict(context.name, key, seq)));
    }
  }

  /** Gives back what was locked on the way and is not in the result. */
  #keepOnly(verb: string, context: TableContext, records: readonly StoredRecord[], fresh: readonly Key[]): void {
    const keys = new Set(records.map((record) => context.state.keyOf(record)));
    const view = this.#draft.view(context);
    for (const key of keys) view.reads?.noteKey(key);
    // Under "snapshot" a record may have changed or gone since, so that nobody could lock it as it was.
    this.#assertUnchanged(verb, context, keys);
    this.#locker.release(
      context,
      fresh.filter((key) => !keys.has(key)),
    );
  }

  /** What was locked for a call that failed goes back; and everything at once where others wait for it, since the transaction is over. */
  #giveUp(context: TableContext, fresh: readonly Key[], error: unknown): void {
    if (this.#phase === "ended") this.#assertAlive();
    if (error instanceof DeadlockError && error.details.loser === "transaction") {
      this.#fail(error);
      this.#locker.releaseAll();
    } else this.#locker.release(context, fresh);
  }

  #fail<E extends Error>(error: E): E {
    this.#failure = error;
    return error;
  }

  #runUserCode<R>(verb: string, run: () => R): R {
    return this.#replica.runUserCode(verb, run);
  }
}
