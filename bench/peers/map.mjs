// The limit: what plain JavaScript does with no database at all.
import { meanByDept } from "./mean-by-dept.mjs";

/** @typedef {import("../work/data.mjs").Person} Person */

/** @returns {import("./peer.mjs").Store} */
function open() {
  /** @type {Map<number, Person>} */
  const map = new Map();
  return {
    insert(record) {
      map.set(record.id, record);
    },
    insertMany(records) {
      for (const record of records) map.set(record.id, record);
    },
    get: (id) => map.get(id),
    equality(age) {
      const rows = [];
      for (const person of map.values()) if (person.age === age) rows.push(person);
      return rows;
    },
    range(low, high) {
      const rows = [];
      for (const person of map.values()) if (person.salary >= low && person.salary <= high) rows.push(person);
      return rows;
    },
    scan(dept, name) {
      const rows = [];
      for (const person of map.values()) if (person.dept === dept && person.name > name) rows.push(person);
      return rows;
    },
    predicate: (dept, name) => filter(map, (person) => person.dept === dept && person.name > name),
    top: (limit) => top(map, limit),
    update(id, salary, age) {
      const person = /** @type {Person} */ (map.get(id));
      person.salary = salary;
      person.age = age;
    },
    delete(id) {
      map.delete(id);
    },
    groups: () => meanByDept(map.values()),
    size: () => map.size,
    close: () => map.clear(),
  };
}

/** @param {Map<number, Person>} map @param {(person: Person) => boolean} test */
function filter(map, test) {
  const rows = [];
  for (const person of map.values()) if (test(person)) rows.push(person);
  return rows;
}

/**
 * Keeps the best so far in order: one comparison for most people.
 * @param {Map<number, Person>} map
 * @param {number} limit
 */
function top(map, limit) {
  /** @type {Person[]} */
  const best = [];
  let least = -Infinity;
  for (const person of map.values()) {
    if (best.length === limit && person.salary <= least) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].salary < person.salary) at--;
    best.splice(at, 0, person);
    if (best.length > limit) best.pop();
    least = best[best.length - 1].salary;
  }
  return best;
}

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "bare Map",
  returns: "references",
  absent: { "memory indexed": "it has no indexes" },
  notes: [
    "bare Map: it has no index: equality, range, scan and top 10 are hand-written loops over its values, and its insert, update and delete maintain" +
      " nothing. It keeps the caller's objects and changes them in place.",
  ],
  open,
};
