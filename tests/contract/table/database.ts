import { afterEach } from "@jest/globals";
import { isDictDBError } from "../../../src/index.js";
import type { DatabaseOptions, DictDB, Table } from "../../../src/index.js";

/** Makes a database of the kind under test. */
export type MakeDatabase = (options?: DatabaseOptions) => DictDB;

/** Opens a database for the test that runs. After the test every table of it is checked, and it is closed. */
export type OpenDatabase = MakeDatabase;

/** To be called once in a `describe`. */
export function useDatabases(make: MakeDatabase): OpenDatabase {
  const opened: DictDB[] = [];
  afterEach(async () => {
    for (const db of opened.splice(0)) {
      for (const name of tablesOf(db)) db.getTable(name).check();
      await db.close();
    }
  });
  return (options) => {
    const db = make(options);
    opened.push(db);
    return db;
  };
}

function tablesOf(db: DictDB): string[] {
  try {
    return db.listTables();
  } catch (error) {
    if (isDictDBError(error, "CLOSED")) return []; // the test closed it itself
    throw error;
  }
}

/** The record that most tests are about. */
export interface User {
  id: number;
  name: string;
  age?: number | null;
  dept?: string | null;
  email?: string | null;
  tags?: string[];
  address?: { city?: string; zip?: number };
}

export const people: readonly User[] = [
  { id: 1, name: "Ann", age: 30, dept: "IT", tags: ["a", "b"], address: { city: "Paris" } },
  { id: 2, name: "Bob", age: 40, dept: "HR", tags: ["b"], address: { city: "Rome" } },
  { id: 3, name: "Cid", age: null, dept: "IT", tags: [] },
  { id: 4, name: "Dan", age: 40, dept: "PR" },
  { id: 5, name: "Eve", dept: "IT", address: { city: "Oslo" } },
];

/** A table of `people`. */
export function peopleIn(db: DictDB): Table<User> {
  const users = db.createTable<User>("users");
  users.insert(people);
  return users;
}

/** The keys of some records, in their order. */
export function ids(records: Iterable<{ readonly id: number }>): number[] {
  return Array.from(records, ({ id }) => id);
}

/** What a call throws; fails when it throws nothing. */
export function errorOf(call: () => unknown): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return error;
  }
  throw new Error(`expected an error, but the call returned ${String(result)}`);
}
