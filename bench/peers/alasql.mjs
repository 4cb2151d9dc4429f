import untyped from "alasql";

/** Its own declarations leave out `compile`. @type {any} */
const alasql = untyped;
let databases = 0;

/** @returns {import("./peer.mjs").Store} */
function open() {
  const name = `bench${++databases}`;
  const db = new alasql.Database(name);
  db.exec("CREATE TABLE people (id INT PRIMARY KEY, name STRING, age INT, dept STRING, salary INT)");
  /** @param {string} sql @returns {(params?: any[]) => any} */
  const compile = (sql) => alasql.compile(sql, name);
  alasql.fn.accepts = (
    /** @type {string} */ dept,
    /** @type {string} */ personName,
    /** @type {string} */ wantedDept,
    /** @type {string} */ after,
  ) => dept === wantedDept && personName > after;
  const insert = compile("INSERT INTO people VALUES (?, ?, ?, ?, ?)");
  const insertMany = compile("INSERT INTO people SELECT * FROM ?");
  const get = compile("SELECT * FROM people WHERE id = ?");
  const equality = compile("SELECT * FROM people WHERE age = ?");
  const range = compile("SELECT * FROM people WHERE salary BETWEEN ? AND ?");
  const scan = compile("SELECT * FROM people WHERE dept = ? AND name > ?");
  const predicate = compile("SELECT * FROM people WHERE accepts(dept, name, ?, ?)");
  const update = compile("UPDATE people SET salary = ?, age = ? WHERE id = ?");
  const remove = compile("DELETE FROM people WHERE id = ?");
  const groups = compile("SELECT dept, COUNT(*) AS n, AVG(salary) AS mean FROM people GROUP BY dept");
  /** @type {Map<number, (params?: any[]) => any>} the limit cannot be a parameter */
  const tops = new Map();
  return {
    insert: ({ id, name, age, dept, salary }) => insert([id, name, age, dept, salary]),
    insertMany: (records) => insertMany([records]),
    get: (id) => get([id])[0],
    equality: (age) => equality([age]),
    range: (low, high) => range([low, high]),
    scan: (dept, name) => scan([dept, name]),
    predicate: (dept, name) => predicate([dept, name]),
    top(limit) {
      const query = tops.get(limit) ?? compile(`SELECT TOP ${limit} * FROM people ORDER BY salary DESC`);
      tops.set(limit, query);
      return query();
    },
    update: (id, salary, age) => update([salary, age, id]),
    delete: (id) => remove([id]),
    groups: () => groups(),
    size: () => alasql(`SELECT VALUE COUNT(*) FROM ${name}.people`),
    close: () => alasql(`DROP DATABASE ${name}`),
  };
}

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "AlaSQL",
  package: "alasql",
  returns: "copies",
  growthLimit: { size: 1_000_000, reason: "get and update read every row" },
  notes: [
    "AlaSQL: compiled statements, primary key. Its WHERE reads every row, by key too: indexes serve uniqueness and joins only, so CREATE INDEX" +
      " would cost each insert and help no query here, and is left out. The function predicate is a user function called from SQL.",
  ],
  open,
};
