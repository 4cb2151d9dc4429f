// The shape that every file of this folder exports as `peer`.

/** @typedef {import("../work/data.mjs").Person} Person */
/**
 * @typedef {object} Store one filled or empty table; each verb may return a promise when the peer is `async`
 * @property {(record: any) => unknown} insert
 * @property {(records: any[]) => unknown} insertMany
 * @property {(key: any) => any} get the record, or undefined, null or an empty object when there is none
 * @property {(age: number) => any} equality everybody of this age, by index
 * @property {(low: number, high: number) => any} range everybody who earns this much, both ends included, by index
 * @property {(dept: string, name: string) => any} scan dept equal, name greater: no index helps
 * @property {(dept: string, name: string) => any} [predicate] the same by a function of the user
 * @property {(limit: number) => any} top by salary, highest first
 * @property {(key: any, salary: number, age: number) => unknown} update
 * @property {(key: any) => unknown} delete
 * @property {() => any} groups an array of { dept, n, mean } with the mean salary
 * @property {() => any} size
 * @property {() => unknown} close
 */
/**
 * @typedef {object} Peer
 * @property {string} title
 * @property {string} [package] folder under bench/node_modules, for its version
 * @property {"references" | "copies"} returns what a read hands out: the stored objects, or new ones
 * @property {"heap" | "rss"} [memory] how its memory is measured; default "heap"
 * @property {boolean} [async] its verbs return promises
 * @property {(id: number) => any} [toKey] its form of a key; applied before the clock starts
 * @property {(person: Person) => any} [toRecord] its form of a record; applied before the clock starts
 * @property {Record<string, string>} [absent] what is not measured ("growth", "memory" and "memory indexed" beside the items), and why
 * @property {{ size: number, reason: string }} [growthLimit] the number of records from which on its growth is not measured
 * @property {string[]} notes how it is used where that is not obvious
 * @property {(options: { indexed: boolean }) => Store | Promise<Store>} open a new empty store, with an index on age and on salary or without
 */

/**
 * Every peer, in the order of the columns; each is a file of this folder.
 */
export const PEER_NAMES = ["map", "dictdb", "dictdb-copies", "lokijs", "better-sqlite3", "alasql", "tinybase", "nedb"];

/**
 * @param {string} name
 * @returns {Promise<Peer>}
 */
export async function loadPeer(name) {
  if (!PEER_NAMES.includes(name)) throw new Error(`no peer ${name}; there are ${PEER_NAMES.join(", ")}`);
  const { peer } = await import(`./${name}.mjs`);
  return peer;
}
