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
   * @returns the rows that it did not have before
   * @throws RowLockedError with `noWait`, when one is not free
   * @throws LockTimeoutError, DeadlockError, the signal's reason; it then has none of them
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
    const keys = await this.#replica.commitAsync(
      verb,
      [context],
      () => {
        const missing = choose().filter((key) => !this.holds(context, key, mode));
        if (missing.length === 0) return { changes: [], result: missing };
        if (noWait) this.#assertFree(verb, context, missing, mode);
        return { changes: [{ type: "requestRows", table, keys: missing, mode, owner, began: this.began }], result: missing };
      },
      this.#waitOptions,
    );
    await this.granted(verb, [{ context, keys, mode }]);
    return keys;
  }

  /**
   * Resolves when rows that were requested are granted.
   * @throws LockTimeoutError, DeadlockError, the signal's reason; it then has none of them
   */
  async granted(verb: string, wanted: readonly WantedRows[]): Promise<void> {
    const owner = this.claim();
    const isOver = (): boolean => !wanted.some(({ context, keys }) => this.#waitsFor(owner, tableOf(context), keys));
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
    this.#replica.commitAside(() => ({ changes: [{ type: "releaseRows", owner, rows }], result: undefined }));
  }

  /** Gives everything back, if there is anything and the commit has not done so. */
  releaseAll(): void {
    const owner = this.#owner;
    if (owner === undefined || this.#replica.isClosed || !this.#locks.knows(owner)) return;
    this.#replica.commitAside(() => ({ changes: [{ type: "releaseRows", owner, rows: undefined }], result: undefined }));
  }

  get #locks(): RowLocks {
    return this.#replica.state.rowLocks;
  }

  #waitsFor(owner: RowOwner, table: TableId, keys: readonly Key[]): boolean {
    return keys.some((key) => this.#locks.waits(owner, table, key));
  }

  #assertFree(verb: string, context: TableContext, keys: readonly Key[], mode: RowLockMode): void {
    const taken = keys.find((key) => !this.isFree(context, key, mode));
    if (taken === undefined) return;
    const { name: table } = context;
    throw new RowLockedError(`${verb}: another transaction has locked ${rowText(table, taken)}`, { table, key: taken });
  }

  #giveUp(owner: RowOwner, { context, keys }: WantedRows): void {
    const table = tableOf(context);
    this.#replica.commitAside(() => ({
      changes: [
        { type: "cancelRows", table, keys, owner },
        { type: "releaseRows", owner, rows: { table, keys } },
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
