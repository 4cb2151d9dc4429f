import { checkOptions, isAbortSignal, isCount, isDuration, isOneOf } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import type { Isolation } from "../transaction/isolation.js";
import type { RunOptions } from "../transaction/transactions.js";

/** What `begin` and `transaction` take. */
export interface TransactionOptions {
  readonly isolation?: Isolation;
  readonly retries?: number;
  readonly lockTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

const ownedChecks: OptionChecks = { isolation: isOneOf("serializable", "snapshot"), lockTimeoutMs: isDuration, signal: isAbortSignal };
const repeatedChecks: OptionChecks = { ...ownedChecks, retries: isCount };
const defaults: RunOptions = { isolation: "serializable", retries: 5 };

/** Reads the options of `transaction`, which may run again, or of `begin`, which does not. */
export function readRunOptions(where: "transaction()" | "begin()", options: TransactionOptions | undefined): RunOptions {
  if (options === undefined) return defaults;
  checkOptions(where, options, where === "begin()" ? ownedChecks : repeatedChecks);
  const { isolation = defaults.isolation, retries = defaults.retries, lockTimeoutMs: timeoutMs, signal } = options;
  return { isolation, retries, timeoutMs, signal };
}
