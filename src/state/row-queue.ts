import type { Key } from "../base/value.js";
import type { RowLockMode, RowOwner, TableId } from "../log/commit.js";

/** An owner of row locks with all that it holds and waits for. */
export class Party {
  readonly owner: RowOwner;
  readonly began: number;
  readonly held = new Set<RowQueue>();
  readonly waits = new Map<RowQueue, Place>();

  constructor(owner: RowOwner, began: number) {
    this.owner = owner;
    this.began = began;
  }

  /** Whether it is a synchronous verb, in which its thread waits. */
  get isVerb(): boolean {
    return this.owner.number === 0;
  }
}

/** A place in the queue of a row. */
export interface Place {
  readonly party: Party;
  mode: RowLockMode;
  previous: Place | undefined;
  next: Place | undefined;
}

/**
 * The lock of one row: who holds it and who waits for it, first come, first served.
 *
 * Only holders of shared locks hold it together. A place is granted when all before it were granted and no holder is in its way. The one exception:
 * who holds a shared lock and wants more of the row goes to the front, since nobody behind could be granted before it gives way.
 */
export class RowQueue {
  readonly table: TableId;
  readonly key: Key;
  readonly #holders = new Map<Party, RowLockMode>();
  #first: Place | undefined;
  #last: Place | undefined;

  constructor(table: TableId, key: Key) {
    this.table = table;
    this.key = key;
  }

  get isUnused(): boolean {
    return this.#holders.size === 0 && this.#first === undefined;
  }

  get isAwaited(): boolean {
    return this.#first !== undefined;
  }

  get holders(): ReadonlyMap<Party, RowLockMode> {
    return this.#holders;
  }

  /** Who waits, in the order of their turns. */
  *places(): Generator<Place> {
    for (let place = this.#first; place !== undefined; place = place.next) yield place;
  }

  /** Whether a party has the row locked as strictly as this. */
  isHeld(party: Party | undefined, mode: RowLockMode): boolean {
    const held = party && this.#holders.get(party);
    return held !== undefined && (held === "update" || mode === "share");
  }

  /** Whether a party that asks now would be granted the lock at once. */
  isFreeFor(party: Party | undefined, mode: RowLockMode): boolean {
    if (this.isHeld(party, mode)) return true;
    // Who holds a part of the row does not queue for the rest.
    const overtakes = party !== undefined && this.#holders.has(party);
    return (overtakes || this.#first === undefined) && this.holderInTheWay(party, mode) === undefined;
  }

  holderInTheWay(party: Party | undefined, mode: RowLockMode): Party | undefined {
    for (const [holder, held] of this.#holders) if (holder !== party && clash(held, mode)) return holder;
    return undefined;
  }

  /** Grants the lock at once, or gives the party a place in the queue. */
  request(party: Party, mode: RowLockMode): void {
    const place = party.waits.get(this);
    if (place !== undefined) {
      if (mode === "update") place.mode = mode;
    } else if (this.isHeld(party, mode)) return;
    else if (this.isFreeFor(party, mode)) this.#grant(party, mode);
    else this.#enqueue({ party, mode, previous: undefined, next: undefined });
  }

  /** Takes a party out of the queue. What that frees is granted; `onGrant` is told to whom. */
  cancel(party: Party, onGrant: (party: Party) => void): void {
    const place = party.waits.get(this);
    if (place === undefined) return;
    this.#remove(place);
    this.#grantNext(onGrant);
  }

  /** Takes a lock back. What that frees is granted. */
  release(party: Party, onGrant: (party: Party) => void): void {
    if (!this.#holders.delete(party)) return;
    party.held.delete(this);
    this.#grantNext(onGrant);
  }

  /**
   * Whom a waiting party waits for on this row. Of those in the queue before it only the nearest are named that are in its way: they wait for the
   * others.
   */
  *inTheWayOf({ party, mode, previous }: Place): Generator<Party> {
    for (let place = previous; place !== undefined; place = place.previous) {
      if (!clash(place.mode, mode)) continue;
      yield place.party;
      if (place.mode === "update") return;
    }
    for (const [holder, held] of this.#holders) if (holder !== party && clash(held, mode)) yield holder;
  }

  /** Who waits for a holder of this row, or does so when those before it do: the others in the queue wait for one of these. */
  waitersForHolder(): Generator<Party> {
    return partiesUpToUpdate(this.#first);
  }

  /** Who waits for a place in the queue, in the same sense. */
  waitersBehind(place: Place): Generator<Party> {
    return partiesUpToUpdate(place.next);
  }

  #grant(party: Party, mode: RowLockMode): void {
    this.#holders.set(party, mode);
    party.held.add(this);
  }

  #grantNext(onGrant: (party: Party) => void): void {
    for (let place = this.#first; place !== undefined; place = this.#first) {
      const { party, mode } = place;
      if (this.holderInTheWay(party, mode) !== undefined) return;
      this.#remove(place);
      this.#grant(party, mode);
      onGrant(party);
    }
  }

  #enqueue(place: Place): void {
    place.party.waits.set(this, place);
    const atFront = this.#holders.has(place.party);
    const next = atFront ? this.#first : undefined;
    const previous = atFront ? undefined : this.#last;
    place.next = next;
    place.previous = previous;
    if (next === undefined) this.#last = place;
    else next.previous = place;
    if (previous === undefined) this.#first = place;
    else previous.next = place;
  }

  #remove({ party, previous, next }: Place): void {
    party.waits.delete(this);
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
  }
}

function* partiesUpToUpdate(first: Place | undefined): Generator<Party> {
  for (let place = first; place !== undefined; place = place.next) {
    yield place.party;
    if (place.mode === "update") return;
  }
}

function clash(a: RowLockMode, b: RowLockMode): boolean {
  return a === "update" || b === "update";
}
