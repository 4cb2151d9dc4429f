import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FULL, QUICK } from "./budget.mjs";
import { ITEMS } from "./items.mjs";
import { PEER_NAMES } from "./peers/peer.mjs";
import { FILE_PEERS } from "./files/peers/peer.mjs";
import { THREAD_PEERS } from "./threads/peers/peer.mjs";

/** @typedef {ReturnType<typeof readOptions>} Options */

/** Those of one thread, then those that only share between threads or only save. */
const ALL_PEERS = [...new Set([...PEER_NAMES, ...THREAD_PEERS, ...FILE_PEERS])];

export const USAGE = `npm run bench -- [options]
  --quick           2 rounds with 5,000 records: a smoke check, its figures mean little
  --only a,b        some of: ${ITEMS.map((item) => item.id).join(", ")}, growth, memory, threads, files
  --peers a,b       some of: ${ALL_PEERS.join(", ")}
  --rounds n        rounds; default 5
  --out folder      where to write results.md, results.json and results.svg; default bench/results for a full run, which also fills in the README and the pages on performance; nowhere for a partial one`;

const RESULTS = fileURLToPath(new URL("./results", import.meta.url));

/** What the command line asks for cannot be done. */
export class OptionError extends Error {
  name = "OptionError";
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string" },
        peers: { type: "string" },
        rounds: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (cause) {
    throw new OptionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** @param {string[]} args */
export function readOptions(args) {
  const values = parse(args);
  const { quick } = values;
  const parts = chosen("--only", values.only, [...ITEMS.map((item) => item.id), "growth", "memory", "threads", "files"]);
  const peers = chosen("--peers", values.peers, ALL_PEERS);
  const rounds = values.rounds === undefined ? (quick ? 2 : 5) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new OptionError(`--rounds expects a whole number from 1, received ${values.rounds}`);
  const partial = quick || rounds < 5 || values.only !== undefined || values.peers !== undefined;
  return {
    help: values.help,
    quick,
    rounds,
    peers: PEER_NAMES.filter((name) => peers.includes(name)),
    filePeers: FILE_PEERS.filter((name) => peers.includes(name)),
    threadPeers: THREAD_PEERS.filter((name) => peers.includes(name)),
    out: values.out === undefined ? (partial ? undefined : RESULTS) : resolve(process.env["INIT_CWD"] ?? ".", values.out),
    summarize: !partial,
    items: ITEMS.filter((item) => parts.includes(item.id)),
    growth: parts.includes("growth"),
    memory: parts.includes("memory"),
    threads: parts.includes("threads"),
    files: parts.includes("files"),
    fileSize: quick ? 10_000 : 1_000_000,
    fileRounds: Math.min(rounds, 3),
    size: quick ? 5_000 : 100_000,
    growthSizes: quick ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000],
    threadSizes: quick ? [10_000] : [10_000, 1_000_000],
    // what a store holds does not vary from run to run as times do
    memoryRounds: Math.min(rounds, 3),
    budget: quick ? QUICK : FULL,
    log: (/** @type {string} */ line) => console.error(`${Math.round(performance.now() / 1000)} s: ${line}`),
  };
}

/**
 * @param {string} option
 * @param {string | undefined} value
 * @param {readonly string[]} known
 */
function chosen(option, value, known) {
  if (value === undefined) return known;
  const wanted = value.split(",");
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new OptionError(`${option} expects some of ${known.join(", ")}; received ${unknown.join(", ")}`);
  return known.filter((name) => wanted.includes(name));
}
