import { runDeaths } from "../support/deaths/run.js";
import { pointMutations } from "../support/deaths/points.js";
import { runRound } from "../support/history/round.js";
import type { Watch } from "../support/history/record.js";
import { makeMutant } from "../support/mutant.js";
import { readOptions, usage } from "./options.js";
import type { SoakOptions } from "./options.js";
import { startWatchdog } from "./watchdog.js";

const watches: readonly Watch[] = ["seq", "feed", "blind"];
const logLimits = [4_096, 65_536, 16 * 1_024 * 1_024];

/** What a round showed: a line to print, and what is wrong. */
interface Round {
  readonly line: string;
  readonly violations: readonly string[];
}

// The whole of a program: rounds at random, each from a seed, until one shows a violation, which it ends with 1 for.
const options = readOptions(process.argv.slice(2));
if (options.help) console.log(usage);
else await soak(options);

async function soak(options: SoakOptions): Promise<void> {
  const { kind, first, last, minutes, patienceMs } = options;
  const beginRound = startWatchdog(patienceMs);
  const deadline = performance.now() + 60_000 * minutes;
  for (let seed = first; seed <= last && performance.now() < deadline; seed++) {
    const begin = performance.now();
    console.log(`replay: npm run soak -- ${kind} --seeds ${seed}`);
    beginRound();
    const { line, violations } = await (kind === "histories" ? histories(options, seed) : deaths(options, seed)).catch(failure);
    console.log(`${line}, ${Math.round(performance.now() - begin)} ms`);
    if (violations.length === 0) continue;
    console.log(`${violations.length} violations\n${violations.join("\n")}`);
    process.exit(1);
  }
}

async function histories({ library = ownLibrary(), threads, operations, ...options }: SoakOptions, seed: number): Promise<Round> {
  const watch = (options.watch as Watch | undefined) ?? watches[seed % watches.length]!;
  const logLimitBytes = options.logLimitBytes ?? logLimits[Math.floor(seed / watches.length) % logLimits.length]!;
  const { judged, violations } = await runRound({ library, seed, threads, operations, watch, logLimitBytes });
  return { line: `${judged} operations, watched by ${watch}, log limit ${logLimitBytes}`, violations };
}

async function deaths({ library, deaths: count, ...options }: SoakOptions, seed: number): Promise<Round> {
  const logLimitBytes = options.logLimitBytes ?? logLimits[seed % logLimits.length]!;
  const mutant = library === undefined ? makeMutant(pointMutations) : undefined;
  try {
    const result = await runDeaths({ library: library ?? mutant!.library, seed, deaths: count, logLimitBytes });
    const longest = `longest wait ${Math.round(result.longest)} ms, ${Math.round(result.delay)} ms for a processor`;
    return { line: `${JSON.stringify(result.died)}, log limit ${logLimitBytes}, ${longest}`, violations: result.violations };
  } finally {
    mutant?.remove();
  }
}

function ownLibrary(): string {
  return new URL("../../src/index.js", import.meta.url).href;
}

function failure(error: unknown): Round {
  return { line: "failed", violations: [error instanceof Error ? String(error.stack) : String(error)] };
}
