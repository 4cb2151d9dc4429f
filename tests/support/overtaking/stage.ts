import { isDictDBError, max, unset } from "../../../src/index.js";
import type { DictDB, Table, TableWriter } from "../../../src/index.js";

/** A record of the table that most cases are about. */
export interface Job {
  id: number;
  state: string;
  email?: string | undefined;
  lease?: number | undefined;
}

/** What a unit of work can do in a transaction and in `atomic` alike. */
export interface Unit {
  getTable(name: string): TableWriter<Job>;
}

/** The tables of all cases. */
export function buildStage(db: DictDB): void {
  const jobs = db.createTable<Job>("jobs");
  jobs.createIndex("email", { unique: true });
  jobs.createIndex("state", { type: "sorted" });
  jobs.insert([
    { id: 1, state: "free", email: "a", lease: 7 },
    { id: 2, state: "free", email: "b" },
    { id: 3, state: "done" },
  ]);
  db.createTable<Job>("few").insert({ id: 1, state: "free" });
  db.createTable<Job>("none");
  db.createTable<Job>("log");
}

/** What somebody else does between a unit's run and its commit. */
export const changes = {
  "takes job 1": (db: DictDB): unknown => jobsOf(db).update({ state: "taken" }, { where: { id: 1, state: "free" } }),
  "deletes job 1": (db: DictDB): unknown => jobsOf(db).delete(1),
  "clears the jobs": (db: DictDB): unknown => jobsOf(db).clear(),
  "inserts job 9": (db: DictDB): unknown => jobsOf(db).upsert({ id: 9, state: "free" }, { onConflict: "ignore" }),
  "inserts job 9 with c": (db: DictDB): unknown => jobsOf(db).insert({ id: 9, state: "new", email: "c" }),
  "gives up a": (db: DictDB): unknown => jobsOf(db).update({ email: unset() }, 1),
  "unsets the lease": (db: DictDB): unknown => jobsOf(db).update({ lease: unset() }, { where: jobsOf(db).fields.lease.isNotNull() }),
  "fills the empty table": (db: DictDB): unknown => tableOf(db, "none").insert({ id: 1, state: "free" }),
  "drops the table few": (db: DictDB): unknown => db.dropTable("few"),
  "makes few again": (db: DictDB): unknown => {
    db.dropTable("few");
    return db.createTable("few");
  },
  "creates the table new": (db: DictDB): unknown => db.createTable("new"),
  "makes states of few unique": (db: DictDB): unknown => tableOf(db, "few").createIndex("state", { unique: true }),
  "lets emails be shared": (db: DictDB): unknown => jobsOf(db).dropIndex("email"),
  "indexes leases": (db: DictDB): unknown => jobsOf(db).createIndex("lease"),
  "adds a field": (db: DictDB): unknown => tableOf(db, "few").update({ lease: 1 }, 1),
} as const;

export type Change = keyof typeof changes;

/** What a unit looks at, with what somebody else does that makes it another answer. */
export interface Case {
  readonly look: (unit: Unit) => unknown;
  readonly change: Change;
  /** Whether only plain verbs can do it, and no table of a transaction. */
  readonly isPlain?: boolean;
}

/** Units that call a verb that changes records, and have nothing to commit once somebody else was faster. */
export const claims: Readonly<Record<string, Case & { readonly isWriteConflict?: boolean }>> = {
  "delete by key": { look: (unit) => jobsIn(unit).delete(1), change: "deletes job 1", isWriteConflict: true },
  "delete by condition": { look: (unit) => jobsIn(unit).delete({ where: { email: "a" } }), change: "deletes job 1", isWriteConflict: true },
  clear: { look: (unit) => jobsIn(unit).clear(), change: "clears the jobs", isWriteConflict: true },
  "update to the same value": {
    look: (unit) => jobsIn(unit).update({ state: "taken" }, { where: { id: 1, state: "free" } }),
    change: "takes job 1",
    isWriteConflict: true,
  },
  unset: {
    look: (unit) => jobsIn(unit).update({ lease: unset() }, { where: jobsIn(unit).fields.lease.isNotNull() }),
    change: "unsets the lease",
    isWriteConflict: true,
  },
  "upsert with ignore that inserts": {
    look: (unit) => jobsIn(unit).upsert({ id: 9, state: "free" }, { onConflict: "ignore" }).action,
    change: "inserts job 9",
    isWriteConflict: true,
  },
  "upsert with ignore that ignores": {
    look: (unit) => jobsIn(unit).upsert({ id: 1, state: "free" }, { onConflict: "ignore" }).action,
    change: "deletes job 1",
  },
  "delete of nothing by key": { look: (unit) => jobsIn(unit).delete(9), change: "inserts job 9" },
  "delete of nothing by condition": { look: (unit) => jobsIn(unit).delete({ where: { email: "c" } }), change: "inserts job 9 with c" },
  "update of nothing": { look: (unit) => jobsIn(unit).update({ lease: 1 }, { where: { state: "taken" } }), change: "takes job 1" },
  "clear of nothing": { look: (unit) => unit.getTable("none").clear(), change: "fills the empty table" },
  "insert and delete": {
    look: (unit) => [codeOf(() => jobsIn(unit).insert({ id: 9, state: "x" })), jobsIn(unit).delete(9)],
    change: "inserts job 9",
    isWriteConflict: true,
  },
  "insert and delete of a unique value": {
    look: (unit) => [codeOf(() => jobsIn(unit).insert({ id: 8, state: "x", email: "c" })), jobsIn(unit).delete(8)],
    change: "inserts job 9 with c",
  },
  "a unique value for a while": {
    look: (unit) => [codeOf(() => jobsIn(unit).update({ email: "c" }, 2)), jobsIn(unit).update({ email: "b" }, 2)],
    change: "inserts job 9 with c",
  },
  "insert of a key that is taken": { look: (unit) => codeOf(() => jobsIn(unit).insert({ id: 1, state: "x" })), change: "deletes job 1" },
  "insert of a unique value that is taken": {
    look: (unit) => codeOf(() => jobsIn(unit).insert({ id: 8, state: "x", email: "a" })),
    change: "gives up a",
  },
  "insert that a unique index refuses": {
    look: (unit) => codeOf(() => jobsIn(unit).insert({ id: 8, state: "x", email: "a" })),
    change: "lets emails be shared",
    isWriteConflict: true,
  },
  "insert that a new unique index would refuse": {
    look: (unit) => codeOf(() => unit.getTable("few").insert({ id: 2, state: "free" })),
    change: "makes states of few unique",
    isWriteConflict: true,
  },
  "insert for a while that a new unique index would refuse": {
    look: (unit) => [codeOf(() => unit.getTable("few").insert({ id: 2, state: "free" })), unit.getTable("few").delete(2)],
    change: "makes states of few unique",
    isWriteConflict: true,
  },
  "update of a table that is dropped": {
    look: (unit) => codeOf(() => unit.getTable("few").update({ state: "x" }, 1)),
    change: "drops the table few",
    isWriteConflict: true,
  },
};

/** Units that only read; they matter where the unit has written something elsewhere. */
export const looks: Readonly<Record<string, Case>> = {
  get: { look: (unit) => jobsIn(unit).get(1), change: "takes job 1" },
  has: { look: (unit) => jobsIn(unit).has(9), change: "inserts job 9" },
  size: { look: (unit) => jobsIn(unit).size, change: "inserts job 9" },
  count: { look: (unit) => jobsIn(unit).count({ state: "free" }), change: "takes job 1" },
  all: { look: (unit) => jobsIn(unit).all().length, change: "deletes job 1" },
  copy: { look: (unit) => jobsIn(unit).copy().size, change: "deletes job 1" },
  select: { look: (unit) => jobsIn(unit).select({ where: { state: "free" }, orderBy: "id" }), change: "inserts job 9" },
  first: { look: (unit) => jobsIn(unit).first({ orderBy: "-id" })?.id, change: "inserts job 9" },
  iterate: { look: (unit) => [...jobsIn(unit).iterate({ where: { state: "taken" } })], change: "takes job 1" },
  aggregate: { look: (unit) => jobsIn(unit).aggregate({ last: max("id") }), change: "inserts job 9" },
  "a predicate": { look: (unit) => jobsIn(unit).count(({ state }: Job) => state === "taken"), change: "takes job 1" },
  columns: { look: (unit) => unit.getTable("few").columns(), change: "adds a field" },
  "a table that is dropped": { look: (unit) => codeOf(() => unit.getTable("few").size), change: "drops the table few" },
  "a table that is made again": { look: (unit) => unit.getTable("few").size, change: "makes few again" },
  "a table that is only opened": { look: (unit) => codeOf(() => unit.getTable("few").name), change: "drops the table few" },
  "a table that is not there": { look: (unit) => codeOf(() => unit.getTable("new").name), change: "creates the table new" },
  hasTable: { look: (unit) => plain(unit).hasTable("new"), change: "creates the table new", isPlain: true },
  listTables: { look: (unit) => plain(unit).listTables(), change: "creates the table new", isPlain: true },
  "listTables, less one": { look: (unit) => plain(unit).listTables(), change: "drops the table few", isPlain: true },
  hasIndex: { look: (unit) => plain(unit).getTable("jobs").hasIndex("lease"), change: "indexes leases", isPlain: true },
  indexes: { look: (unit) => plain(unit).getTable("jobs").indexes(), change: "inserts job 9", isPlain: true },
  indexedFields: { look: (unit) => plain(unit).getTable("jobs").indexedFields(), change: "indexes leases", isPlain: true },
  explain: { look: (unit) => jobsIn(unit).explain({ where: { lease: 7 } }).access, change: "indexes leases" },
};

/** What disturbs nobody: the unit's answers stay what they are. */
export const harmless: Readonly<Record<string, Case>> = {
  "another record": { look: (unit) => jobsIn(unit).get(2), change: "takes job 1" },
  "another condition": { look: (unit) => jobsIn(unit).count({ state: "done" }), change: "takes job 1" },
  "as many records": { look: (unit) => jobsIn(unit).size, change: "takes job 1" },
  "an insert into an indexed table": { look: (unit) => jobsIn(unit).insert({ id: -8, state: "x", email: "d" }), change: "indexes leases" },
  "a unique value that stays free": {
    look: (unit) => jobsIn(unit).insert({ id: -8, state: "x", email: "d" }),
    change: "inserts job 9 with c",
  },
  "another table": { look: (unit) => jobsIn(unit).update({ lease: 8 }, 1), change: "drops the table few" },
};

function jobsIn(unit: Unit): TableWriter<Job> {
  return unit.getTable("jobs");
}

function plain(unit: Unit): DictDB {
  return unit as DictDB; // cases that are plain get the database itself
}

function tableOf(db: DictDB, name: string): Table<Job> {
  return db.getTable<Job>(name);
}

function jobsOf(db: DictDB): Table<Job> {
  return tableOf(db, "jobs");
}

/** What a call gives, or the code of the error that it throws. */
function codeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (isDictDBError(error)) return error.code;
    throw error;
  }
}
