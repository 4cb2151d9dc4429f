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
import { overtakenContract } from "./units/overtaken.js";
import { sideBySideContract } from "./units/side-by-side.js";
import { snapshotMoveContract } from "./units/snapshot-moves.js";
import { usedKeysContract } from "./units/used-keys.js";

/**
 * What transactions promise, whatever carries the data. After each test every table is checked.
 *
 * @param make makes a new database; what it gives is closed after the test
 * @param isShared whether other threads can take part in it
 */
export function transactionContract(name: string, make: MakeDatabase, isShared: boolean): void {
  describe(`the transactions of ${name}`, () => {
    const open = useDatabases(make);
    anomalyContract(open);
    leniencyContract(open);
    transactionVerbContract(open);
    retryContract(open);
    rowLockContract(open);
    raceConditionContract(open);
    optimisticContract(open);
    overtakenContract(open, isShared);
    snapshotMoveContract(open);
    sideBySideContract(open);
    usedKeysContract(open);
  });
}
