/* Loads the file that is its argument, and says what came of it and by how many bytes the process grew at most meanwhile. */
import { DictDB } from "../../src/index.js";

const path = process.argv[2]!;
DictDB.loadSync("/nowhere", { createIfMissing: true }); // what is needed for any file
const before = process.memoryUsage.rss();
let outcome = "loaded";
try {
  await DictDB.load(path);
} catch (error) {
  outcome = String((error as { code?: unknown }).code);
}
console.log(JSON.stringify([outcome, process.resourceUsage().maxRSS * 1024 - before]));
