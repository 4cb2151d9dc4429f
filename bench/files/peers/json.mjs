import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "./write-durably.mjs";

/** @type {import("./peer.mjs").Peer} */
export const peer = {
  title: "JSON.stringify",
  notes: [
    "JSON.stringify: an array of the records, written by one call and synced; read whole and parsed. No sorting, no checks, no table.",
  ],
  open(records, folder) {
    const file = join(folder, "people.json");
    return { save: () => writeDurably(file, JSON.stringify(records)), load: () => JSON.parse(readFileSync(file, "utf8")).length };
  },
};
