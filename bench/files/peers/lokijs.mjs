import Loki from "lokijs";
import { join } from "node:path";

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "LokiJS",
  package: "lokijs",
  notes: ["LokiJS: its own file adapter, `saveDatabase` and `loadDatabase`. It neither syncs nor keeps the old file."],
  open(records, folder) {
    const file = join(folder, "people.loki");
    const db = new Loki(file, { env: "NODEJS" });
    db.addCollection("people", { unique: ["id"], disableMeta: true }).insert(records);
    /** @param {(done: (error?: any) => void) => void} work */
    const promised = (work) => new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve(undefined))));
    return {
      save: () => promised((done) => db.saveDatabase(done)),
      async load() {
        const loaded = new Loki(file, { env: "NODEJS" });
        await promised((done) => loaded.loadDatabase({}, done));
        return loaded.getCollection("people").count();
      },
    };
  },
};
