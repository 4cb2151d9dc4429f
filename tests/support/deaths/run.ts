import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { randomFrom } from "../random.js";
import { WaitMeter } from "../run-delay.js";
import { digestOf, foundEstate, foundOf, legacyOf, openEstate } from "./deeds.js";
import type { SurvivorInput, SurvivorOutput } from "./survivor.js";
import { manners } from "./victim-manners.js";
import type { VictimInput } from "./victim.js";

export interface DeathsOptions {
  /** The URL of the library under test: a build with points to die at. */
  readonly library: string;
  readonly seed: number;
  readonly deaths: number;
  readonly logLimitBytes: number;
}

export interface DeathsResult {
  /** How many died in which manner. */
  readonly died: Readonly<Record<string, number>>;
  /** In words; empty when all is well. */
  readonly violations: readonly string[];
  /** The longest that anybody waited for anything but a processor, in milliseconds, and the longest wait for a processor. */
  readonly longest: number;
  readonly delay: number;
}

/** How many die at a time. */
const wave = 6;
const survivors = 2;
/** How long a dead owner may hold up a living one, in milliseconds. */
const patienceMs = 500;

/** Ends threads while others go on, and looks at what is left of what they did. */
export async function runDeaths({ library, seed, deaths, logLimitBytes }: DeathsOptions): Promise<DeathsResult> {
  const { DictDB } = (await import(library)) as typeof import("../../../src/index.js");
  const random = randomFrom(seed);
  const db = new DictDB();
  foundEstate(db);
  const handle = db.share({ logLimitBytes });
  const estate = openEstate(db);
  const acks = new Int32Array(new SharedArrayBuffer(4 * (deaths + survivors)));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const violations: string[] = [];
  const died: Record<string, number> = {};
  const living = Array.from({ length: survivors }, (_, i) => {
    const workerData: SurvivorInput = { library, handle, owner: deaths + i, seed, acks, stop };
    return new Worker(new URL("./survivor.js", import.meta.url), { workerData });
  });
  const failure = Promise.race(living.map(async (worker) => Promise.reject((await once(worker, "error"))[0] as unknown)));
  failure.catch(() => undefined);
  const stopped = living.map((worker) => once(worker, "message"));
  const meter = new WaitMeter();
  for (let first = 0; first < deaths; first += wave) {
    const victims = Array.from({ length: Math.min(wave, deaths - first) }, (_, i) => first + i);
    const ends = victims.map((victim) => {
      const manner = manners[victim % manners.length]!;
      died[manner] = (died[manner] ?? 0) + 1;
      return endOf({ library, handle, victim, seed, manner, acks }, random);
    });
    await Promise.race([Promise.all(ends), failure]);
    // Whatever the dead held is in the way of these.
    for (const table of [estate.owned, estate.copies]) meter.measure(() => table.delete(`nobody ${first}`));
    meter.measure(() => estate.counters.update(({ total }) => ({ total }), "deeds"));
  }
  Atomics.store(stop, 0, 1);
  await Promise.race([Promise.all(stopped), failure]);
  let counted = 0;
  let uncertain = 0;
  for (let owner = 0; owner < deaths + survivors; owner++) {
    const ack = Atomics.load(acks, owner);
    const found = foundOf(estate, owner).join("\n");
    const [certain, more] = [legacyOf(seed, owner, ack), legacyOf(seed, owner, ack + 1)];
    counted += certain.counted;
    uncertain += more.counted - certain.counted;
    // What was acknowledged is there; the last thing that it did may be there, whole.
    if (found !== certain.lines.join("\n") && found !== more.lines.join("\n")) {
      violations.push(`owner ${owner} did ${ack} deeds for certain and left\n${found}\ninstead of\n${certain.lines.join("\n")}`);
    }
  }
  const total = estate.counters.get("deeds")!.total;
  if (total < counted || total > counted + uncertain)
    violations.push(`${counted} to ${counted + uncertain} deeds were counted, found ${total}`);
  const outputs = await Promise.race([Promise.all(living.map(lastWords)), failure]);
  const newcomer = await lastWordsOfNewcomer({ library, handle, owner: 0, seed, acks, stop });
  const digest = digestOf(estate);
  for (const [i, output] of [...outputs, newcomer].entries()) {
    if (output.digest !== digest) violations.push(`replica ${i} is not as the creator's`);
  }
  const meters = [meter, ...outputs];
  const longest = Math.max(...meters.map((one) => one.longest));
  // A living owner may itself wait for a processor.
  const delay = Math.max(...meters.map((one) => one.longestDelay));
  if (longest > patienceMs + 2 * delay)
    violations.push(`somebody waited ${Math.round(longest)} ms, and ${Math.round(delay)} ms for a processor`);
  await db.close();
  return { died, violations, longest, delay };
}

/** Lets a thread live for a moment and end in its manner. */
async function endOf(input: VictimInput, random: (below: number) => number): Promise<void> {
  const resourceLimits = input.manner === "exhaust the heap" ? { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } : {};
  const worker = new Worker(new URL("./victim.js", import.meta.url), { workerData: input, resourceLimits });
  const exit = new Promise((resolve) => worker.once("exit", resolve));
  const errors: Error[] = [];
  worker.on("error", (error: Error) => errors.push(error));
  if (input.manner === "terminate") {
    // Somewhere among its deeds, by the count of those that have returned.
    const target = 1 + random(200);
    for (let done = 0; done < target && errors.length === 0; done = Atomics.load(input.acks, input.victim)) {
      await Atomics.waitAsync(input.acks, input.victim, done, 100).value;
    }
    await worker.terminate();
  }
  await exit;
  const expected = { throw: "the end of a victim", "exhaust the heap": "memory limit" }[input.manner as string];
  const unexpected = errors.find((error) => expected === undefined || !error.message.includes(expected));
  if (unexpected !== undefined)
    throw new Error(`victim ${input.victim}, who was to ${input.manner}: ${unexpected.message}`, { cause: unexpected });
}

async function lastWords(worker: Worker): Promise<SurvivorOutput> {
  worker.postMessage("speak");
  const [output] = (await once(worker, "message")) as [SurvivorOutput];
  return output;
}

async function lastWordsOfNewcomer(workerData: SurvivorInput): Promise<SurvivorOutput> {
  const worker = new Worker(new URL("./survivor.js", import.meta.url), { workerData });
  await once(worker, "message");
  return lastWords(worker);
}
