import { RowLockedError } from "../base/errors.js";
import type { Key } from "../base/value.js";
import type { RowLockMode, RowOwner, TableId } from "../log/commit.js";
import type { WaitOptions } from "../lock/wait-options.js";
import type { Replica } from "../replica/replica.js";
import { rowDeadlockError, rowText, rowTimeoutError } from "../replica/row-errors.js";
import type { TableContext } from "../replica/table-context.js";
import type { RowLocks } from "../state/row-locks.js";

/** Rows of one table that are waited for. */
export interface WantedRows {
  readonly context: TableContext;
  readonly keys: readonly Key[];
  readonly mode: RowLockMode;
  /** Those of the keys of which nothing was held when they were requested. */
  readonly fresh: readonly Key[];
}

/**
 * The row locks of one transaction, over all runs of its function: a conflict makes it run again, and it keeps its locks for that.
 *
 * Nobody waits for a row while it holds the lock of a table: a request is a commit of its own, which takes a place in the rows' queues, and waiting
 * comes after it.
 */
export class RowLocker {
  /** When the transaction began, in milliseconds. */
  readonly began: number;
  readonly #replica: Replica;
  readonly #waitOptions: WaitOptions;
  #owner: RowOwner | undefined;
  /** Settled when the calls under way are; undefined when none is. */
  #calls: Promise<void> | undefined;

  constructor(replica: Replica, began: number, { timeoutMs, signal }: WaitOptions) {
    this.#replica = replica;
    this.began = began;
    this.#waitOptions = { timeoutMs, signal };
  }

  /** The name that its locks are under; undefined while it has none. */
  get owner(): RowOwner | undefined {
    return this.#owner;
  }

  /** How long it waits for each lock. */
  get waitOptions(): WaitOptions {
    return this.#waitOptions;
  }

  /** Resolves when the calls that are under way have ended, in whatever way; undefined where there is none. */
  get calls(): Promise<void> | undefined {
    return this.#calls;
  }

  /**
   * Runs a call that locks rows after those that came before it, also in a former run. Side by side they would give back what the others have locked,
   * and move the snapshot under each other.
   */
  inTurn<R>(call: () => Promise<R>): Promise<R> {
    const result = this.#calls === undefined ? call() : this.#calls.then(call);
    const settled: Promise<void> = result
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (this.#calls === settled) this.#calls = undefined;
      });
    this.#calls = settled;
    return result;
  }

  /** The name for its first request. */
  claim(): RowOwner {
    this.#owner ??= this.#replica.newOwner();
    return this.#owner;
  }

  holds({ state }: TableContext, key: Key, mode: RowLockMode): boolean {
    return this.#owner !== undefined && this.#locks.holds(this.#owner, state.definition.id, key, mode);
  }

  /** Whether the row could be locked now, without waiting. */
  isFree({ state }: TableContext, key: Key, mode: RowLockMode): boolean {
    return this.#locks.isFree(state.definition.id, key, mode, this.claim());
  }

  /**
   * Locks rows, and resolves once it has them all.
   *
   * @param choose names the rows, given the current state; it runs again when another commit comes in between
   * @returns the rows of which it had nothing before
   * @throws RowLockedError with `noWait`, when one is not free
   * @throws LockTimeoutError, DeadlockError, the signal's reason; it then has of them what it had before
   */
  async lock(
    verb: string,
    context: TableContext,
    mode: RowLockMode,
    noWait: boolean,
    choose: () => readonly Key[],
  ): Promise<readonly Key[]> {
    const owner = this.claim();
    const table = context.state.definition.id;
    this.#replica.reapHolders(); // whoever is dead is in nobody's way, or a queue would end early
    const wanted = await this.#replica.commitAsync<WantedRows>(
      verb,
      [context],
      () => {
        const keys = choose().filter((key) => !this.holds(context, key, mode));
        if (noWait) this.#assertFree(verb, context, keys, mode);
        const rows = { context, keys, mode, fresh: this.fresh(context, keys) };
        return { changes: keys.length === 0 ? [] : [{ type: "requestRows", table, keys, mode, owner, began: this.began }], result: rows };
      },
      this.#waitOptions,
    );
    await this.granted(verb, [wanted]);
    return wanted.fresh;
  }

  /** Those of some rows of which nothing is held. Only they may be given back before the transaction ends: the others were locked for its owner. */
  fresh(context: TableContext, keys: readonly Key[]): readonly Key[] {
    return keys.filter((key) => !this.holds(context, key, "share"));
  }

  /**
   * Resolves when rows that were requested are granted.
   * @throws LockTimeoutError, DeadlockError, the signal's reason; it then has of them what it had before
   */
  async granted(verb: string, wanted: readonly WantedRows[]): Promise<void> {
    const owner = this.claim();
    const isOver = (): boolean => !wanted.some(({ context, keys }) => this.#isWaiting(owner, tableOf(context), keys));
    if (!isOver()) {
      const { timeoutMs = this.#replica.lockTimeoutMs, signal } = this.#waitOptions;
      const outcome = await this.#replica.rowWaits.wait(owner.number, isOver, timeoutMs, signal);
      this.#replica.assertOpen();
      if (outcome !== "granted") {
        for (const rows of wanted) this.#giveUp(owner, rows);
        if (outcome === "timed out") throw rowTimeoutError(verb, ...missed(wanted, this.#locks), timeoutMs);
        throw signal?.reason;
      }
    }
    for (const { context, keys, mode } of wanted) {
      const lost = keys.find((key) => !this.holds(context, key, mode));
      if (lost !== undefined) throw rowDeadlockError(verb, context.name, lost, "transaction");
    }
  }

  /** Gives some rows back before the transaction ends, which had been locked on the way to others. */
  release(context: TableContext, keys: readonly Key[]): void {
    const owner = this.#owner;
    if (owner === undefined || keys.length === 0) return;
    const rows = { table: tableOf(context), keys };
    this.#replica.giveBack(() => ({ changes: [{ type: "releaseRows", owner, rows }], result: undefined }));
  }

  /** Gives everything back, if there is anything and the commit has not done so. */
  releaseAll(): void {
    const owner = this.#owner;
    if (owner === undefined || this.#replica.isClosed || !this.#locks.knows(owner)) return;
    this.#replica.giveBack(() => ({ changes: [{ type: "releaseRows", owner, rows: undefined }], result: undefined }));
  }

  get #locks(): RowLocks {
    return this.#replica.state.rowLocks;
  }

  #isWaiting(owner: RowOwner, table: TableId, keys: readonly Key[]): boolean {
    return keys.some((key) => this.#locks.waits(owner, table, key));
  }

  #assertFree(verb: string, context: TableContext, keys: readonly Key[], mode: RowLockMode): void {
    const taken = keys.find((key) => !this.isFree(context, key, mode));
    if (taken === undefined) return;
    const { name: table } = context;
    throw new RowLockedError(`${verb}: another transaction has locked ${rowText(table, taken)}`, { table, key: taken });
  }

  #giveUp(owner: RowOwner, { context, keys, fresh }: WantedRows): void {
    const table = tableOf(context);
    this.#replica.giveBack(() => ({
      changes: [
        { type: "cancelRows", table, keys, owner },
        { type: "releaseRows", owner, rows: { table, keys: fresh } },
      ],
      result: undefined,
    }));
  }
}

function tableOf({ state }: TableContext): TableId {
  return state.definition.id;
}

/** The row that a wait was in vain for: one that is locked, of those that were wanted. */
function missed([first]: readonly WantedRows[], locks: RowLocks): readonly [table: string, key: Key] {
  const { context, keys } = first!;
  return [context.name, keys.find((one) => locks.holderOf(tableOf(context), one) !== undefined) ?? keys[0]!];
}
