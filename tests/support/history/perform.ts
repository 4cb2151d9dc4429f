import type { DictDB, Table } from "../../../src/index.js";
import { otherTable, rowOf, tableNames } from "./operation.js";
import type { Item, Operation, Result, Row, TableName } from "./operation.js";
import type { Rows } from "./plain-store.js";

/** The two tables of a database, made for histories. */
export interface Stage {
  readonly db: DictDB;
  readonly tables: Readonly<Record<TableName, Table<Item>>>;
}

/** Makes the tables and fills them. */
export function buildStage(db: DictDB, rows: Rows): Stage {
  for (const name of tableNames) {
    const table = db.createTable<Item>(name);
    table.createIndex("group");
    table.createIndex("tag", { unique: true });
    table.insert(rows[name].map(([id, group, count, by, tag]) => ({ id, group, count, by, ...(tag !== null && { tag }) })));
  }
  return openStage(db);
}

/** The tables of a database where they were made already. */
export function openStage(db: DictDB): Stage {
  return { db, tables: { left: db.getTable<Item>("left"), right: db.getTable<Item>("right") } };
}

/** What the tables hold, rows in the order of their keys; every table is checked. */
export function rowsOf({ tables }: Stage): Rows {
  for (const name of tableNames) tables[name].check();
  return { left: sorted(tables.left.all()), right: sorted(tables.right.all()) };
}

function sorted(items: readonly Item[]): Row[] {
  return items.map(rowOf).sort(([a], [b]) => a - b);
}

/** Does one operation and answers in the form that histories have. */
export function perform(stage: Stage, operation: Operation): Result {
  try {
    return act(stage, operation);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "DUPLICATE_KEY" || code === "UNIQUE_CONSTRAINT") return code;
    throw error;
  }
}

function act({ db, tables }: Stage, operation: Operation): Result {
  switch (operation.verb) {
    case "insert":
      return tables[operation.table].insert(operation.item);
    case "upsert":
      return tables[operation.table].upsert(operation.item).action === "inserted" ? 1 : 2;
    case "set": {
      const { table, key, count, by } = operation;
      return tables[table].update({ count, by }, key);
    }
    case "set where": {
      const { table, group, count, by } = operation;
      return tables[table].update({ count, by }, { where: { group } });
    }
    case "add": {
      const { table, key, amount, by } = operation;
      return tables[table].update((item) => ({ count: item.count + amount, by }), key);
    }
    case "add where": {
      const { table, group, amount, by } = operation;
      return tables[table].update((item) => ({ count: item.count + amount, by }), { where: tables[table].fields.group.eq(group) });
    }
    case "tag": {
      const { table, key, tag, by } = operation;
      return tables[table].update({ tag, by }, key);
    }
    case "delete":
      return tables[operation.table].delete(operation.key);
    case "delete where":
      return tables[operation.table].delete({ where: { group: operation.group } });
    case "get": {
      const item = tables[operation.table].get(operation.key, { copy: false });
      return item === undefined ? null : rowOf(item);
    }
    case "select":
      return sorted(tables[operation.table].select({ where: { group: operation.group } }));
    case "count":
      return tables[operation.table].count(operation.group === undefined ? undefined : { group: operation.group });
    case "move":
      return move({ db, tables }, operation);
    case "copy":
      return copy({ db, tables }, operation);
    case "pair":
      return db.atomic(() => tableNames.map((name) => tables[name].insert({ group: operation.group, count: 0, by: operation.by })));
    case "totals":
      return totals({ db, tables });
  }
}

function move({ db, tables }: Stage, { from, source, target, amount, by }: Operation & { verb: "move" }): Result {
  const [giving, taking] = [tables[from], tables[otherTable(from)]];
  return db.atomic(() => {
    const [giver, taker] = [giving.get(source), taking.get(target)];
    if (giver === undefined || taker === undefined) return null;
    const [less, more] = [giver.count - amount, taker.count + amount];
    giving.update({ count: less, by }, source);
    taking.update({ count: more, by }, target);
    return [less, more];
  });
}

function copy({ db, tables }: Stage, { from, source, target, by }: Operation & { verb: "copy" }): Result {
  return db.atomic(() => {
    const original = tables[from].get(source);
    if (original === undefined || !tables[otherTable(from)].has(target)) return null;
    tables[otherTable(from)].update({ count: original.count, by }, target);
    return original.count;
  });
}

function totals({ db, tables }: Stage): Result {
  using snapshot = db.snapshot();
  return tableNames.flatMap((name) => {
    const items = snapshot.getTable(tables[name]).select({ columns: ["count"], copy: false });
    return [items.length, items.reduce((sum, { count }) => sum + count, 0)];
  });
}
