import { copyValueOut } from "../base/copy.js";
import { getter } from "../base/path.js";
import { tupleToken } from "../base/token.js";
import type { StoredRecord } from "../base/value.js";
import type { TableView } from "../state/table-view.js";
import { findRecords } from "./find.js";
import type { Projection, Query } from "./query.js";

/** A row of a result. */
export type Row = Readonly<Record<string, unknown>>;

/** Turns a stored record into the row that the caller gets. */
export type RowMaker = (record: StoredRecord) => Row;

/** The rows that a query asks for. */
export function selectRows(view: TableView, query: Query): Row[] {
  const toRow = rowMaker(view, query);
  if (query.distinct && query.projection !== undefined) return distinctRows(view, query, toRow);
  const found = findRecords(view, query);
  return query.copy || query.projection !== undefined ? found.map(toRow) : found;
}

export function rowMaker(view: TableView, { projection, copy }: Pick<Query, "projection" | "copy">): RowMaker {
  if (projection !== undefined) return projecting(projection, copy);
  return copy ? (record) => view.copyOf(record) : (record) => record;
}

/**
 * The query for the records that the rows of a query are made of. For `distinct` rows these are all records in the same order, because it is
 * rows that limit and offset count.
 */
export function recordQuery(query: Query, primaryKey: string): Query {
  const { distinct, projection, limit, offset } = query;
  if (!distinct || projection === undefined) return query;
  const keyFirst = query.order.length === 0 && (limit !== undefined || offset > 0);
  const order = keyFirst ? [{ path: [primaryKey], descending: false }] : query.order;
  return { ...query, limit: undefined, offset: 0, order };
}

/** `distinct` looks at whole rows, and limit and offset count what it leaves. Whole records always differ, by their keys. */
function distinctRows(view: TableView, query: Query, toRow: RowMaker): Row[] {
  const { limit, offset } = query;
  const end = limit === undefined ? Infinity : limit + offset;
  const rows = new Map<string, Row>();
  for (const record of findRecords(view, recordQuery(query, view.state.definition.primaryKey))) {
    if (rows.size >= end) break;
    const row = toRow(record);
    const token = tupleToken(Object.values(row));
    if (!rows.has(token)) rows.set(token, row);
  }
  return [...rows.values()].slice(offset);
}

function projecting(projection: Projection, copy: boolean): RowMaker {
  const readers = projection.map(({ alias, field }) => ({ alias, read: getter([field]) }));
  return (record) => {
    const row: Record<string, unknown> = {};
    for (const { alias, read } of readers) {
      const value = read(record) ?? null;
      row[alias] = copy && typeof value === "object" ? copyValueOut(value) : value;
    }
    return row;
  };
}
