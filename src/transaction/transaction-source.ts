import type { Key } from "../base/value.js";
import type { RowLockMode } from "../log/commit.js";
import type { Query } from "../query/query.js";
import type { Replica } from "../replica/replica.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import type { TableView } from "../state/table-view.js";
import type { BufferedView } from "./buffered-view.js";
import type { WriteSource } from "./table-source.js";
import type { OnLocked, Transaction } from "./transaction.js";

/** The most automatic keys that are kept for a transaction ahead of need. */
const largestBlock = 64;

/** Reads a table as a transaction sees it, and writes to the transaction. */
export class TransactionSource implements WriteSource {
  readonly context: TableContext;
  readonly #replica: Replica;
  readonly #transaction: Transaction;
  /** The last automatic key of the plan that is running. */
  #assigned: number | undefined;
  #blockSize = 0;

  constructor(context: TableContext, replica: Replica, transaction: Transaction) {
    this.context = context;
    this.#replica = replica;
    this.#transaction = transaction;
  }

  view(): TableView {
    return this.#transaction.view(this.context);
  }

  write<R>(verb: string, plan: (view: TableView) => Planned<R>): R {
    this.#transaction.assertOpen();
    this.#replica.assertMayCommit(verb);
    this.context.assertWritable();
    const view = this.#transaction.viewToWrite(this.context);
    for (;;) {
      this.#assigned = undefined;
      const { changes, result } = this.#replica.runUserCode(verb, () => plan(view));
      if (!this.#reserveAssigned(view)) continue;
      view.take(changes);
      return result;
    }
  }

  runUserCode<R>(verb: string, run: () => R): R {
    return this.#replica.runUserCode(verb, run);
  }

  /** Locks the rows that a query finds and gives copies of them as they are then. */
  async lockRows(verb: string, query: Query, mode: RowLockMode, onLocked: OnLocked): Promise<Record<string, unknown>[]> {
    this.#replica.assertMayCommit(verb);
    return this.#transaction.lockRows(verb, this.context, query, mode, onLocked);
  }

  /** Notes that a plan has assigned a key. */
  readonly onAutomaticKey = (key: Key): void => {
    this.#assigned = key as number;
  };

  /**
   * Makes sure that nobody else is given the keys that a plan has assigned. They are reserved by a commit of their own, because two transactions that
   * read the same counter would both take its value; a few more than needed, so that many inserts do not cost a commit each.
   * @returns false when somebody was quicker, so that the plan must run again
   */
  #reserveAssigned(view: BufferedView): boolean {
    const last = this.#assigned;
    if (last === undefined || last < view.reservedBelow) return true;
    const from = Math.max(view.nextKey, view.reservedBelow);
    const below = Math.min(last + 1 + this.#blockSize, Number.MAX_SAFE_INTEGER);
    const reserved = this.#replica.reserveKeys(this.context, from, below);
    if (reserved) this.#blockSize = Math.min(largestBlock, Math.max(1, 2 * this.#blockSize));
    view.reservedBelow = reserved ? below : 0;
    return reserved;
  }
}
