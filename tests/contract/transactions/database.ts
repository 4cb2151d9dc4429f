import { AsyncResource } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DictDB, Isolation, OpenTransaction, Table, TxTable } from "../../../src/index.js";

/** A thing with a number, which most of these tests are about. */
export interface Account {
  id: number;
  owner: string;
  balance: number;
  version?: number;
}

/** A table of two accounts, 1 and 2, with 50 each. */
export function accountsIn(db: DictDB): Table<Account> {
  const accounts = db.createTable<Account>("accounts");
  accounts.insert([
    { owner: "Ann", balance: 50 },
    { owner: "Bob", balance: 50 },
  ]);
  return accounts;
}

export const isolations: readonly Isolation[] = ["serializable", "snapshot"];

/** A transaction, with the accounts as it sees them. */
export interface Party {
  readonly tx: OpenTransaction;
  readonly accounts: TxTable<Account>;
}

/** Opens transactions that interleave as the test says. */
export function beginMany(db: DictDB, accounts: Table<Account>, count: number, isolation: Isolation): Party[] {
  return upTo(count).map(() => {
    const tx = db.begin({ isolation });
    return { tx, accounts: tx.getTable(accounts) };
  });
}

/** Lets everything else that can run do so, a few turns of the event loop long. */
export async function others(): Promise<void> {
  for (let i = 0; i < 3; i++) await nextTurn();
}

/** Whether a promise has been settled by now. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await others();
  return settled;
}

/** Numbers from 1 to `count`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** Runs something as a task of its own would that no transaction has started: within the function of one, plain changes throw. */
export const outside: <R>(run: () => R) => R = AsyncResource.bind(<R>(run: () => R) => run());

/** "committed", or the error with which a commit was refused. */
export async function outcome(commit: Promise<void>): Promise<unknown> {
  return commit.then(
    () => "committed",
    (error: unknown) => error,
  );
}
