import { describe, it } from "@jest/globals";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DictDB } from "../../src/index.js";
import { patience, runs } from "../support/arbitraries.js";
import { claimingProgram } from "../support/arbitrary-program.js";
import { attachedDatabase } from "../support/attached-database.js";
import { randomFrom } from "../support/random.js";
import { cellTables, createCellTables, replayDifference, runAtomic, runTransaction } from "../support/unit-replay.js";
import type { CommittedUnit } from "../support/unit-replay.js";

/** Databases of each kind; another medium gets a line here. */
const media: Readonly<Record<string, () => DictDB>> = {
  "a local database": () => new DictDB(),
  "a database that was shared": () => {
    const db = new DictDB();
    db.share();
    return db;
  },
  "a database of another thread": () => attachedDatabase(),
};

const task = fc.array(fc.record({ isAtomic: fc.integer({ min: 0, max: 4 }).map((n) => n === 0), program: claimingProgram }), {
  minLength: 1,
  maxLength: 5,
});

describe.each(Object.entries(media))("the units of several tasks on %s", (_name, make) => {
  it(
    "give what they give one after the other, also those that come to nothing",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(task, { minLength: 2, maxLength: 6 }), fc.nat(), async (tasks, seed) => {
          const db = make();
          createCellTables(db);
          const { seq } = db;
          const random = randomFrom(seed);
          const pause = async (): Promise<void> => {
            const kind = random(4);
            if (kind === 0) await nextTurn();
            else for (let i = 1; i < kind; i++) await Promise.resolve();
          };
          const units: (CommittedUnit | undefined)[] = [];
          await Promise.all(
            tasks.map(async (steps) => {
              for (const { isAtomic, program } of steps) {
                await pause();
                units.push(isAtomic ? runAtomic(db, program) : await runTransaction(db, program, pause));
              }
            }),
          );
          const tables = cellTables(db);
          const difference = replayDifference(
            units.filter((unit) => unit !== undefined),
            tables,
            seq,
          );
          for (const table of tables) table.check();
          await db.close();
          if (difference !== undefined) throw new Error(difference);
        }),
        runs(150),
      );
    },
    patience,
  );
});
