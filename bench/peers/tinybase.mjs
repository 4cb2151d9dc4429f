import { createIndexes } from "tinybase/indexes";
import { createStore } from "tinybase/store";

const BUCKET = 1_000;
/** @param {number} salary */
const bucketOf = (salary) => String(Math.floor(salary / BUCKET));

/**
 * @param {{ indexed: boolean }} options
 * @returns {import("./peer.mjs").Store}
 */
function open({ indexed }) {
  /** Cells have no types without a schema. @type {any} */
  const store = createStore();
  /** @type {any} */
  const indexes = createIndexes(store);
  if (indexed) {
    indexes.setIndexDefinition("age", "people", "age");
    indexes.setIndexDefinition("salary", "people", (/** @type {(cell: string) => any} */ getCell) => bucketOf(getCell("salary")));
  }
  /** @param {string} id */
  const rowOf = (id) => store.getRow("people", id);
  return {
    insert: ({ rowId, row }) => store.setRow("people", rowId, row),
    insertMany: (records) =>
      store.transaction(() => {
        for (const { rowId, row } of records) store.setRow("people", rowId, row);
      }),
    get: rowOf,
    equality: (age) => indexes.getSliceRowIds("age", String(age)).map(rowOf),
    range(low, high) {
      const rows = [];
      for (let bucket = Math.floor(low / BUCKET); bucket <= Math.floor(high / BUCKET); bucket++) {
        for (const id of indexes.getSliceRowIds("salary", String(bucket))) {
          const salary = store.getCell("people", id, "salary");
          if (salary >= low && salary <= high) rows.push(rowOf(id));
        }
      }
      return rows;
    },
    scan: (dept, name) =>
      store
        .getRowIds("people")
        .filter((/** @type {string} */ id) => store.getCell("people", id, "dept") === dept && store.getCell("people", id, "name") > name)
        .map(rowOf),
    top: (limit) => top(store, indexes, limit),
    update: (id, salary, age) => store.setPartialRow("people", id, { salary, age }),
    delete: (id) => store.delRow("people", id),
    groups: () => groups(store),
    size: () => store.getRowCount("people"),
    close: () => store.delTables(),
  };
}

/**
 * Whole buckets from the highest down until there are enough.
 * @param {any} store
 * @param {any} indexes
 * @param {number} limit
 */
function top(store, indexes, limit) {
  /** @type {number[]} */
  const buckets = indexes.getSliceIds("salary").map(Number);
  buckets.sort((a, b) => b - a);
  const rows = [];
  for (const bucket of buckets) {
    /** @type {string[]} */
    const ids = indexes.getSliceRowIds("salary", String(bucket));
    rows.push(...ids.map((id) => store.getRow("people", id)).sort((a, b) => b.salary - a.salary));
    if (rows.length >= limit) break;
  }
  return rows.slice(0, limit);
}

/** @param {any} store */
function groups(store) {
  /** @type {Map<string, { n: number, total: number }>} */
  const totals = new Map();
  for (const id of store.getRowIds("people")) {
    const dept = store.getCell("people", id, "dept");
    const group = totals.get(dept) ?? { n: 0, total: 0 };
    group.n++;
    group.total += store.getCell("people", id, "salary");
    totals.set(dept, group);
  }
  return Array.from(totals, ([dept, { n, total }]) => ({ dept, n, mean: total / n }));
}

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "TinyBase",
  package: "tinybase",
  returns: "copies",
  toKey: String,
  toRecord: ({ id, ...row }) => ({ rowId: String(id), row }),
  absent: { predicate: "its scan is a hand-written loop already" },
  growthLimit: { size: 100_000, reason: "filling it takes seconds, then most of a minute" },
  notes: [
    "TinyBase: it has no sorted range index, so salary is indexed in buckets of 1,000, which a range or the top 10 reads and filters. Scan and" +
      " group-by are loops over its cells: its reactive queries, meant to be kept and not asked once, were tried and are 4 and 100 times" +
      " slower. Bulk insert: one transaction.",
  ],
  open,
};
