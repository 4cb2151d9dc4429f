import { describe, expect, it } from "@jest/globals";
import type { DictDB } from "../../src/index.js";
import { badConditions, huge } from "./bad-input/conditions.js";
import { badChanges } from "./bad-input/conflicts.js";
import { badDatabases } from "./bad-input/databases.js";
import { useAfterTheEnd } from "./bad-input/gone.js";
import { badIndexes } from "./bad-input/indexes.js";
import { badOptions } from "./bad-input/options.js";
import { badQueries } from "./bad-input/queries.js";
import { badRecordsAndKeys } from "./bad-input/records.js";
import { passing, refusing } from "./bad-input/refusal.js";
import { badValues } from "./bad-input/values.js";
import { badWork } from "./bad-input/work.js";
import { createWorld } from "./bad-input/world.js";

/**
 * Law 10, for every public method: bad input gets the documented error, whose message names what was expected and what was received, in bounded time;
 * and by law 2 nothing has changed: no record, index, key counter or seq, and none of the caller's own objects.
 */
export function badInputContract(name: string, makeDatabase: () => DictDB): void {
  describe(`bad input to ${name}`, () => {
    const refuses = refusing(makeDatabase);
    const passes = passing(makeDatabase);
    badOptions(refuses);
    badDatabases(refuses);
    badValues(refuses);
    badRecordsAndKeys(refuses, passes);
    badChanges(refuses, passes);
    badQueries(refuses, passes);
    badConditions(refuses, passes);
    badIndexes(refuses);
    badWork(refuses);
    useAfterTheEnd(refuses, makeDatabase);

    describe("huge input is answered in bounded time", () => {
      it.each(huge)("%s", async (_what, ask, answer) => {
        const db = makeDatabase();
        const world = createWorld(db);
        world.real.users.insert({ name: "a".repeat(100_000) });
        const started = performance.now();
        expect(ask(world)).toBe(answer);
        expect(performance.now() - started).toBeLessThan(5_000);
        await db.close();
      });
    });
  });
}
