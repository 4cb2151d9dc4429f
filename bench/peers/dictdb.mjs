import { DictDB, and, avg, count } from "../../dist/src/index.js";

/**
 * DictDB in one of its two ways of reading. Each has a peer and so a process of its own: what V8 learns from one must not colour the other.
 * @param {{ copy: boolean }} options
 * @returns {import("./peer.mjs").Peer}
 */
export function dictdb({ copy }) {
  return {
    title: copy ? "DictDB, copies" : "DictDB, `copy: false`",
    returns: copy ? "copies" : "references",
    notes: copy
      ? ["DictDB, copies: the default, each row is a new object; compared with the peers that make new objects too."]
      : ["DictDB, `copy: false`: reads hand out the stored objects; compared with the peers that do the same. Writes copy either way."],
    absent: copy ? ABSENT : {},
    open: ({ indexed }) => open(indexed, { copy }),
  };
}

const SAME = "the same as with `copy: false`";
const ABSENT = { insert: SAME, bulk: SAME, update: SAME, delete: SAME, groups: SAME, growth: SAME, memory: SAME };

/**
 * @param {boolean} indexed
 * @param {{ copy: boolean }} options
 * @returns {import("./peer.mjs").Store}
 */
function open(indexed, options) {
  const { copy } = options;
  const db = new DictDB();
  const table = db.createTable("people");
  if (indexed) {
    table.createIndex("age");
    table.createIndex("salary", { type: "sorted" });
  }
  const f = table.fields;
  return {
    insert: (record) => table.insert(record),
    insertMany: (records) => table.insert(records),
    get: copy ? (id) => table.get(id) : (id) => table.get(id, options),
    equality: (age) => table.select({ where: f.age.eq(age), copy }),
    range: (low, high) => table.select({ where: f.salary.between(low, high), copy }),
    scan: (dept, name) => table.select({ where: and(f.dept.eq(dept), f.name.gt(name)), copy }),
    predicate: (dept, name) => table.select({ where: (person) => person.dept === dept && person.name > name, copy }),
    top: (limit) => table.select({ orderBy: "-salary", limit, copy }),
    update: (id, salary, age) => table.update({ salary, age }, id),
    delete: (id) => table.delete(id),
    groups: () => table.aggregate({ n: count(), mean: avg("salary") }, { groupBy: "dept" }),
    size: () => table.size,
    close: () => db.close(),
  };
}

export const peer = dictdb({ copy: false });
