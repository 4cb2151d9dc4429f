import { otherTable, rowOf, tableNames } from "./operation.js";
import type { Item, Operation, Result, Row, TableName } from "./operation.js";

/** A record that a write leaves, or undefined where it removes one. */
export interface Write {
  readonly table: TableName;
  readonly key: number;
  readonly item: Readonly<Item> | undefined;
}

/** What an operation must answer, and what it writes. */
export interface Outcome {
  readonly result: Result;
  readonly writes: readonly Write[];
}

/** Rows of both tables, sorted by key. */
export type Rows = Readonly<Record<TableName, readonly Row[]>>;

interface PlainTable {
  readonly items: Map<number, Readonly<Item>>;
  /** Every key that was ever there. */
  readonly used: Set<number>;
  highest: number;
}

/** What the two tables are meant to be: a `Map` each, one operation after the other. It shares no code with the engine. */
export class PlainStore {
  readonly #tables: Readonly<Record<TableName, PlainTable>> = {
    left: { items: new Map(), used: new Set(), highest: 0 },
    right: { items: new Map(), used: new Set(), highest: 0 },
  };
  #hash = 0;

  constructor(rows: Rows = { left: [], right: [] }) {
    for (const table of tableNames) {
      this.apply(rows[table].map(([key, group, count, by, tag]) => ({ table, key, item: itemOf(key, group, count, by, tag) })));
    }
  }

  /** Stands for the content: a sum over the records, so that it does not depend on how they came. */
  get hash(): number {
    return this.#hash;
  }

  /**
   * What an operation must answer now; changes nothing. The specification leaves it to the database which keys it assigns, within limits: so what it
   * answered is taken as its choice, and given back if it was a right one.
   */
  ask(operation: Operation, observed: Result | undefined): Outcome {
    const wrote = (result: Result, writes: readonly Write[]): Outcome => ({ result, writes });
    const found = (result: Result): Outcome => ({ result, writes: [] });
    switch (operation.verb) {
      case "insert":
        return this.#insert(operation, observed);
      case "upsert": {
        const { table, item } = operation;
        const before = this.#get(table, item.id);
        return wrote(before === undefined ? 1 : 2, [{ table, key: item.id, item: { ...before, ...item } }]);
      }
      case "set":
      case "add":
      case "set where":
      case "add where": {
        const { table, by } = operation;
        const items = "key" in operation ? this.#some(table, operation.key) : this.#group(table, operation.group);
        const changed = items.map((item) => {
          const count = "amount" in operation ? item.count + operation.amount : operation.count;
          return { table, key: item.id, item: { ...item, count, by } };
        });
        return wrote(changed.length, changed);
      }
      case "tag": {
        const { table, key, tag, by } = operation;
        const item = this.#get(table, key);
        if (item === undefined) return found(0);
        for (const other of this.#tables[table].items.values()) {
          if (other.tag === tag && other.id !== key) return found("UNIQUE_CONSTRAINT");
        }
        return wrote(1, [{ table, key, item: { ...item, tag, by } }]);
      }
      case "delete":
      case "delete where": {
        const { table } = operation;
        const items = "key" in operation ? this.#some(table, operation.key) : this.#group(table, operation.group);
        return wrote(
          items.length,
          items.map(({ id }) => ({ table, key: id, item: undefined })),
        );
      }
      case "get": {
        const item = this.#get(operation.table, operation.key);
        return found(item === undefined ? null : rowOf(item));
      }
      case "select":
        return found(this.#group(operation.table, operation.group).map(rowOf));
      case "count":
        return found(
          operation.group === undefined ? this.#tables[operation.table].items.size : this.#group(operation.table, operation.group).length,
        );
      case "move":
        return this.#move(operation);
      case "copy": {
        const { from, source, target, by } = operation;
        const to = otherTable(from);
        const [original, item] = [this.#get(from, source), this.#get(to, target)];
        if (original === undefined || item === undefined) return found(null);
        return wrote(original.count, [{ table: to, key: target, item: { ...item, count: original.count, by } }]);
      }
      case "pair":
        return this.#pair(operation, observed);
      case "totals":
        return found(tableNames.flatMap((table) => this.#totals(table)));
    }
  }

  /** Makes writes happen. Returns what takes them back. */
  apply(writes: readonly Write[]): () => void {
    const undo = writes.map(({ table, key, item }) => {
      const plain = this.#tables[table];
      const before = { item: plain.items.get(key), used: plain.used.has(key), highest: plain.highest };
      this.#put(table, key, item);
      plain.used.add(key);
      plain.highest = Math.max(plain.highest, key);
      return { table, key, before };
    });
    return () => {
      for (const { table, key, before } of undo.reverse()) {
        this.#put(table, key, before.item);
        if (!before.used) this.#tables[table].used.delete(key);
        this.#tables[table].highest = before.highest;
      }
    };
  }

  rows(): Rows {
    const sorted = (table: TableName): Row[] => [...this.#tables[table].items.values()].sort((a, b) => a.id - b.id).map(rowOf);
    return { left: sorted("left"), right: sorted("right") };
  }

  #insert({ table, item }: Operation & { verb: "insert" }, observed: Result | undefined): Outcome {
    if (item.id === undefined) {
      const { highest } = this.#tables[table];
      // A key that is not above all others is answered with one that is, so that the two differ.
      const key = typeof observed === "number" && observed > highest ? observed : highest + 1;
      return { result: key, writes: [{ table, key, item: { ...item, id: key } }] };
    }
    const { id } = item;
    if (this.#get(table, id) !== undefined) return { result: "DUPLICATE_KEY", writes: [] };
    return { result: id, writes: [{ table, key: id, item: { ...item, id } }] };
  }

  #move({ from, source, target, amount, by }: Operation & { verb: "move" }): Outcome {
    const to = otherTable(from);
    const [giver, taker] = [this.#get(from, source), this.#get(to, target)];
    if (giver === undefined || taker === undefined) return { result: null, writes: [] };
    const [less, more] = [giver.count - amount, taker.count + amount];
    return {
      result: [less, more],
      writes: [
        { table: from, key: source, item: { ...giver, count: less, by } },
        { table: to, key: target, item: { ...taker, count: more, by } },
      ],
    };
  }

  /** A unit of work may have reserved its keys before others inserted theirs: so its keys must be new, not the highest. */
  #pair({ group, by }: Operation & { verb: "pair" }, observed: Result | undefined): Outcome {
    const given = Array.isArray(observed) ? (observed as readonly unknown[]) : [];
    const keys = tableNames.map((table, i) => {
      const { used, highest } = this.#tables[table];
      const key = given[i];
      return typeof key === "number" && !used.has(key) ? key : highest + 1;
    });
    return {
      result: keys,
      writes: tableNames.map((table, i) => ({ table, key: keys[i]!, item: { id: keys[i]!, group, count: 0, by } })),
    };
  }

  #totals(table: TableName): [number, number] {
    let sum = 0;
    for (const { count } of this.#tables[table].items.values()) sum += count;
    return [this.#tables[table].items.size, sum];
  }

  #get(table: TableName, key: number): Readonly<Item> | undefined {
    return this.#tables[table].items.get(key);
  }

  #some(table: TableName, key: number): Readonly<Item>[] {
    const item = this.#get(table, key);
    return item === undefined ? [] : [item];
  }

  #group(table: TableName, group: number): Readonly<Item>[] {
    const items: Readonly<Item>[] = [];
    for (const item of this.#tables[table].items.values()) if (item.group === group) items.push(item);
    return items.sort((a, b) => a.id - b.id);
  }

  #put(table: TableName, key: number, item: Readonly<Item> | undefined): void {
    const { items } = this.#tables[table];
    const before = items.get(key);
    if (before !== undefined) this.#hash -= hashOf(table, before);
    if (item === undefined) items.delete(key);
    else {
      items.set(key, item);
      this.#hash += hashOf(table, item);
    }
  }
}

function itemOf(id: number, group: number, count: number, by: string, tag: number | null): Item {
  return tag === null ? { id, group, count, by } : { id, group, count, by, tag };
}

/** A whole number below 2^40, so that sums of thousands of them are exact: two rounds of FNV-1a. */
function hashOf(table: TableName, item: Readonly<Item>): number {
  const text = `${table}${rowOf(item).join()}`;
  let [low, high] = [0x811c9dc5, 0x9dc5811c];
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193) ^ (low >>> 15);
  }
  return (low >>> 0) + (high & 0xff) * 2 ** 32;
}
