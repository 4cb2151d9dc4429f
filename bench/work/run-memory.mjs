import { people } from "./data.mjs";
import { expectEqual } from "./check.mjs";
import { collectGarbage } from "./timing.mjs";

/** @typedef {import("../peers/peer.mjs").Peer} Peer */

/**
 * Bytes per record that a filled store holds on to, after the garbage is gone.
 * @param {Peer} peer
 * @param {number} size
 * @param {boolean} indexed
 */
export async function measureMemory(peer, size, indexed) {
  await warmUp(peer, indexed);
  const store = await peer.open({ indexed });
  const before = await bytesInUse(peer);
  await load(peer, store, size);
  const after = await bytesInUse(peer);
  expectEqual(await store.size(), size, "number of records");
  await store.close();
  return { bytes: (after - before) / size };
}

/** Compiled code and lazily made tables belong to the program, not to the records. @param {Peer} peer @param {boolean} indexed */
async function warmUp(peer, indexed) {
  const store = await peer.open({ indexed });
  await load(peer, store, 1_000);
  await store.close();
}

/**
 * A store whose memory lies outside of the JavaScript heap is judged by the process as a whole, so its input is made in small pieces: else
 * the pages that V8 keeps for the input's garbage would count as its own.
 * @param {Peer} peer
 * @param {any} store
 * @param {number} size
 */
async function load(peer, store, size) {
  const chunk = peer.memory === "rss" ? 1_000 : size;
  for (let first = 1; first <= size; first += chunk) {
    const list = people(first, Math.min(first + chunk - 1, size));
    await store.insertMany(peer.toRecord ? list.map(peer.toRecord) : list);
  }
}

/** `external` contains `arrayBuffers` already. @param {Peer} peer */
async function bytesInUse(peer) {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    // finalizers run in a task of their own and may release more
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return peer.memory === "rss" ? rss : heapUsed + external;
}
