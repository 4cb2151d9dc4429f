// npm run bench: measures DictDB and its peers on the same work in one run. README.md says how.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { OptionError, readOptions, USAGE } from "./options.mjs";
import { chart } from "./report/chart.mjs";
import { judge } from "./report/goals.mjs";
import { summaries, withSummary } from "./report/readme.mjs";
import { markdown } from "./report/markdown.mjs";
import { knowsWaits } from "./work/clock.mjs";
import { describePeers, runGrowth, runItems, runMemory } from "./rounds.mjs";
import { describeFilePeers, runFiles } from "./files/rounds.mjs";
import { describeThreadPeers, runThreads } from "./threads/rounds.mjs";

/** @param {import("./options.mjs").Options} options */
async function measure(options) {
  const { rounds, memoryRounds, size, quick, items } = options;
  const processors = cpus();
  const meta = {
    node: process.version,
    cpu: processors[0]?.model ?? "unknown processor",
    cores: processors.length,
    platform: `${process.platform} ${process.arch}`,
    rounds,
    memoryRounds,
    size,
    quick,
    clock: knowsWaits ? "wall clock less the waits for a processor" : "wall clock",
  };
  const peers = await describePeers(options.peers);
  const work = items.length > 0 ? await runItems(options, peers) : {};
  const growth = options.growth ? await runGrowth(options, peers) : {};
  const memory = options.memory ? await runMemory(options, peers) : {};
  const threadPeers = options.threads ? await describeThreadPeers(options.threadPeers) : {};
  const threads = options.threads ? await runThreads(options, threadPeers) : {};
  const filePeers = options.files ? await describeFilePeers(options.filePeers) : {};
  const files = options.files ? await runFiles(options) : undefined;
  return { meta, peers, items, work, growth, memory, threadPeers, threads, filePeers, files };
}

/**
 * @param {string} folder
 * @param {Record<string, string>} files
 */
function writeFiles(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

/** @param {import("./report/figures.mjs").Results} results */
function summarize(results) {
  for (const summary of summaries) {
    const file = new URL(`../${summary.page}`, import.meta.url);
    writeFileSync(file, withSummary(readFileSync(file, "utf8"), results, summary));
  }
}

/** @param {import("./options.mjs").Options} options */
async function run(options) {
  const results = await measure(options);
  const goals = judge(results);
  const report = markdown(results, goals);
  console.log(report);
  if (options.out !== undefined) {
    writeFiles(options.out, {
      "results.md": report,
      "results.json": `${JSON.stringify({ ...results, goals }, null, 2)}\n`,
      "results.svg": chart(results),
    });
  }
  if (options.summarize) summarize(results);
}

/** @param {string[]} args */
async function main(args) {
  const options = readOptions(args);
  if (options.help) console.log(USAGE);
  else await run(options);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof OptionError ? `\n\n${USAGE}` : "";
  console.error(`${error instanceof Error ? error.message : String(error)}${usage}`);
  process.exit(1);
}
