/** The two tables of every history. Both have a hash index on `group`, and a unique one on `tag`. */
export type TableName = "left" | "right";
export const tableNames: readonly TableName[] = ["left", "right"];

export function otherTable(table: TableName): TableName {
  return table === "left" ? "right" : "left";
}

/** A record of either table. */
export interface Item {
  id: number;
  group: number;
  count: number;
  /** Who wrote it last: every operation signs with a name of its own. */
  by: string;
  /** Unique within its table, or absent. */
  tag?: number;
}

/** What a thread asks of the database, as data. `by` is the operation's signature. */
export type Operation =
  | { readonly verb: "insert"; readonly table: TableName; readonly item: Omit<Item, "id" | "tag"> & { readonly id?: number } }
  | { readonly verb: "upsert"; readonly table: TableName; readonly item: Omit<Item, "tag"> }
  | { readonly verb: "set"; readonly table: TableName; readonly key: number; readonly count: number; readonly by: string }
  | { readonly verb: "set where"; readonly table: TableName; readonly group: number; readonly count: number; readonly by: string }
  | { readonly verb: "add"; readonly table: TableName; readonly key: number; readonly amount: number; readonly by: string }
  | { readonly verb: "add where"; readonly table: TableName; readonly group: number; readonly amount: number; readonly by: string }
  | { readonly verb: "tag"; readonly table: TableName; readonly key: number; readonly tag: number; readonly by: string }
  | { readonly verb: "delete"; readonly table: TableName; readonly key: number }
  | { readonly verb: "delete where"; readonly table: TableName; readonly group: number }
  | { readonly verb: "get"; readonly table: TableName; readonly key: number }
  | { readonly verb: "select"; readonly table: TableName; readonly group: number }
  | { readonly verb: "count"; readonly table: TableName; readonly group: number | undefined }
  /** Moves a part of one record's count to a record of the other table, in one commit; does nothing when either is absent. */
  | {
      readonly verb: "move";
      readonly from: TableName;
      readonly source: number;
      readonly target: number;
      readonly amount: number;
      readonly by: string;
    }
  /** Sets one record's count to that of a record of the other table, which it only reads; does nothing when either is absent. */
  | { readonly verb: "copy"; readonly from: TableName; readonly source: number; readonly target: number; readonly by: string }
  /** Inserts a record with an automatic key into each table, in one commit. */
  | { readonly verb: "pair"; readonly group: number; readonly by: string }
  /** How many records each table holds and what they add up to, both at one moment. */
  | { readonly verb: "totals" };

/** A record as it stands in a result: its fields in a fixed order. */
export type Row = readonly [id: number, group: number, count: number, by: string, tag: number | null];

/**
 * What an operation answered: rows in the order of their keys; `null` where there was nothing; for a refusal its code.
 */
export type Result = number | null | "DUPLICATE_KEY" | "UNIQUE_CONSTRAINT" | Row | readonly Row[] | readonly number[];

/** An operation with what it answered and when. */
export interface Recorded {
  readonly thread: number;
  readonly operation: Operation;
  /** undefined when it never returned. */
  readonly result: Result | undefined;
  /** When it began, by a clock that all threads share. */
  readonly invoke: number;
  /** When it returned; `Infinity` when it never did. */
  readonly return: number;
  /** The first and the last commit that it may have seen as the latest; for what changed something, both are the commit that it made. */
  readonly seq: readonly [from: number, to: number];
}

export function rowOf({ id, group, count, by, tag }: Readonly<Item>): Row {
  return [id, group, count, by, tag ?? null];
}

/** Whether an operation that answered this has made a commit. */
export function hasChanged(operation: Operation, result: Result): boolean {
  switch (operation.verb) {
    case "get":
    case "select":
    case "count":
    case "totals":
      return false;
    case "insert":
    case "upsert":
    case "set":
    case "set where":
    case "add":
    case "add where":
    case "tag":
    case "delete":
    case "delete where":
    case "move":
    case "copy":
    case "pair":
      return operation.verb === "copy" ? result !== null : result !== null && result !== 0 && typeof result !== "string";
  }
}

/** As a line of a report. */
export function lineOf({ thread, operation, result, invoke, return: end, seq: [from, to] }: Recorded): string {
  const seq = from === to ? String(from) : `${from}..${to}`;
  return `thread ${thread} [${invoke}, ${end}] seq ${seq} ${JSON.stringify(operation)} = ${JSON.stringify(result)}`;
}
