import type { Party } from "./row-queue.js";

/**
 * The party that must give way because others wait for it and it for them: of all that are in a cycle with this one, a synchronous verb before any
 * transaction, else the youngest. undefined where there is no cycle.
 *
 * @param verbOf the synchronous verb that waits in a party's thread, if one does: until that ends, the party's transaction cannot go on
 */
export function victimOf(party: Party, verbOf: (party: Party) => Party | undefined): Party | undefined {
  const waitsFor = new Map<Party, Set<Party>>();
  const open = [party];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (waitsFor.has(next)) continue;
    const others = othersBefore(next, verbOf(next));
    waitsFor.set(next, others);
    open.push(...others);
  }
  const cycle = thoseThatReach(party, waitsFor);
  let victim: Party | undefined;
  for (const one of cycle) if (canGiveWay(one) && (victim === undefined || givesWay(one, victim))) victim = one;
  return victim;
}

function othersBefore(party: Party, verb: Party | undefined): Set<Party> {
  const others = new Set<Party>();
  for (const [row, place] of party.waits) for (const other of row.inTheWayOf(place)) others.add(other);
  if (verb !== undefined && verb !== party && verb.waits.size > 0) others.add(verb);
  return others;
}

/** Every party from which this one is reached, and which is therefore in a cycle with it; empty where there is no cycle. */
function thoseThatReach(party: Party, waitsFor: ReadonlyMap<Party, ReadonlySet<Party>>): Set<Party> {
  const waiters = new Map<Party, Party[]>();
  for (const [one, others] of waitsFor) {
    for (const other of others) {
      const known = waiters.get(other);
      if (known === undefined) waiters.set(other, [one]);
      else known.push(one);
    }
  }
  const found = new Set<Party>();
  const open = [...(waiters.get(party) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(waiters.get(next) ?? []));
  }
  return found;
}

/** Who waits for no row but is held up by its thread's verb has nothing to give up: the verb has. */
function canGiveWay(party: Party): boolean {
  return party.waits.size > 0;
}

/** The order does not depend on who looks, so that every replica names the same. */
function givesWay(a: Party, b: Party): boolean {
  if (a.isVerb !== b.isVerb) return a.isVerb;
  if (a.began !== b.began) return a.began > b.began;
  return a.owner.replica !== b.owner.replica ? a.owner.replica > b.owner.replica : a.owner.number > b.owner.number;
}
