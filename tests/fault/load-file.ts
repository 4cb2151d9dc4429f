/* Loads the file that is its argument, and says what came of it and by how many bytes the process grew at most meanwhile. */
import { existsSync, readFileSync } from "node:fs";
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
console.log(JSON.stringify([outcome, peakBytes() - before]));

/** What the process took at most. What the system tells of used resources begins, on Linux, with what the process that started this one took. */
function peakBytes(): number {
  const status = "/proc/self/status";
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  return 1024 * (peak === undefined ? process.resourceUsage().maxRSS : Number(peak));
}
