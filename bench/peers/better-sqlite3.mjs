import Database from "better-sqlite3";

/**
 * @param {{ indexed: boolean }} options
 * @returns {import("./peer.mjs").Store}
 */
function open({ indexed }) {
  const db = new Database(":memory:");
  // an integer primary key is the rowid itself, so the table is its own index on id
  db.exec(`CREATE TABLE people (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER NOT NULL, dept TEXT NOT NULL, salary INTEGER NOT NULL)`);
  if (indexed) db.exec("CREATE INDEX people_age ON people (age); CREATE INDEX people_salary ON people (salary)");
  db.function("accepts", { deterministic: true }, (dept, name, wantedDept, after) => (dept === wantedDept && name > after ? 1 : 0));
  const insert = db.prepare("INSERT INTO people VALUES (?, ?, ?, ?, ?)");
  const get = db.prepare("SELECT * FROM people WHERE id = ?");
  const equality = db.prepare("SELECT * FROM people WHERE age = ?");
  const range = db.prepare("SELECT * FROM people WHERE salary BETWEEN ? AND ?");
  const scan = db.prepare("SELECT * FROM people WHERE dept = ? AND name > ?");
  const predicate = db.prepare("SELECT * FROM people WHERE accepts(dept, name, ?, ?)");
  const top = db.prepare("SELECT * FROM people ORDER BY salary DESC LIMIT ?");
  const update = db.prepare("UPDATE people SET salary = ?, age = ? WHERE id = ?");
  const remove = db.prepare("DELETE FROM people WHERE id = ?");
  const groups = db.prepare("SELECT dept, count(*) AS n, avg(salary) AS mean FROM people GROUP BY dept");
  const size = db.prepare("SELECT count(*) FROM people").pluck();
  const insertMany = db.transaction((/** @type {any[]} */ records) => {
    for (const { id, name, age, dept, salary } of records) insert.run(id, name, age, dept, salary);
  });
  return {
    insert: ({ id, name, age, dept, salary }) => insert.run(id, name, age, dept, salary),
    insertMany,
    get: (id) => get.get(id),
    equality: (age) => equality.all(age),
    range: (low, high) => range.all(low, high),
    scan: (dept, name) => scan.all(dept, name),
    predicate: (dept, name) => predicate.all(dept, name),
    top: (limit) => top.all(limit),
    update: (id, salary, age) => update.run(salary, age, id),
    delete: (id) => remove.run(id),
    groups: () => groups.all(),
    size: () => size.get(),
    close: () => db.close(),
  };
}

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "better-sqlite3",
  package: "better-sqlite3",
  returns: "copies",
  memory: "rss",
  notes: [
    "better-sqlite3: `:memory:`, prepared statements with positional parameters (faster than named ones), integer primary key, indexes on age" +
      " and salary. Bulk insert: one transaction around a loop (multi-row VALUES and json_each were tried and are no faster). The function" +
      " predicate is a user function called from SQL. Its memory is the growth of the process (rss).",
  ],
  open,
};
