import { describe, expect, it } from "@jest/globals";
import * as dictdb from "../../../src/index.js";
import { DictDBError } from "../../../src/index.js";
import type { DictDB, ErrorCode } from "../../../src/index.js";
import { createWorld, nextRecords, portrait, stateOf } from "./world.js";
import type { World } from "./world.js";

/** Something that a caller does wrong, and words of the error that tells so. */
export type Case = readonly [what: string, act: (world: World) => unknown, message: string | RegExp];

/** Registers one test for each case: the call is refused with this code, in these words, in bounded time, and nothing has changed. */
export type Refuses = (title: string, code: ErrorCode, cases: readonly Case[]) => void;

/** Longer than any machine should need for the largest case. */
const longestMs = 5_000;

export function refusing(makeDatabase: () => DictDB): Refuses {
  return (title, code, cases) => {
    describe(`${title} (${code})`, () => {
      it.each(cases)("%s", async (_what, act, message) => {
        await inWorld(makeDatabase, async (world) => expectRefusal(await failure(world, act), code, message));
      });
    });
  };
}

/** Registers one test for each case: an error of the caller's own comes back as it is, and nothing has changed. */
export type Passes = (title: string, cases: readonly (readonly [what: string, act: (world: World, error: Error) => unknown])[]) => void;

export function passing(makeDatabase: () => DictDB): Passes {
  return (title, cases) => {
    describe(`${title} (passes unchanged)`, () => {
      it.each(cases)("%s", async (_what, act) => {
        const error = new RangeError("the caller's own");
        await inWorld(makeDatabase, async (world) => expect(await failure(world, () => act(world, error))).toBe(error));
      });
    });
  };
}

/** The one place that holds a call to law 2: what threw has changed nothing. */
export async function inWorld(makeDatabase: () => DictDB, test: (world: World) => Promise<void>): Promise<void> {
  const real = makeDatabase();
  const world = createWorld(real);
  const before = stateOf(real);
  const started = performance.now();
  try {
    await test(world);
    expect(performance.now() - started).toBeLessThan(longestMs);
    // A promise that was turned down must not come back as an unhandled rejection, which fails the test that is running then.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expectUnchanged(world, before);
  } finally {
    await real.close();
  }
}

function expectUnchanged({ real: { db }, watched }: World, before: unknown): void {
  expect(stateOf(db)).toEqual(before);
  for (const { argument, before: looked } of watched) expect(portrait(argument)).toBe(looked);
  for (const name of db.listTables()) db.getTable(name).check();
  for (const [name, { record, key }] of Object.entries(nextRecords)) expect([name, db.getTable(name).insert(record)]).toEqual([name, key]);
}

/** What a call throws or rejects with. */
async function failure(world: World, act: (world: World) => unknown): Promise<unknown> {
  let result: unknown;
  try {
    result = await act(world);
  } catch (error) {
    return error;
  }
  throw new Error(`expected a refusal, but the call returned ${portrait(result)}`);
}

export function expectRefusal(error: unknown, code: ErrorCode, message: string | RegExp): void {
  if (!(error instanceof DictDBError)) throw error;
  const said = typeof message === "string" ? error.message.includes(message) : message.test(error.message);
  expect({ code: error.code, message: said ? message : error.message }).toEqual({ code, message });
  expect(error).toBeInstanceOf(classOf(code));
  expect(error.message.length).toBeLessThan(600);
  const facts = code === "INVALID_ARGUMENT" ? ["argument", "expected", "received"] : [];
  expect(facts.filter((fact) => typeof error.details[fact] !== "string")).toEqual([]);
}

/** The documented class of a code: its name in upper snake case, without "Error". */
function classOf(code: ErrorCode): typeof DictDBError {
  const name = `${code.replaceAll(/_?([A-Z])([A-Z]*)/g, (_, first: string, rest: string) => first + rest.toLowerCase())}Error`;
  return ((dictdb as Readonly<Record<string, unknown>>)[name] ?? DictDBError) as typeof DictDBError;
}
