// The limit of a read: what a thread could do if it had the records to itself.

/**
 * @param {import("./peer.mjs").Person[]} people
 * @returns {import("./peer.mjs").ThreadStore}
 */
function store(people) {
  const map = new Map(people.map((person) => [person.id, person]));
  return {
    get: (id) => map.get(id),
    put(person) {
      map.set(person.id, person);
    },
    close: () => map.clear(),
  };
}

/** @type {import("./peer.mjs").ThreadPeer} */
export const peer = {
  title: "bare Map",
  alone: true,
  notes: ["bare Map: threads cannot share one, so each reads a Map of its own, filled beforehand. It is the limit of a read."],
  create: async (people) => ({ handle: people.length, store: store(people), remove: () => {} }),
  async open(size) {
    const { people } = await import("../../work/data.mjs");
    return store(people(1, size));
  },
};
