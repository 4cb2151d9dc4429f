import { describe, expect, it } from "@jest/globals";
import { approach, SharedMutex } from "../../../src/lock/shared/shared-mutex.js";
import { explore, type Verdict } from "./explore.js";
import { Stepper, type Fault, type Operation } from "./stepper.js";
import { dead, done, modelOf, type Place, type Program } from "./threads.js";

interface Options {
  /** The incarnation of each thread. */
  readonly incarnations: readonly number[];
  /** Threads that may die, anywhere. */
  readonly mortal?: readonly number[];
  /** Threads that are born only after the first has died. */
  readonly late?: readonly number[];
  /** Whether sleepers look again by themselves. */
  readonly slices?: boolean;
  readonly rounds?: number;
  readonly fault?: Fault;
}

const word = 0;

/** Threads that take the product's mutex and give it back, a few times each. */
function walkMutex({ incarnations, mortal = [], late = [], slices = true, rounds = 1, fault }: Options): Verdict {
  const stepper = new Stepper(1, [word], fault);
  let isAlive: (incarnation: number) => boolean = () => true;
  const table = { isDead: (incarnation: number) => stepper.observe(() => !isAlive(incarnation)) };

  const programs = incarnations.map((incarnation): Program => {
    const mutex = new SharedMutex(stepper.words, word, { incarnation, table });
    const attempt = (isOverdue: boolean): Place => ({
      run: () => mutex.approach(isOverdue),
      next: (outcome, { memo: [round = 0] }) => {
        if (outcome === approach.again) return "start";
        return (outcome as number) > 0 ? ["sleep", [round, outcome as number]] : "in";
      },
    });
    return {
      start: attempt(false),
      overdue: attempt(true),
      sleep: {
        sleepsOn: word,
        whileWordIs: ({ memo }) => memo[1]!,
        wokenAt: "start",
        or: () => (slices ? ["overdue"] : []),
      },
      in: { run: () => mutex.unlock(), next: (_, { memo: [round = 0] }) => (round + 1 < rounds ? ["start", [round + 1]] : done) },
    };
  });

  const model = modelOf({
    stepper,
    programs,
    mayDie: (index, { at }) => mortal.includes(index) && at !== done && at !== dead,
    mayStart: (index, { threads }) => !late.includes(index) || threads[0]!.at === dead,
    wrong: ({ threads }) =>
      threads.filter(({ at, answers }) => at === "in" && answers.length === 0).length > 1 ? "two owners" : undefined,
  });
  return stepper.during(() =>
    explore({
      ...model,
      // Who was to come after a death that did not happen is not missed.
      isDone: ({ threads }) => threads.every(({ at }, index) => at === done || at === dead || (at === "start" && late.includes(index))),
      next: (system) => {
        isAlive = (incarnation) =>
          system.threads.some(({ at, answers }, index) => {
            const isUnborn = late.includes(index) && at === "start" && answers.length === 0;
            return incarnations[index] === incarnation && at !== dead && !isUnborn;
          });
        return model.next(system);
      },
    }),
  );
}

describe("the mutex, in every interleaving", () => {
  it.each<[string, Options]>([
    ["of three threads that take it twice, nobody looking again by itself", { incarnations: [1, 2, 3], slices: false, rounds: 2 }],
    ["with one death anywhere", { incarnations: [1, 2, 3], mortal: [0] }],
    ["with two deaths anywhere", { incarnations: [1, 2, 3], mortal: [0, 1] }],
    ["with a death, after which another thread comes", { incarnations: [1, 2, 3, 4], mortal: [0], late: [3] }],
  ])("%s", (_what, options) => {
    expect(walkMutex(options)).toMatchObject({ problem: undefined, trace: [] });
  });

  it.each<[string, Options, string]>([
    ["nobody looks again by itself and one dies", { incarnations: [1, 2, 3], mortal: [0], slices: false }, "the end is out of reach"],
    ["an owner is named by a number that is used again", { incarnations: [1, 2, 3, 1], mortal: [0], late: [3] }, "two owners"],
    ["it is taken by looking and storing", { incarnations: [1, 2], fault: on("compareExchange", "split") }, "two owners"],
    [
      "whoever leaves does not notify",
      { incarnations: [1, 2], slices: false, fault: on("notify", { answer: 0 }) },
      "the end is out of reach",
    ],
  ])("is wrong when %s", (_what, options, problem) => {
    expect(walkMutex(options).problem).toBe(problem);
  });
});

function on(name: Operation["name"], fault: ReturnType<Fault>): Fault {
  return (operation) => (operation.name === name ? fault : undefined);
}
