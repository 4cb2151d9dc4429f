import { inspect } from "node:util";
import type { Replica } from "../replica/replica.js";
import type { TableContext } from "../replica/table-context.js";
import type { RecordOptions } from "../table/records.js";
import { checkTableOrName } from "../table/table-reader.js";
import { TransactionTable } from "../table/transaction-table.js";
import type { OwnedTransaction } from "../transaction/transactions.js";
import type { Transaction as TransactionRun } from "../transaction/transaction.js";
import { TransactionSource } from "../transaction/transaction-source.js";
import type { TxTable } from "./transaction-types.js";

// oxlint-disable-next-line typescript/no-explicit-any -- what the generic signatures of `Transaction` narrow for each caller
type AnyTxTable = TxTable<any, any>;

/** What the function of a transaction gets: its tables. */
export class Transaction {
  readonly #run: TransactionRun;
  readonly #replica: Replica;
  readonly #options: RecordOptions;
  readonly #tables: (readonly [context: TableContext, table: TransactionTable])[] = [];

  constructor(run: TransactionRun, replica: Replica, options: RecordOptions) {
    this.#run = run;
    this.#replica = replica;
    this.#options = options;
  }

  getTable(nameOrTable: unknown): AnyTxTable {
    const context = this.#run.contextNamed(checkTableOrName("getTable()", nameOrTable));
    const known = this.#tables.find(([one]) => one === context);
    const table = known?.[1] ?? new TransactionTable(new TransactionSource(context, this.#replica, this.#run), this.#options);
    if (known === undefined) this.#tables.push([context, table]);
    return table as unknown as AnyTxTable; // the typed face of the same object
  }

  [inspect.custom](): string {
    return `Transaction { seq ${this.#run.seq}, ${this.#run.hasEnded ? "ended" : "open"} }`;
  }
}

/** A transaction that its owner ends. */
export class OpenTransaction extends Transaction {
  readonly #owned: OwnedTransaction;

  constructor(owned: OwnedTransaction, replica: Replica, options: RecordOptions) {
    super(owned.transaction, replica, options);
    this.#owned = owned;
  }

  async commit(): Promise<void> {
    await this.#owned.commit();
  }

  async rollback(): Promise<void> {
    this.#owned.rollback();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#owned.rollback();
  }
}
