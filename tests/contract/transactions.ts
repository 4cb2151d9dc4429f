import { describe } from "@jest/globals";
import { useDatabases } from "./table/database.js";
import type { MakeDatabase } from "./table/database.js";
import { anomalyContract } from "./transactions/anomalies.js";
import { leniencyContract } from "./transactions/not-too-strict.js";
import { optimisticContract } from "./transactions/optimistic.js";
import { raceConditionContract } from "./transactions/race-conditions.js";
import { retryContract } from "./transactions/retry.js";
import { rowLockContract } from "./transactions/row-locks.js";
import { transactionVerbContract } from "./transactions/verbs.js";

/**
 * What transactions promise, whatever carries the data. After each test every table is checked.
 *
 * @param make makes a new database; what it gives is closed after the test
 */
export function transactionContract(name: string, make: MakeDatabase): void {
  describe(`the transactions of ${name}`, () => {
    const open = useDatabases(make);
    anomalyContract(open);
    leniencyContract(open);
    transactionVerbContract(open);
    retryContract(open);
    rowLockContract(open);
    raceConditionContract(open);
    optimisticContract(open);
  });
}
