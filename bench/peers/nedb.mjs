import untyped from "@seald-io/nedb";
import { meanByDept } from "./mean-by-dept.mjs";

/** Its own declarations describe an ES module that it is not. @type {any} */
const Datastore = untyped;

/**
 * @param {{ indexed: boolean }} options
 * @returns {Promise<import("./peer.mjs").Store>}
 */
async function open({ indexed }) {
  const db = new Datastore();
  if (indexed) {
    await db.ensureIndexAsync({ fieldName: "age" });
    await db.ensureIndexAsync({ fieldName: "salary" });
  }
  return {
    insert: (record) => db.insertAsync(record),
    insertMany: (records) => db.insertAsync(records),
    get: (id) => db.findOneAsync({ _id: id }),
    equality: (age) => db.findAsync({ age }),
    range: (low, high) => db.findAsync({ salary: { $gte: low, $lte: high } }),
    scan: (dept, name) => db.findAsync({ dept, name: { $gt: name } }),
    predicate: (dept, name) =>
      db.findAsync({
        /** @this {any} */
        $where() {
          return this.dept === dept && this.name > name;
        },
      }),
    top: (limit) => db.findAsync({}).sort({ salary: -1 }).limit(limit),
    update: (id, salary, age) => db.updateAsync({ _id: id }, { $set: { salary, age } }, {}),
    delete: (id) => db.removeAsync({ _id: id }, {}),
    groups: () => meanByDept(db.getAllData()),
    size: () => db.countAsync({}),
    close: () => db.dropDatabaseAsync(),
  };
}

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "NeDB",
  package: "@seald-io/nedb",
  returns: "copies",
  async: true,
  toRecord: ({ id, ...rest }) => ({ _id: id, ...rest }),
  growthLimit: { size: 1_000_000, reason: "filling it takes more than ten seconds" },
  notes: [
    "NeDB: the id is its `_id`, indexes on age and salary. It has promises only, so each call passes through its queue. It has no grouping:" +
      " a loop over `getAllData()`. Its sort does not use an index.",
  ],
  open,
};
