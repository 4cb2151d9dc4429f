import { parseArgs } from "node:util";

export const usage = `npm run soak -- [histories | deaths] [options]
  histories             workers share a database at random, and what they saw is judged; the default
  deaths                workers end in all manners while others go on, and what is left is looked at
  --seeds 1..20         the rounds, one for each seed; default: rounds with new seeds until the time is up
  --minutes n           how long to go on; default 10, without limit where seeds are given
  --log-limit bytes     from how many bytes of log on the shared memory is compacted; default: by turns 4 KiB, 64 KiB, 16 MiB
  --library url         another build of the library
  --patience seconds    how long one round may take; default 120
histories:
  --threads n           workers of each round; default 3
  --operations n        what each of them does; default 3000
  --watch how           seq, feed or blind; default: by turns
deaths:
  --deaths n            how many end in each round; default 48`;

export type SoakOptions = ReturnType<typeof readOptions>;

/** What the command line asks for. @throws what `parseArgs` throws for what it does not know */
export function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seeds: { type: "string" },
      minutes: { type: "string" },
      "log-limit": { type: "string" },
      library: { type: "string" },
      patience: { type: "string", default: "120" },
      threads: { type: "string", default: "3" },
      operations: { type: "string", default: "3000" },
      watch: { type: "string" },
      deaths: { type: "string", default: "48" },
      help: { type: "boolean", default: false },
    },
  });
  const [kind = "histories"] = positionals;
  if (kind !== "histories" && kind !== "deaths") throw new Error(`there is no ${kind}\n${usage}`);
  const [first, last = first] = values.seeds?.split("..").map(Number) ?? [Date.now() % 2 ** 31, Infinity];
  return {
    kind,
    help: values.help,
    first: first!,
    last: last!,
    minutes: Number(values.minutes ?? (values.seeds === undefined ? 10 : Infinity)),
    logLimitBytes: values["log-limit"] === undefined ? undefined : Number(values["log-limit"]),
    library: values.library,
    patienceMs: 1_000 * Number(values.patience),
    threads: Number(values.threads),
    operations: Number(values.operations),
    watch: values.watch,
    deaths: Number(values.deaths),
  } as const;
}
