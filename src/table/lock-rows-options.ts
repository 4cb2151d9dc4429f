import { checkOptions, isBoolean, isCount, refuse } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { isInstance } from "../base/shape.js";
import { Condition } from "../condition/condition.js";
import type { TableDefinition } from "../log/commit.js";
import type { Query } from "../query/query.js";
import { readQuery } from "../query/read-query.js";
import type { OnLocked } from "../transaction/transaction.js";

const anything = (): undefined => undefined; // readQuery() reads it
const lockOptions: OptionChecks = { where: anything, orderBy: anything, limit: isCount, noWait: isBoolean, skipLocked: isBoolean };

/** Reads the options of `selectForUpdate` and `selectForShare`. */
export function readLockRowsOptions(where: string, options: unknown, table: TableDefinition): { query: Query; onLocked: OnLocked } {
  if (isInstance(options, Condition)) refuse(where, "options", "an object such as { where: condition }", options);
  checkOptions(where, options, lockOptions);
  const { noWait = false, skipLocked = false, ...query } = (options ?? {}) as { noWait?: boolean; skipLocked?: boolean };
  if (noWait && skipLocked) refuse(where, "skipLocked", "left out where noWait is true", skipLocked, "either fail or skip");
  return { query: readQuery(where, query, table), onLocked: { noWait, skipLocked } };
}
