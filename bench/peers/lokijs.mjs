import Loki from "lokijs";
import { meanByDept } from "./mean-by-dept.mjs";

/**
 * @param {{ indexed: boolean }} options
 * @returns {import("./peer.mjs").Store}
 */
function open({ indexed }) {
  const collection = new Loki("people.db", { env: "NA" }).addCollection("people", {
    unique: ["id"],
    indices: indexed ? ["age", "salary"] : [],
    disableMeta: true,
  });
  return {
    insert: (record) => collection.insert(record),
    // true: sort the indexes once at the end
    insertMany: (records) => collection.insert(records, true),
    get: (id) => collection.by("id", id),
    equality: (age) => collection.find({ age }),
    range: (low, high) => collection.find({ salary: { $between: [low, high] } }),
    scan: (dept, name) =>
      collection
        .chain()
        .find({ dept })
        .find({ name: { $jgt: name } })
        .data(),
    predicate: (dept, name) => collection.where((/** @type {any} */ person) => person.dept === dept && person.name > name),
    top: (limit) => collection.chain().simplesort("salary", true).limit(limit).data(),
    update(id, salary, age) {
      const person = collection.by("id", id);
      person.salary = salary;
      person.age = age;
      collection.update(person);
    },
    delete: (id) => collection.remove(collection.by("id", id)),
    groups: () => collection.mapReduce((/** @type {any} */ person) => person, meanByDept),
    size: () => collection.count(),
    close: () => collection.clear({ removeIndices: true }),
  };
}

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "LokiJS",
  package: "lokijs",
  returns: "references",
  growthLimit: { size: 1_000_000, reason: "each insert shifts arrays as long as the table" },
  notes: [
    "LokiJS: unique index on id, binary (sorted) indexes on age and salary in their default, adaptive mode: kept in order by each call, which" +
      " shifts an array. No meta property. It has no grouping of its own: `mapReduce` with a hand-written loop. It stores the caller's objects.",
  ],
  open,
};
