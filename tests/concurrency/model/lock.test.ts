import { describe, expect, it } from "@jest/globals";
import { walkLock, words, type Kind, type LockOptions } from "./lock-model.js";
import type { Fault, Operation } from "./stepper.js";

const pairs: readonly (readonly Kind[])[] = [
  ["reader", "writer"],
  ["reader", "fast writer"],
  ["reader", "downgrader"],
  ["writer", "fast writer"],
  ["writer", "downgrader"],
];

// Without a limit three threads make one to two million states: minutes.
const interruptions = process.env["DICTDB_MODEL"] === "full" ? Infinity : 1;

const sound = { problem: undefined, trace: [] };

describe.each(pairs)("a %s and a %s in every interleaving", (...kinds) => {
  it.each<[string, Omit<LockOptions, "kinds">]>([
    ["with nobody looking again by itself", {}],
    ["with the death of the first, anywhere", { mortal: [0] }],
    ["with the death of the second, anywhere", { mortal: [1] }],
    ["that may give up", { hasty: [0, 1] }],
    ["that may give up and die", { hasty: [1], mortal: [0] }],
    ["that pass over each other", { slices: true }],
  ])("%s", (_what, options) => {
    expect(walkLock({ kinds, ...options })).toMatchObject(sound);
  });
});

describe("three threads", () => {
  it.each<[string, LockOptions]>([
    ["two readers and a writer", { kinds: ["reader", "reader", "writer"], interruptions }],
    ["a reader and two writers", { kinds: ["reader", "writer", "fast writer"], interruptions }],
    ["a reader and two writers, one of which gives up", { kinds: ["reader", "writer", "fast writer"], hasty: [1], interruptions: 0 }],
    ["a reader that dies and two writers", { kinds: ["reader", "writer", "fast writer"], mortal: [0], interruptions: 0 }],
    ["a writer that dies, a reader and a writer", { kinds: ["downgrader", "writer", "reader"], mortal: [0], interruptions: 0 }],
  ])("%s", (_what, options) => {
    expect(walkLock(options)).toMatchObject(sound);
  });
});

describe("the lock is wrong when", () => {
  const together = /are in together$/;
  const stuck = /^the end is out of reach$/;

  it.each<[string, LockOptions, RegExp]>([
    [
      "a reader does not look whether a writer came",
      { kinds: ["reader", "writer"], fault: on("or", words.state, { answer: 0 }) },
      together,
    ],
    ["a reader notes nothing", { kinds: ["reader", "fast writer"], fault: on("or", words.state, "look") }, together],
    [
      "STATE is taken by looking and storing",
      { kinds: ["writer", "fast writer"], fault: on("compareExchange", words.state, "split") },
      together,
    ],
    [
      "a reader's bit is set by looking and storing",
      { kinds: ["reader", "reader", "writer"], interruptions: 1, fault: on("or", words.read, "split") },
      together,
    ],
    [
      "a writer that leaves forgets that readers are in",
      { kinds: ["downgrader", "fast writer"], fault: on("store", words.state, { store: 0 }) },
      together,
    ],
    ["nobody is notified", { kinds: ["reader", "writer"], fault: on("notify", undefined, { answer: 0 }) }, stuck],
    ["nobody rings", { kinds: ["reader", "writer"], fault: on("exchange", undefined, { answer: 0 }) }, stuck],
    ["a reader does not say that it waits", { kinds: ["reader", "writer"], fault: on("or", words.wantRead, { answer: 0 }) }, stuck],
    ["a writer does not say that it waits", { kinds: ["reader", "writer"], fault: on("or", words.wantWrite, { answer: 0 }) }, stuck],
    ["a writer dies and nobody looks for the dead", { kinds: ["reader", "writer"], mortal: [1], slices: false }, stuck],
    ["a reader dies and nobody looks for the dead", { kinds: ["reader", "writer"], mortal: [0], slices: false }, stuck],
  ])("%s", (_what, options, problem) => {
    expect(walkLock(options).problem).toMatch(problem);
  });
});

function on(name: Operation["name"], index: number | undefined, fault: ReturnType<Fault>): Fault {
  return (operation) => (operation.name === name && (index === undefined || operation.index === index) ? fault : undefined);
}
