import { open as openFile } from "lmdb";
import { join } from "node:path";
import { memoryFolder } from "../folder.mjs";

/** @param {string} path @returns {any} */
const open = (path) => openFile({ path, noSync: true, keyEncoding: "uint32", sharedStructuresKey: 0, mapSize: 2 ** 32 });

const FILE = "a thread opens a file, it takes no records in";

/**
 * lmdb with one of its two ways of reading.
 * @param {{ fresh: boolean }} options
 * @returns {import("./peer.mjs").ThreadPeer}
 */
export function lmdb({ fresh }) {
  /** @param {any} db @returns {import("./peer.mjs").ThreadStore} */
  const side = (db) => ({
    get: fresh ? (id) => (db.resetReadTxn(), db.get(id)) : (id) => db.get(id),
    put: (person) => db.putSync(person.id, person),
    close: () => db.close(),
  });
  return {
    title: fresh ? "lmdb" : "lmdb, old reads",
    package: "lmdb",
    absent: fresh ? { attach: FILE, memory: FILE } : { attach: FILE, memory: FILE, visibility: OLD, 100: SAME },
    notes: fresh
      ? [
          "lmdb: lmdb-js on a file system in memory, `noSync`, `uint32` keys, shared structures. Writes are `putSync`, which every thread sees when it" +
            " returns, as it does DictDB's; each read asks for the newest snapshot first, so that it sees such writes.",
        ]
      : ["lmdb, old reads: the same without asking: all reads of one turn of the event loop then see the snapshot with which it began."],
    async create(people) {
      const { folder, remove } = memoryFolder();
      const path = join(folder, "people");
      const db = open(path);
      db.transactionSync(() => {
        for (const person of people) db.put(person.id, person);
      });
      const close = async () => {
        await db.close();
        remove();
      };
      return { handle: path, store: side(db), remove: close };
    },
    open: async (path) => side(open(path)),
  };
}

const OLD = "it does not look for new records";
const SAME = "the same as with new ones";

export const peer = lmdb({ fresh: true });
