import { CutWorld } from "./cut-world.js";
import type { Indexing } from "./cut-world.js";
import { atDepth, stackDepth, untilTimeLimit, withoutMemory } from "./cuts.js";
import { randomFrom } from "./random.js";

type Medium = "local" | "shared";

/**
 * Runs every verb with ever more of the stack left, until it has enough.
 * @param step by how many calls of a small function that grows
 */
export async function exhaustStack(medium: Medium, indexing: Indexing, step: number): Promise<number> {
  const world = new CutWorld(medium, indexing);
  let cuts = 0;
  stackDepth();
  for (const [name, verb] of Object.entries(world.verbs)) {
    const deepest = stackDepth();
    for (let depth = deepest + 1, passed = 0; passed < 5 && depth > deepest / 2; depth -= step) {
      world.openSnapshot();
      const ended = atDepth(depth, verb);
      passed = ended ? passed + 1 : 0;
      if (!ended) cuts++;
      world.expectSound(`${name} at depth ${depth} of ${deepest}`);
    }
    await world.checkTold();
  }
  await world.end();
  return cuts;
}

/** Runs every verb without memory from the first, second, ... growth of something on. */
export async function exhaustMemory(medium: Medium, indexing: Indexing, first: number, step: number): Promise<number> {
  const world = new CutWorld(medium, indexing);
  let cuts = 0;
  for (const [name, verb] of Object.entries(world.verbs)) {
    for (let nth = first, reached = true; reached && nth < 400; nth += step) {
      world.openSnapshot();
      reached = withoutMemory(nth, verb);
      if (reached) cuts++;
      world.expectSound(`${name} without memory at the growth ${nth}`);
    }
    await world.checkTold();
  }
  await world.end();
  return cuts;
}

/** Lets time limits cut off verbs wherever they are. */
export async function exhaustTime(medium: Medium, indexing: Indexing, cuts: number, seed: number): Promise<number> {
  const world = new CutWorld(medium, indexing);
  const random = randomFrom(seed);
  let done = 0;
  const verbs = Object.entries(world.verbs);
  for (let cut = 0; cut < cuts; cut++) {
    world.openSnapshot();
    const only = random(2) === 0 ? verbs[random(verbs.length)]! : undefined;
    let name = "";
    if (
      untilTimeLimit(1 + random(3), () => {
        const verb = only ?? verbs[random(verbs.length)]!;
        name = verb[0];
        verb[1]();
      })
    )
      done++;
    world.expectSound(`${name}, cut ${cut} of seed ${seed}`);
    if (cut % 5 === 0) await world.checkTold();
  }
  await world.end(true);
  return done;
}
