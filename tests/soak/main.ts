import { parseArgs } from "node:util";
import { runRound } from "../support/history/round.js";
import type { Watch } from "../support/history/record.js";

const usage = `npm run soak -- [options]
  --seeds 1..20       the rounds, one for each seed; default: rounds with new seeds until the time is up
  --minutes n         how long to go on; default 10, without limit where seeds are given
  --threads n         workers of each round; default 3
  --operations n      what each of them does; default 3000
  --watch how         seq, feed or blind; default: by turns
  --log-limit bytes   from how many bytes of log on the shared memory is compacted; default: by turns 4 KiB, 64 KiB, 16 MiB
  --library url       another build of the library`;

const logLimits = [4_096, 65_536, undefined];
const watches: readonly Watch[] = ["seq", "feed", "blind"];

// The whole of a program: lets workers work on a shared database at random and judges what they saw. It ends with 1 at the first violation.
const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    minutes: { type: "string" },
    threads: { type: "string", default: "3" },
    operations: { type: "string", default: "3000" },
    watch: { type: "string" },
    "log-limit": { type: "string" },
    library: { type: "string", default: new URL("../../src/index.js", import.meta.url).href },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else await soak();

async function soak(): Promise<void> {
  const [first, last = first] = values.seeds?.split("..").map(Number) ?? [Date.now() % 2 ** 31, Infinity];
  const deadline = performance.now() + 60_000 * Number(values.minutes ?? (values.seeds === undefined ? 10 : Infinity));
  for (let seed = first!; seed <= last! && performance.now() < deadline; seed++) {
    const watch = (values.watch as Watch | undefined) ?? watches[seed % watches.length]!;
    const begin = performance.now();
    const logLimitBytes =
      values["log-limit"] === undefined ? logLimits[Math.floor(seed / watches.length) % logLimits.length] : Number(values["log-limit"]);
    const options = {
      logLimitBytes,
      library: values.library,
      seed,
      threads: Number(values.threads),
      operations: Number(values.operations),
      watch,
    };
    try {
      const { judged, violations } = await runRound(options);
      if (violations.length > 0) fail(seed, `${violations.length} violations\n${violations.join("\n")}`);
      console.log(
        `seed ${seed}: ${judged} operations, watched by ${watch}, log limit ${logLimitBytes ?? "default"}, no violation, ${Math.round(performance.now() - begin)} ms`,
      );
    } catch (error) {
      fail(seed, error instanceof Error ? String(error.stack) : String(error));
    }
  }
}

function fail(seed: number, what: string): never {
  console.log(`seed ${seed}: ${what}`);
  console.log(`replay: npm run soak -- --seeds ${seed} --threads ${values.threads} --operations ${values.operations}`);
  process.exit(1);
}
