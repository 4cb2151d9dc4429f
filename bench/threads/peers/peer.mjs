// The shape that every file of this folder exports as `peer`: a store that several threads of one process share.

/** @typedef {import("../../work/data.mjs").Person} Person */
/**
 * @typedef {object} ThreadStore one thread's side of a store
 * @property {(id: number) => any} get the person with this id, as any thread wrote it last
 * @property {(person: Person) => unknown} put replaces the person with its id; when it returns, every thread reads the new one
 * @property {() => unknown} close
 */
/**
 * @typedef {object} Created a store that was made and filled
 * @property {any} handle what a thread opens it by; it goes through `workerData`
 * @property {ThreadStore} store the creator's own side of it
 * @property {() => unknown} remove frees everything
 */
/**
 * @typedef {object} ThreadPeer
 * @property {string} title
 * @property {string} [package] folder under bench/node_modules, for its version
 * @property {boolean} [alone] its threads share nothing: each has a store of its own, and there is nothing to write to
 * @property {Record<string, string>} [absent] what is not measured, and why
 * @property {(handle: any) => import("../compaction.mjs").Probe} [probe] where to see its compactions, if it has any
 * @property {string[]} notes how it is used where that is not obvious
 * @property {(people: Person[]) => Promise<Created>} create makes a store in the process's main thread
 * @property {(handle: any) => Promise<ThreadStore>} open opens it in a worker thread
 */

/** Every peer, in the order of the columns; each is a file of this folder. */
export const THREAD_PEERS = ["map", "dictdb", "dictdb-copies", "lmdb", "lmdb-old", "better-sqlite3"];

/**
 * @param {string} name
 * @returns {Promise<ThreadPeer>}
 */
export async function loadThreadPeer(name) {
  if (!THREAD_PEERS.includes(name)) throw new Error(`no peer ${name}; there are ${THREAD_PEERS.join(", ")}`);
  const { peer } = await import(`./${name}.mjs`);
  return peer;
}
