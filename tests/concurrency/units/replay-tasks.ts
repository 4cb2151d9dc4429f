import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DictDB } from "../../../src/index.js";
import { claimingProgram } from "../../support/arbitrary-program.js";
import { Meeting } from "../../support/meeting.js";
import { randomFrom } from "../../support/random.js";
import { OwnCommits, runAtomic, runTransaction } from "../../support/unit-replay.js";
import type { CommittedUnit } from "../../support/unit-replay.js";

/** Runs units by chance, one after the other, while other threads do the same. */
export async function work(db: DictDB, seed: number, count: number, word: Int32Array, threads: number): Promise<CommittedUnit[]> {
  const programs = fc.sample(claimingProgram, { seed, numRuns: count });
  const random = randomFrom(seed);
  const commits = new OwnCommits(db);
  const units: CommittedUnit[] = [];
  new Meeting(word).meet(threads);
  for (const program of programs) {
    const begun = db.seq;
    const unit = random(2) === 0 ? runAtomic(db, program) : await runTransaction(db, program, async () => random(3) === 0 && nextTurn());
    if (unit === undefined) continue;
    // Other threads commit as well, so the seqs before and after tell only where it may be.
    const seq = await commits.take({ ...unit, range: [begun, unit.range[1]] });
    units.push({ ...unit, seq });
  }
  commits.end();
  return units;
}
