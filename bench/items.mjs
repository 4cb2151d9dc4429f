// The rows of the table, in the order in which they are run and shown: reads come before anything that changes the store they share.

/** @typedef {{ id: string, title: string, detail: string }} Item */

/** @type {readonly Item[]} */
export const ITEMS = [
  { id: "insert", title: "insert", detail: "one call per record, both indexes present; per record" },
  { id: "bulk", title: "bulk insert", detail: "all records in one call, both indexes present; per record" },
  { id: "get", title: "get by key", detail: "in random order" },
  { id: "equality", title: "equality", detail: "age = x by hash index, about 1.7 % of the records" },
  { id: "range", title: "range", detail: "salary between x and y by sorted index, about 0.14 % of the records" },
  { id: "scan", title: "scan", detail: "dept = x and name > y, no index" },
  { id: "predicate", title: "scan by function", detail: "the same by a function of the user" },
  { id: "top", title: "top 10", detail: "by salary, highest first" },
  { id: "groups", title: "group-by", detail: "per dept: count and mean salary" },
  { id: "update", title: "update by key", detail: "salary and age, so both indexes change" },
  { id: "delete", title: "delete by key", detail: "both indexes present" },
];

/** What the growth table shows for each number of records. */
export const GROWTH_ITEMS = ["get", "insert", "update"];
