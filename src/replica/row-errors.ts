import { DeadlockError, LockTimeoutError, RowLockedError } from "../base/errors.js";
import type { Key } from "../base/value.js";

/** A synchronous verb met a row that a transaction of its own thread has locked. */
export function rowLockedError(verb: string, table: string, key: Key): RowLockedError {
  return new RowLockedError(
    `${verb}: a transaction has locked ${rowText(table, key)}, and a synchronous verb cannot wait for it (write in a transaction, which can)`,
    { table, key, verb },
  );
}

export function rowTimeoutError(verb: string, table: string, key: Key, timeoutMs: number): LockTimeoutError {
  return new LockTimeoutError(`${verb}: ${rowText(table, key)} was not free within ${timeoutMs} ms`, { table, key, timeoutMs });
}

/** @param loser who gives way: a transaction, or a synchronous verb, which is held against its whole thread */
export function rowDeadlockError(verb: string, table: string, key: Key, loser: "transaction" | "verb"): DeadlockError {
  const why =
    loser === "transaction"
      ? "this transaction, which began later and gives way (lock records in the same order everywhere)"
      : "a transaction of this thread, which cannot go on while the verb waits (write in a transaction)";
  return new DeadlockError(`${verb}: the transaction that has locked ${rowText(table, key)} waits in turn for ${why}`, {
    table,
    key,
    verb,
    loser,
  });
}

/** A record by its key and its table. */
export function rowText(table: string, key: Key): string {
  return `the record with key ${JSON.stringify(key)} of table ${JSON.stringify(table)}`;
}
