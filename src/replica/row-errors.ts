import { DeadlockError, LockTimeoutError, RowLockedError } from "../base/errors.js";
import type { Key } from "../base/value.js";
import type { TableContext } from "./table-context.js";

/**
 * A synchronous verb met a row that it cannot wait for: its own thread's transaction has locked it, or whoever has could not commit meanwhile.
 * @param section what would keep the transaction from committing meanwhile
 */
export function rowLockedError(verb: string, table: string, key: Key, section?: TableSection): RowLockedError {
  return new RowLockedError(`${verb}: a transaction has locked ${rowText(table, key)}, and ${whyNoWait(section)}`, {
    table,
    key,
    verb,
    ...(section?.table !== undefined && { section: section.table }),
  });
}

/** What keeps a transaction from committing while a verb waits: a section of a table, or one of all. */
export interface TableSection {
  readonly table: string | undefined;
}

/** The first section that is open among some tables, where a verb that may write has one. */
export function sectionAmong(tables: readonly TableContext[]): TableSection | undefined {
  const table = tables.find(({ lock }) => lock.isOpen);
  return table && { table: table.name };
}

function whyNoWait(section: TableSection | undefined): string {
  if (section === undefined) return "a synchronous verb cannot wait for it (write in a transaction, which can)";
  if (section.table === undefined)
    return "a unit of work that keeps everybody from writing cannot wait for it (write in a transaction, which can)";
  const name = `table ${JSON.stringify(section.table)}`;
  return `a verb in a section of ${name} cannot wait for it, since the transaction may need that table to end (write outside of the section, in a transaction)`;
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
