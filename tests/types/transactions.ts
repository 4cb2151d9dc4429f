import type { LockRowsOptions, OpenTransaction, Transaction, TransactionRunner, TxTable } from "../../src/database/transaction-types.js";
import { person, sessions, users, type Session, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

declare const db: TransactionRunner;

const moved = await db.transaction(
  async (tx) => {
    typeOf(tx).is<Transaction>();
    const table = tx.getTable(users);
    typeOf(table).is<TxTable<User, "id">>();
    typeOf(await table.selectForUpdate({ where: { id: 1 }, noWait: true })).is<User[]>();
    typeOf(await table.selectForUpdate({ where: table.fields.age.gt(3), orderBy: "-age", limit: 1, skipLocked: true })).is<User[]>();
    typeOf(await table.selectForShare({ where: { dept: "IT" } })).is<User[]>();
    typeOf(await table.selectForShare()).is<User[]>();
    typeOf(table.insert(person)).is<number>();
    typeOf(table.update({ age: 3 }, { where: users.fields.id.eq(1) })).is<number>();
    table.upsert([{ ...person, id: 1 }]);
    table.delete(1);
    typeOf(table.get(1)).is<User | undefined>();
    typeOf(tx.getTable(sessions).get("x")).is<Session | undefined>();
    tx.getTable("notes").insert({ anything: 1 });
    tx.getTable<User>("users").insert(person);
    tx.getTable<Session>("sessions").get("x");
    // @ts-expect-error -- either fail or skip
    await table.selectForUpdate({ noWait: true, skipLocked: true });
    // @ts-expect-error -- no field has this name
    await table.selectForUpdate({ where: { agee: 3 } });
    // @ts-expect-error -- keys are strings
    tx.getTable(sessions).get(1);
    // @ts-expect-error -- no field has this name
    table.insert({ ...person, nmae: "x" });
    // @ts-expect-error -- an index belongs to the table, not to a transaction
    table.createIndex("dept");
    return 3;
  },
  { isolation: "snapshot", retries: 3, lockTimeoutMs: 10, signal: AbortSignal.timeout(10) },
);
typeOf(moved).is<number>();
typeOf(await db.transaction(() => "x")).is<string>();
typeOf(
  await db.transaction(async (tx) => {
    tx.getTable(users).insert(person);
  }),
).is<void>();
// @ts-expect-error -- no such isolation
await db.transaction(() => 3, { isolation: "none" });
// @ts-expect-error -- an option that does not exist
await db.transaction(() => 3, { retry: 3 });

// options that were made elsewhere
const queue: LockRowsOptions<User> = { limit: 1, skipLocked: true };
declare const patient: boolean;
await db.transaction((tx) => tx.getTable(users).selectForUpdate({ ...queue, noWait: undefined }));
await db.transaction((tx) => tx.getTable(users).selectForUpdate({ noWait: !patient }));

// a transaction that its owner ends
const tx = db.begin({ isolation: "serializable", lockTimeoutMs: 10 });
typeOf(tx).is<OpenTransaction>();
try {
  tx.getTable(users).insert(person);
  typeOf(tx.commit()).is<Promise<void>>();
} finally {
  await tx.rollback();
}
{
  await using other = db.begin();
  other.getTable(users).clear();
  await other.commit();
}
// @ts-expect-error -- one that is opened by hand is not run again
db.begin({ retries: 3 });
