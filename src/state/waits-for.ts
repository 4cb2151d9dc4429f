import type { ReplicaId } from "../log/commit.js";
import type { Party } from "./row-queue.js";

/**
 * The party that must give way because others wait for it and it for them: of all that are in a cycle with this one, a synchronous verb before any
 * transaction, else the youngest. undefined where there is no cycle.
 *
 * @param verbOf the synchronous verb that waits in a party's thread, if one does: until that ends, the party's transaction cannot go on
 * @param partiesOf all parties of a thread
 */
export function victimOf(
  party: Party,
  verbOf: (party: Party) => Party | undefined,
  partiesOf: (replica: ReplicaId) => Iterable<Party>,
): Party | undefined {
  if (!mayBeInCycle(party, verbOf, partiesOf)) return undefined;
  const waitsFor = new Map<Party, Set<Party>>();
  const open = [party];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (waitsFor.has(next)) continue;
    const others = new Set(othersBefore(next, verbOf(next)));
    waitsFor.set(next, others);
    open.push(...others);
  }
  const cycle = thoseThatReach(party, waitsFor);
  let victim: Party | undefined;
  for (const one of cycle) if (canGiveWay(one) && (victim === undefined || givesWay(one, victim))) victim = one;
  return victim;
}

/**
 * Whether a party may be in a cycle. It is sought from both sides, those that it waits for and those that wait for it, one step after the other: where
 * either side has an end without having met the other, there is none. So a long queue costs those nothing for whom nobody waits, and the other way
 * round: what is visited is at most twice the smaller side.
 */
function mayBeInCycle(
  party: Party,
  verbOf: (party: Party) => Party | undefined,
  partiesOf: (replica: ReplicaId) => Iterable<Party>,
): boolean {
  const before = new Search(party, (one) => othersBefore(one, verbOf(one)));
  const behind = new Search(party, (one) => othersBehind(one, partiesOf));
  for (let [side, other] = [before, behind]; ; [side, other] = [other, side]) {
    const next = side.step();
    if (next === "end") return false;
    if (next !== undefined && other.found.has(next)) return true;
  }
}

/** Visits all parties that one leads to, step by step. */
class Search {
  readonly found: Set<Party>;
  readonly #open: Party[];
  readonly #othersOf: (party: Party) => Iterator<Party | undefined>;
  #others: Iterator<Party | undefined> | undefined;

  constructor(first: Party, othersOf: (party: Party) => Iterator<Party | undefined>) {
    this.found = new Set([first]);
    this.#open = [first];
    this.#othersOf = othersOf;
  }

  /** The party that the next edge leads to; undefined where it is no edge, "end" when there are no more. */
  step(): Party | undefined | "end" {
    if (this.#others === undefined) {
      const party = this.#open.pop();
      if (party === undefined) return "end";
      this.#others = this.#othersOf(party);
    }
    const { done, value } = this.#others.next();
    if (done === true) {
      this.#others = undefined;
      return undefined;
    }
    if (value !== undefined && !this.found.has(value)) {
      this.found.add(value);
      this.#open.push(value);
    }
    return value;
  }
}

/** Those that a party waits for. */
function* othersBefore(party: Party, verb: Party | undefined): Generator<Party, undefined> {
  for (const [row, place] of party.waits) yield* row.inTheWayOf(place);
  if (verb !== undefined && verb !== party && verb.waits.size > 0) yield verb;
}

/**
 * Those that wait for a party, and perhaps more: of each queue at least the first ones, for which the others wait. A row for which nobody waits is a
 * step of its own: a party may hold many.
 */
function* othersBehind(party: Party, partiesOf: (replica: ReplicaId) => Iterable<Party>): Generator<Party | undefined, undefined> {
  for (const [row, place] of party.waits) yield* row.waitersBehind(place);
  for (const row of party.held) {
    if (row.isAwaited) yield* row.waitersForHolder();
    else yield undefined;
  }
  if (party.isVerb) yield* partiesOf(party.owner.replica);
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
