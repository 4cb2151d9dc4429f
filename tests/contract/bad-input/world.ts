import { inspect } from "node:util";
import type { AnyRecord, Condition, DictDB, Key, Table, TableLock } from "../../../src/index.js";
import { SchemaValidationError } from "../../../src/index.js";

type Callable<R = unknown> = (...args: readonly unknown[]) => R;

/** The same methods, callable with anything: what a caller in plain JavaScript can do. */
export type Loose<T> = { readonly [M in keyof T]: T[M] extends (...args: never[]) => unknown ? Callable : T[M] };

type FieldVerb =
  | ("asc" | "desc" | "eq" | "ne" | "lt" | "lte" | "gt" | "gte" | "between" | "in" | "notIn" | "isNull" | "isNotNull" | "like" | "ilike")
  | ("startsWith" | "endsWith" | "contains" | "iequals" | "istartsWith" | "iendsWith" | "icontains" | "matches");

/** A field whose verbs take anything. */
export type LooseField = { readonly [V in FieldVerb]: Callable<Condition<AnyRecord>> };

/** A table whose verbs take anything. */
export interface LooseTable extends Loose<Omit<Table<AnyRecord>, "fields" | "lock">> {
  readonly lock: Loose<TableLock>;
  readonly fields: Readonly<Record<"name" | "age" | "dept" | "tags" | "address" | "nobody" | "__proto__" | "constructor", LooseField>>;
}

/**
 * A database with something in it that bad input could damage. Its parts take arguments of any type, and everything that they are called with is
 * watched: see {@link World.watched}.
 */
export interface World {
  readonly db: Loose<DictDB>;
  /** No schema. Indexes of every kind: unique on `email`, sorted on `age`, hash on `dept`, multi on `tags`. */
  readonly users: LooseTable;
  /** Keyed by `sku`, with a schema of descriptors. */
  readonly products: LooseTable;
  /** With a version field and a schema. */
  readonly notes: LooseTable;
  /** Its Standard Schema refuses records without `ok: true`, and obeys the field `answer`: see {@link moods}. */
  readonly moods: LooseTable;
  /** A table that was dropped. */
  readonly gone: LooseTable;
  /** The same objects, unwatched: to be passed as arguments. */
  readonly real: { readonly db: DictDB; readonly users: Table<AnyRecord>; readonly gone: Table<AnyRecord> };
  /** Every argument that a call was given, with what it looked like before the call. */
  readonly watched: readonly { readonly argument: unknown; readonly before: string }[];
}

/** The records that `users` begins with. Its next automatic key is 10, since 9 was used and deleted. */
export const firstUsers = [
  { id: 1, name: "Ann", email: "ann@x", age: 30, dept: "IT", tags: ["a", "b"], address: { city: "Paris" }, rank: 1 },
  { id: 2, name: "Bob", email: "bob@x", age: 40, dept: "HR", tags: ["b"], address: { city: "Rome" } },
  { id: 5, name: "Cid", email: null, age: 50, dept: "IT", tags: [], rank: 1 },
];

/** What a further record of each table may look like, and the key that it must then get; undefined where keys are given. */
export const nextRecords: Readonly<Record<string, { readonly record: AnyRecord; readonly key: Key }>> = {
  users: { record: { name: "Dan" }, key: 10 },
  products: { record: { sku: "c", price: 1 }, key: "c" },
  notes: { record: { title: "t" }, key: 3 },
  moods: { record: { ok: true }, key: 2 },
};

/** A schema that does as the record says: its field `answer` chooses how to misbehave. */
const moods = {
  "~standard": {
    version: 1,
    vendor: "moods",
    validate(value: unknown): unknown {
      const { ok, answer } = value as AnyRecord;
      switch (answer) {
        case "promise":
          return Promise.reject(new Error("nobody looks at this"));
        case "nothing":
          return undefined;
        case "no record":
          return { value: [] };
        case "another key":
          return { value: { ...(value as object), id: "id" in (value as object) ? 77 : 78 } };
        case "no key":
          return { value: { ...(value as object), id: Number.NaN } };
        case "a function":
          return { value: { ...(value as object), run: () => 1 } };
        case "throws":
          throw new SchemaValidationError("thrown by the schema", []);
        default:
          return ok === true ? { value } : { issues: [{ message: "not ok", path: ["ok"] }] };
      }
    },
  },
};

export function createWorld(real: DictDB): World {
  const users = real.createTable("users");
  users.createIndex("email", { unique: true });
  users.createIndex("age", { type: "sorted" });
  users.createIndex("dept");
  users.createIndex("tags", { multi: true });
  users.insert([...firstUsers, { id: 9, name: "Zed" }]);
  users.delete(9);
  const products = real.createTable("products", {
    primaryKey: "sku",
    schema: { sku: "string", price: "number|null", tags: "string[]?", made: "date?", size: "object?" },
  });
  products.insert([
    { sku: "a", price: 1, tags: ["x"] },
    { sku: "b", price: null },
  ]);
  const notes = real.createTable("notes", { versionField: "version", schema: { title: "string", version: "integer" } });
  notes.insert({ title: "one" } as never);
  notes.insert({ title: "two" } as never);
  notes.update({ title: "uno" }, 1);
  const moody = real.createTable("moods", { schema: moods as never });
  moody.insert({ ok: true } as never);
  const gone = real.createTable("gone");
  gone.insert({ a: 1 });
  real.dropTable("gone");

  const watched: { argument: unknown; before: string }[] = [];
  const loose = (target: object): unknown => watching(target, (argument) => watched.push({ argument, before: portrait(argument) }));
  return {
    db: loose(real) as Loose<DictDB>,
    users: loose(users) as LooseTable,
    products: loose(products) as LooseTable,
    notes: loose(notes) as LooseTable,
    moods: loose(moody) as LooseTable,
    gone: loose(gone) as LooseTable,
    real: { db: real, users, gone },
    watched,
  };
}

/** What a value looks like from outside. Runs neither getters nor traps. */
export function portrait(value: unknown): string {
  return inspect(value, {
    depth: 6,
    showProxy: true,
    maxArrayLength: 30,
    maxStringLength: 200,
    breakLength: Infinity,
    customInspect: false,
  });
}

/** Everything that a refused call must leave as it was. */
export function stateOf(db: DictDB): unknown {
  const tables = db.listTables().map((name) => {
    const table = db.getTable(name);
    const records = [...table.copy()].sort(([a], [b]) => (a < b ? -1 : 1));
    return { name, records, columns: table.columns(), indexes: table.indexes() };
  });
  const { commits, openSnapshots, snapshotImages } = db.stats();
  return { seq: db.seq, tables, commits, openSnapshots, snapshotImages };
}

function watching(target: object, note: (argument: unknown) => void): unknown {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === "function") {
        return (...args: readonly unknown[]): unknown => {
          for (const argument of args) note(argument);
          return Reflect.apply(member, target, args);
        };
      }
      return typeof member === "object" && member !== null ? watching(member, note) : member;
    },
  });
}
