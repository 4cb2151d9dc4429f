import { join } from "node:path";
import { DictDB } from "../../../dist/src/index.js";

/**
 * @param {"json" | "msgpack"} format
 * @returns {import("./peer.mjs").Peer}
 */
export const dictdb = (format) => ({
  title: `DictDB, ${format}`,
  notes: [],
  open(records, folder) {
    const file = join(folder, `people.${format}`);
    const db = new DictDB();
    const table = db.createTable("people");
    table.insert(records);
    return {
      save: () => db.save(file, { format }),
      async load() {
        const loaded = await DictDB.load(file);
        return loaded.getTable("people").size;
      },
      close: () => db.close(),
    };
  },
});
