import untyped from "@seald-io/nedb";
import { join } from "node:path";

/** Its own declarations describe an ES module that it is not. @type {any} */
const Datastore = untyped;

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "NeDB",
  package: "@seald-io/nedb",
  notes: [
    "NeDB: its own persistence. It writes with each insert; what is measured as saving is `compactDatafileAsync`, which writes all records.",
  ],
  async open(records, folder) {
    const filename = join(folder, "people.nedb");
    const db = new Datastore({ filename });
    await db.loadDatabaseAsync();
    await db.insertAsync(records.map(({ id, ...rest }) => ({ _id: id, ...rest })));
    return {
      save: () => db.compactDatafileAsync(),
      async load() {
        const loaded = new Datastore({ filename });
        await loaded.loadDatabaseAsync();
        return loaded.countAsync({});
      },
    };
  },
};
