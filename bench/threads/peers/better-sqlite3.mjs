import Database from "better-sqlite3";
import { join } from "node:path";
import { memoryFolder } from "../folder.mjs";

const FILE = "a thread opens a file, it takes no records in";

/** @param {string} path */
function open(path) {
  const db = new Database(path, { timeout: 60_000 });
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = OFF");
  return db;
}

/**
 * @param {import("better-sqlite3").Database} db
 * @returns {import("./peer.mjs").ThreadStore}
 */
function side(db) {
  const get = db.prepare("SELECT * FROM people WHERE id = ?");
  const put = db.prepare("REPLACE INTO people VALUES (?, ?, ?, ?, ?)");
  return {
    get: (id) => get.get(id),
    put: ({ id, name, age, dept, salary }) => put.run(id, name, age, dept, salary),
    close: () => db.close(),
  };
}

/** @type {import("./peer.mjs").ThreadPeer} */
export const peer = {
  title: "better-sqlite3",
  package: "better-sqlite3",
  absent: { attach: FILE, memory: FILE },
  notes: [
    "better-sqlite3: one WAL file on a file system in memory, `synchronous = OFF`, prepared statements, a connection for each thread." +
      " Its writers wait for each other by polling, in steps of milliseconds.",
  ],
  async create(people) {
    const { folder, remove } = memoryFolder();
    const path = join(folder, "people.db");
    const db = open(path);
    db.exec(`CREATE TABLE people (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER NOT NULL, dept TEXT NOT NULL, salary INTEGER NOT NULL)`);
    const store = side(db);
    db.transaction(() => people.forEach((person) => store.put(person)))();
    const close = () => {
      db.close();
      remove();
    };
    return { handle: path, store, remove: close };
  },
  open: async (path) => side(open(path)),
};
