import type { StoredRecord } from "../base/value.js";
import { filterTest, findRecords } from "../query/find.js";
import { rowMaker, selectRows } from "../query/project.js";
import type { Row } from "../query/project.js";
import type { Query } from "../query/query.js";
import { planQuery } from "../query/plan.js";
import type { TableView } from "../state/table-view.js";
import type { ReadSource } from "../transaction/table-source.js";

/**
 * The rows of a query one at a time, as they were when `iterate` was called, whatever is written meanwhile.
 *
 * Stored records never change (law 3), so holding references to them is a snapshot already. A scan copies the table's list of references, which
 * costs a memmove, and tests and copies each record only when it is asked for.
 */
export function iterateRows(view: TableView, query: Query, source: ReadSource): IterableIterator<Row> {
  const { access, order } = planQuery(query, view.state);
  if (query.distinct && query.projection !== undefined) return source.runUserCode("iterate()", () => selectRows(view, query)).values();
  const toRow = rowMaker(view, query);
  if (access !== undefined || order !== undefined || view.overlay !== undefined) {
    const found = source.runUserCode("iterate()", () => findRecords(view, query));
    return mapped(found, () => true, toRow);
  }
  const test = filterTest(query);
  return mapped(view.state.records.slice(), (record) => source.runUserCode("iterate()", () => test(record)), toRow);
}

function* mapped(
  records: readonly (StoredRecord | undefined)[],
  test: (record: StoredRecord) => boolean,
  toRow: (record: StoredRecord) => Row,
): Generator<Row, undefined> {
  for (const record of records) if (record !== undefined && test(record)) yield toRow(record);
}
