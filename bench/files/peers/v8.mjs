import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { writeDurably } from "./write-durably.mjs";

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "v8.serialize",
  notes: ["v8.serialize: an array of the records, written by one call and synced; read whole and deserialized."],
  open(records, folder) {
    const file = join(folder, "people.v8");
    return { save: () => writeDurably(file, serialize(records)), load: () => deserialize(readFileSync(file)).length };
  },
};
