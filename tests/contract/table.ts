import { describe } from "@jest/globals";
import { aggregateContract } from "./table/aggregates.js";
import { atomicContract } from "./table/atomic.js";
import { catalogContract } from "./table/catalog.js";
import { conditionContract } from "./table/conditions.js";
import { useDatabases } from "./table/database.js";
import type { MakeDatabase } from "./table/database.js";
import { eventContract } from "./table/events.js";
import { indexContract } from "./table/indexes.js";
import { insertContract } from "./table/insert.js";
import { keyCounterContract } from "./table/key-counters.js";
import { lettingGoContract } from "./table/letting-go.js";
import { lifecycleContract } from "./table/lifecycle.js";
import { lockContract } from "./table/locks.js";
import { printingContract } from "./table/printing.js";
import { readContract } from "./table/read.js";
import { realmContract } from "./table/realms.js";
import { schemaContract } from "./table/schemas.js";
import { snapshotContract } from "./table/snapshots.js";
import { updateContract, upsertContract } from "./table/write.js";

/**
 * What every verb of a database and its tables does, in plain examples, whatever carries the data. After each test every table is checked.
 *
 * @param make makes a new database; what it gives is closed after the test
 */
export function tableContract(name: string, make: MakeDatabase): void {
  describe(`the tables of ${name}`, () => {
    const open = useDatabases(make);
    catalogContract(open);
    insertContract(open);
    upsertContract(open);
    updateContract(open);
    readContract(open);
    conditionContract(open);
    aggregateContract(open);
    indexContract(open);
    atomicContract(open);
    snapshotContract(open);
    eventContract(open);
    lockContract(open);
    keyCounterContract(open);
    lettingGoContract(open);
    lifecycleContract(open);
    printingContract(open);
    schemaContract(open);
    realmContract(open);
  });
}
