/*
 * npm run soak:files -- [rounds] [seed]: kills a process that saves and backs up, as often as it is told to, and looks at the files each time.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { killRounds } from "../support/kills.js";

const [rounds = 2_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const batch = 50;
const folder = mkdtempSync(join(tmpdir(), "dictdb-soak-"));
let next = 0;
const findings: string[] = [];

async function work(): Promise<void> {
  while (next * batch < rounds && findings.length === 0) {
    const number = next++;
    const found = await killRounds(join(folder, String(number)), Math.min(batch, rounds - number * batch), seed + number);
    findings.push(...found.map((finding) => `series ${number}, ${finding}`));
    console.log(`${Math.min((number + 1) * batch, rounds)} of ${rounds} kills`);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
for (const finding of findings) console.error(finding);
console.log(findings.length === 0 ? `every file was whole (seed ${seed})` : `seed ${seed}; the files are in ${folder}`);
if (findings.length === 0) rmSync(folder, { recursive: true });
else process.exitCode = 1;
