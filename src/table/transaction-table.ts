import type { RowLockMode } from "../log/commit.js";
import type { Row } from "../query/project.js";
import type { TransactionSource } from "../transaction/transaction-source.js";
import { readLockRowsOptions } from "./lock-rows-options.js";
import type { RecordOptions } from "./records.js";
import { TableWriter } from "./table-writer.js";

/** A table within a transaction: the verbs of a table that read and change records, and those that lock them. */
export class TransactionTable extends TableWriter {
  readonly #source: TransactionSource;

  constructor(source: TransactionSource, options: RecordOptions) {
    super(source, { freeze: options.freeze, onAutomaticKey: source.onAutomaticKey });
    this.#source = source;
  }

  // Counting the records would be a read of the transaction, which a look at it should not be.
  protected override summary(): string {
    return `key ${this.primaryKey}, in a transaction`;
  }

  async selectForUpdate(options?: unknown): Promise<Row[]> {
    return this.#lockRows("selectForUpdate()", "update", options);
  }

  async selectForShare(options?: unknown): Promise<Row[]> {
    return this.#lockRows("selectForShare()", "share", options);
  }

  async #lockRows(verb: string, mode: RowLockMode, options: unknown): Promise<Row[]> {
    const { query, onLocked } = readLockRowsOptions(verb, options, this.#source.context.state.definition);
    return this.#source.lockRows(verb, query, mode, onLocked);
  }
}
