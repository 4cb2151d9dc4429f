/* oxlint-disable typescript/no-explicit-any -- a table of any records is what is tested */
import {
  DictDB,
  type Changes,
  type Condition,
  type Database,
  type FieldName,
  type Insert,
  type KeyOf,
  type OrderBy,
  type Table,
  type TableReader,
  type TableWriter,
  type UpsertResult,
  type Where,
} from "dictdb";
import { z } from "zod";
import { db, notes, person, sessions, users, type Session, type User } from "./fixtures.js";
import { typeOf } from "./type-of.js";

// to functions for one record type
const over = (table: Table<User>, age: number) => table.select({ where: table.fields.age.gt(age) });
typeOf(over(users, 3)).is<User[]>();
const readOnly = (table: TableReader<User>) => table.select({ where: { age: 3 } });
readOnly(users);
const add = (table: TableWriter<User>) => table.insert(person);
add(users);
const byToken = (table: Table<Session>) => table.get("x");
byToken(sessions);
byToken(db.createTable<Session>("sessions", { primaryKey: "session_id" }));
// @ts-expect-error -- a table of other records
over(sessions, 3);
// @ts-expect-error -- a reader does not change anything
const change = (table: TableReader<User>) => table.insert(person);
change(users);

// to functions for any table
const size = (table: Table<any>) => table.count();
size(users);
size(sessions);
size(notes);
size(db.createTable("products", { schema: { price: "number" } }));
size(db.createTable("z", { schema: z.object({ id: z.number(), n: z.number().default(1) }) }));
const names = (table: TableReader<any, any>) => [table.name, table.primaryKey, ...table.columns()];
typeOf(names(users)).is<string[]>();

// to functions for records with certain fields
function older<T extends { age: number }>(table: Table<T>) {
  return table.select({ where: (record) => record.age > 3 });
}
typeOf(older(users)).is<User[]>();
function everything<T extends { age: number }>(table: TableReader<T, any>) {
  return table.all();
}
typeOf(everything<User>(users)).is<User[]>();
// @ts-expect-error -- these records have no age
older(sessions);

// to classes
class Repository<T extends { id: number }> {
  readonly #table: Table<T, "id">;

  constructor(table: Table<T, "id">) {
    this.#table = table;
  }

  byId(id: KeyOf<T, "id">): T {
    return this.#table.get(id, { mustMatch: true });
  }

  find(where: Where<T>, orderBy?: OrderBy<T>): T[] {
    return this.#table.select({ where, orderBy });
  }

  column(name: FieldName<T>) {
    return this.#table.select({ columns: [name] });
  }

  add(record: Insert<T, "id">) {
    return this.#table.insert(record);
  }

  addAll(records: readonly Insert<T, "id">[]) {
    return this.#table.upsert(records);
  }

  addSome(records: Insert<T, "id">[]) {
    return this.#table.insert(records);
  }

  change(changes: Changes<T, "id">, where: Where<T>): number {
    return this.#table.update(changes, { where });
  }

  remove(id: number): number {
    return this.#table.delete({ where: (record) => record.id === id });
  }
}
const repository = new Repository(users);
typeOf(repository.byId(1)).is<User>();
typeOf(repository.add(person)).is<number>();
typeOf(repository.addAll([person])).is<UpsertResult<number>[]>();
typeOf(repository.addSome([person])).is<number[]>();
repository.find({ age: 3 }, "-age");
repository.find(users.fields.age.gt(3));
repository.change({ age: 3 }, { dept: "IT" });
// @ts-expect-error -- no field has this name
repository.find({ agee: 3 });

// conditions, too
const everyone: readonly Condition<User>[] = [users.fields.age.gt(3)];
users.select({ where: everyone[0]! });

// the database, and one's own kind of it
class Shop extends DictDB {
  readonly users = this.createTable<User>("users");

  override async close(): Promise<void> {
    this.users.clear();
    await super.close();
  }
}
const open = (database: DictDB) => database.listTables();
open(db);
open(new Shop({ lockTimeoutMs: 3 }));
const openAny = (database: Database) => database.seq;
openAny(db);
typeOf(new Shop().users).is<Table<User, "id">>();
if (openAny(db) > 3 && (db as object) instanceof Shop) open(db);
// @ts-expect-error -- an option that does not exist
void new DictDB({ timeout: 3 });
