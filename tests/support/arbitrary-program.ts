import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Program, ProgramStep } from "./transaction-program.js";

const table = fc.nat(1);
const key = fc.integer({ min: 1, max: 8 });
const range = fc.tuple(fc.nat(9), fc.nat(3)).map(([low, width]) => ({ low, high: low + width }));

function keyed(...ops: readonly ("get" | "add" | "put" | "delete" | "ignore" | "name" | "unset")[]): Arbitrary<ProgramStep> {
  return fc.tuple(fc.constantFrom(...ops), table, key).map(([op, one, at]) => ({ op, table: one, key: at }));
}

function ranged(...ops: readonly ("sum" | "move" | "same" | "deleteRange" | "lock" | "share" | "skipLocked")[]): Arbitrary<ProgramStep> {
  return fc.tuple(fc.constantFrom(...ops), table, range).map(([op, one, at]) => ({ op, table: one, ...at }));
}

function whole(...ops: readonly ("size" | "insert" | "all" | "brief" | "clear")[]): Arbitrary<ProgramStep> {
  return fc.tuple(fc.constantFrom(...ops), table).map(([op, one]) => ({ op, table: one }));
}

const reading: Arbitrary<ProgramStep> = fc.oneof(
  { weight: 4, arbitrary: keyed("get") },
  { weight: 3, arbitrary: ranged("sum") },
  { weight: 1, arbitrary: whole("size", "all") },
);

const changing: Arbitrary<ProgramStep> = fc.oneof(
  { weight: 6, arbitrary: keyed("add", "put", "delete") },
  { weight: 2, arbitrary: ranged("move", "deleteRange") },
  { weight: 2, arbitrary: whole("insert") },
);

/** Most of these have nothing to change where others were faster. */
const claiming: Arbitrary<ProgramStep> = fc.oneof(
  { weight: 6, arbitrary: keyed("delete", "ignore", "name", "unset") },
  { weight: 3, arbitrary: ranged("deleteRange", "same") },
  { weight: 1, arbitrary: whole("clear", "brief") },
);

const locking: Arbitrary<ProgramStep> = ranged("lock", "share", "skipLocked");

/** Small programs: most read and change, some lock first, some only read, some fail on purpose. */
export const program: Arbitrary<Program> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.oneof({ weight: 3, arbitrary: reading }, { weight: 3, arbitrary: changing }), { minLength: 1, maxLength: 5 }),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(locking, fc.array(fc.oneof(reading, changing, locking), { minLength: 1, maxLength: 4 }))
      .map(([first, others]) => [first, ...others]),
  },
  { weight: 1, arbitrary: fc.array(reading, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(reading, changing), { maxLength: 3 }).map((steps) => [...steps, { op: "throw" } as const]) },
);

/** Programs that can run in a synchronous unit of work. */
export const plainProgram: Arbitrary<Program> = fc.array(fc.oneof(reading, changing), { minLength: 1, maxLength: 4 });

/** Short programs, of which many come to nothing: what they have answered is all that is left of them. */
export const claimingProgram: Arbitrary<Program> = fc.array(
  fc.oneof({ weight: 2, arbitrary: reading }, { weight: 1, arbitrary: changing }, { weight: 4, arbitrary: claiming }),
  { minLength: 1, maxLength: 4 },
);
