// The shape that every file of this folder exports as `peer`: something that puts many records into a file and gets them out again.

/** @typedef {import("../../work/data.mjs").Person} Person */
/**
 * @typedef {object} Store
 * @property {() => unknown} save puts all records into the file and makes it durable; may return a promise
 * @property {() => any} load gets them out again; answers how many, or a promise of it
 * @property {() => unknown} [close]
 */
/**
 * @typedef {object} Peer
 * @property {string} title
 * @property {string} [package] folder under bench/node_modules, for its version
 * @property {string[]} notes
 * @property {(records: Person[], folder: string) => Store | Promise<Store>} open
 */

/** Every peer, in the order of the columns; each is a file of this folder. */
export const FILE_PEERS = ["json", "v8", "dictdb-json", "dictdb-msgpack", "lokijs", "nedb"];

/**
 * @param {string} name
 * @returns {Promise<Peer>}
 */
export async function loadFilePeer(name) {
  if (!FILE_PEERS.includes(name)) throw new Error(`no peer ${name}; there are ${FILE_PEERS.join(", ")}`);
  const { peer } = await import(`./${name}.mjs`);
  return peer;
}
