import { DictDB } from "../../../dist/src/index.js";
import { words } from "../../../dist/src/log/control-buffer.js";

/**
 * @param {{ copy: boolean }} options
 * @returns {import("./peer.mjs").ThreadPeer}
 */
export function dictdb({ copy }) {
  return {
    title: copy ? "DictDB, copies" : "DictDB, `copy: false`",
    absent: copy ? { visibility: SAME, attach: SAME, memory: SAME, compaction: SAME, 100: SAME } : {},
    notes: copy
      ? ["DictDB, copies: the default, each record that is read is a new object; lmdb and better-sqlite3 make new objects too."]
      : ['DictDB, `copy: false`: reads hand out the stored objects. Writes are `upsert` with `onConflict: "replace"`.'],
    async create(people) {
      const db = new DictDB();
      db.createTable("people").insert(people);
      return { handle: db.share(), store: side(db, copy), remove: () => db.close() };
    },
    probe: ({ control }) => ({ words: new Int32Array(control), mutex: words.mutex, generation: words.generation }),
    open: async (handle) => side(DictDB.attach(handle), copy),
  };
}

const SAME = "the same as with `copy: false`";

/**
 * @param {DictDB} db
 * @param {boolean} copy
 * @returns {import("./peer.mjs").ThreadStore}
 */
function side(db, copy) {
  const people = db.getTable("people");
  const reading = { copy: false };
  const replacing = /** @type {const} */ ({ onConflict: "replace" });
  return {
    get: copy ? (id) => people.get(id) : (id) => people.get(id, reading),
    put: (person) => people.upsert(person, replacing),
    close: () => db.close(),
  };
}

export const peer = dictdb({ copy: false });
