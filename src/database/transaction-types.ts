/// <reference lib="esnext.disposable" preserve="true" />
import type { Storable } from "../base/storable.js";
import type { AnyRecord } from "../base/value.js";
import type { DefaultKey } from "../base/record-types.js";
import type { OneOrMore } from "../base/type-level.js";
import type { OrderBy } from "../condition/types/order.js";
import type { Where } from "../condition/types/where.js";
import type { Table } from "../table/types/table.js";
import type { TableWriter } from "../table/types/table-writer.js";
import type { Isolation } from "../transaction/isolation.js";

export type { Isolation } from "../transaction/isolation.js";

/** What `begin` takes. */
export interface BeginOptions {
  /** Default: "serializable". */
  isolation?: Isolation | undefined;
  /** The longest wait for one lock, in milliseconds; default: the database's. */
  lockTimeoutMs?: number | undefined;
  /** Ends every wait of the transaction when it is aborted, with `signal.reason`. */
  signal?: AbortSignal | undefined;
}

/** What `transaction` takes. */
export interface TransactionOptions extends BeginOptions {
  /** How often the function is run again after a conflict, from 0 on. Default: 5. */
  retries?: number | undefined;
}

/** What to do about a record that another transaction has locked; default: wait for it. */
export type OnLocked =
  | {
      /** true throws `RowLockedError` instead of waiting. */
      noWait?: boolean | undefined;
      skipLocked?: false | undefined;
    }
  | {
      noWait?: false | undefined;
      /** true leaves locked records out. */
      skipLocked?: boolean | undefined;
    };

/** Which records to lock. */
export type LockRowsOptions<T> = OnLocked & {
  /** Which records; default: all. */
  where?: Where<T> | undefined;
  /** Sort keys, the most significant first. */
  orderBy?: OneOrMore<OrderBy<T>> | undefined;
  /** At most this many records, from 0 on. */
  limit?: number | undefined;
};

/** A table within a transaction: it shows the state when the transaction began, and the transaction's own changes. */
export interface TxTable<T, K extends string = DefaultKey<T>, I = T> extends TableWriter<T, K, I> {
  /**
   * The records that match, as they are once their locks are granted; until the transaction ends nobody else can change or lock them.
   *
   * Calls that are made side by side run one after the other, in their order. What one has given stays locked, whatever becomes of the next.
   *
   * @returns deep copies
   * @throws RowLockedError (`ROW_LOCKED`) with `noWait: true`, when one is locked
   * @throws LockTimeoutError (`LOCK_TIMEOUT`) when the wait takes too long
   * @throws DeadlockError (`DEADLOCK`) when waiting could never end
   */
  selectForUpdate(options?: LockRowsOptions<T>): Promise<T[]>;

  /** Like {@link TxTable.selectForUpdate}, but others may lock the same records so too; nobody can change them. */
  selectForShare(options?: LockRowsOptions<T>): Promise<T[]>;
}

/** Work that becomes visible to others all at once, or not at all. */
export interface Transaction {
  /** A table within this transaction. Plain verbs of the table itself are refused inside the transaction's function. */
  getTable<T, K extends string, I>(table: Table<T, K, I>): TxTable<T, K, I>;
  /** The table with this name within this transaction. */
  getTable<T extends object & Storable<T> = AnyRecord, K extends string = DefaultKey<T>>(name: string): TxTable<T, K>;
}

/** A transaction that its owner ends. `await using` rolls back whatever was not committed. */
export interface OpenTransaction extends Transaction, AsyncDisposable {
  /**
   * Makes the changes visible, all at once; after the calls that lock rows and were made before. A transaction that has called a verb that changes
   * records is checked also where nothing is left to be changed; one that has only read always commits.
   *
   * @throws ConcurrentModificationError (`CONCURRENT_MODIFICATION`) when others changed what this transaction read
   */
  commit(): Promise<void>;
  /** Discards the changes; after `commit` it does nothing. */
  rollback(): Promise<void>;
}

/** The part of a database that runs transactions. */
export interface TransactionRunner {
  /**
   * Runs a function in a transaction, commits when it resolves and rolls back when it throws.
   *
   * On a conflict the function runs again, so what it does besides the transaction must bear repetition.
   *
   * @returns what the function resolves to
   * @throws ConcurrentModificationError (`CONCURRENT_MODIFICATION`) when the retries are used up
   */
  transaction<R>(work: (tx: Transaction) => R | PromiseLike<R>, options?: TransactionOptions): Promise<R>;
  /** Opens a transaction that is to be ended by hand: `await tx.commit()`, and `await tx.rollback()` in `finally`. */
  begin(options?: BeginOptions): OpenTransaction;
}
