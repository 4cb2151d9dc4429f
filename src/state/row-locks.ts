import type { Key } from "../base/value.js";
import type { Change, ReplicaId, RequestRows, RowLockChange, RowLockMode, RowOwner, Seq, TableId } from "../log/commit.js";
import { Party, RowQueue } from "./row-queue.js";
import { victimOf } from "./waits-for.js";

/** A row that cannot be changed or locked now, and one of those who have it. */
export interface BlockedRow {
  readonly table: TableId;
  readonly key: Key;
  readonly holder: RowOwner;
}

/** The journal may be this long, and twice as many entries as make the locks. */
const shortJournal = 256;

/**
 * The row locks of a database: state like its records, computed from the entries of the log and from nothing else. So every replica knows alike who
 * holds what, who waits, and who must give way where some wait for each other.
 */
export class RowLocks {
  readonly #rows = new Map<TableId, Map<Key, RowQueue>>();
  readonly #parties = new Map<ReplicaId, Map<number, Party>>();
  #rowCount = 0;
  #settled: RowOwner[] = [];
  /** What makes the present locks, from none: after a commit was cut off half-way they are made again from this. */
  #journal: { readonly change: RowLockChange; readonly seq: Seq }[] = [];
  #journalLimit = shortJournal;

  /** How many rows are locked. */
  get size(): number {
    return this.#rowCount;
  }

  /** How many places there are in the queues of all rows. */
  get waiting(): number {
    let count = 0;
    for (const parties of this.#parties.values()) for (const { waits } of parties.values()) count += waits.size;
    return count;
  }

  /** Whether anybody's wait has ended since {@link takeSettled} was last asked. */
  get hasSettled(): boolean {
    return this.#settled.length > 0;
  }

  /** The owners for whom a wait has ended: by a grant, or because they had to give way. */
  takeSettled(): readonly RowOwner[] {
    const settled = this.#settled;
    this.#settled = [];
    return settled;
  }

  /** Goes back to what was before a commit, some of which may have been applied. Whoever waits has to look again. */
  goBack(seq: Seq): void {
    const journal = this.#journal.filter((entry) => entry.seq < seq);
    this.#clear();
    for (const { change } of journal) this.#apply(change);
    this.#journal = journal;
  }

  #clear(): void {
    for (const parties of this.#parties.values())
      for (const { owner, waits } of parties.values()) if (waits.size > 0) this.#settled.push(owner);
    this.#rows.clear();
    this.#parties.clear();
    this.#rowCount = 0;
  }

  /** For `applyCommit` alone. */
  apply(change: RowLockChange, seq: Seq): void {
    if (this.#journal.length >= this.#journalLimit) this.#shortenJournal(seq);
    this.#journal.push({ change, seq });
    this.#apply(change);
  }

  /** Where there are no locks nothing makes them; where there are, requests for what is held and waited for do. */
  #shortenJournal(seq: Seq): void {
    if (this.#journal.at(-1)?.seq === seq) return; // the commit is applied in part
    this.#journal = Array.from(this.entries(), (change) => ({ change, seq: 0 }));
    this.#journalLimit = shortJournal + 2 * this.#journal.length;
  }

  #apply(change: RowLockChange): void {
    switch (change.type) {
      case "requestRows":
        this.#request(change);
        return;
      case "cancelRows": {
        const party = this.#find(change.owner);
        if (party !== undefined) this.#cancel(party, this.#queues(change.table, change.keys));
        return;
      }
      case "releaseRows": {
        const party = this.#find(change.owner);
        if (party === undefined) return;
        if (change.rows === undefined) this.#releaseAll(party);
        else this.#release(party, this.#queues(change.rows.table, change.rows.keys));
        return;
      }
      case "releaseReplica":
        for (const party of this.#parties.get(change.replica)?.values() ?? []) this.#releaseAll(party);
    }
  }

  /** The first row that some changes would change although somebody else has it locked. */
  blocker(changes: readonly Change[], owner?: RowOwner): BlockedRow | undefined {
    if (this.#rowCount === 0) return undefined;
    const party = owner && this.#find(owner);
    for (const change of changes) {
      if (change.type === "put" || change.type === "delete") {
        const holder = this.#queue(change.table, change.key)?.holderInTheWay(party, "update");
        if (holder !== undefined) return { table: change.table, key: change.key, holder: holder.owner };
      } else if (change.type === "dropTable") {
        for (const row of this.#rows.get(change.table)?.values() ?? []) {
          const holder = row.holderInTheWay(party, "update");
          if (holder !== undefined) return { table: change.table, key: row.key, holder: holder.owner };
        }
      }
    }
    return undefined;
  }

  /** Whether an owner that asks for a row now would be granted it at once. */
  isFree(table: TableId, key: Key, mode: RowLockMode, owner: RowOwner): boolean {
    return this.#queue(table, key)?.isFreeFor(this.#find(owner), mode) ?? true;
  }

  holds(owner: RowOwner, table: TableId, key: Key, mode: RowLockMode): boolean {
    return this.#queue(table, key)?.isHeld(this.#find(owner), mode) ?? false;
  }

  /** Whether an owner holds or waits for anything. */
  knows(owner: RowOwner): boolean {
    return this.#find(owner) !== undefined;
  }

  /** Whether an owner waits for a row. */
  waits(owner: RowOwner, table: TableId, key: Key): boolean {
    const row = this.#queue(table, key);
    return row !== undefined && this.#find(owner)?.waits.has(row) === true;
  }

  /** One of those who have a row locked. */
  holderOf(table: TableId, key: Key): RowOwner | undefined {
    for (const { owner } of this.#queue(table, key)?.holders.keys() ?? []) return owner;
    return undefined;
  }

  /** How many rows of a table are locked. */
  lockedIn(table: TableId): number {
    return this.#rows.get(table)?.size ?? 0;
  }

  /** Those whose owners hold or wait for anything. */
  get replicas(): readonly ReplicaId[] {
    return [...this.#parties.keys()];
  }

  /** Entries that bring an empty state to this one: what a replica that starts from a base is told instead of the log before it. */
  *entries(): Generator<RequestRows> {
    for (const rows of this.#rows.values()) {
      for (const row of rows.values()) {
        for (const [party, mode] of row.holders) yield requestOf(row, party, mode);
        for (const { party, mode } of row.places()) yield requestOf(row, party, mode);
      }
    }
  }

  #request({ table, keys, mode, owner, began }: RequestRows): void {
    const party = this.#intern(owner, began);
    // Nobody waits for a newcomer at the end of every queue; but for a verb its own thread's transactions do.
    const mayClose = party.held.size > 0 || party.waits.size > 0 || party.isVerb;
    for (const key of keys) this.#internQueue(table, key).request(party, mode);
    if (party.waits.size > 0 && mayClose) this.#breakCycles(party);
  }

  #breakCycles(party: Party): void {
    for (let victim = victimOf(party, this.#verbOf); victim !== undefined; victim = victimOf(party, this.#verbOf)) {
      this.#cancel(victim, [...victim.waits.keys()]);
    }
  }

  readonly #verbOf = ({ owner }: Party): Party | undefined => (owner.number === 0 ? undefined : this.#find({ ...owner, number: 0 }));

  readonly #onGrant = ({ owner }: Party): void => void this.#settled.push(owner);

  #cancel(party: Party, rows: readonly RowQueue[]): void {
    for (const row of rows) {
      row.cancel(party, this.#onGrant);
      this.#tidy(row);
    }
    this.#settled.push(party.owner);
    this.#forget(party);
  }

  #release(party: Party, rows: readonly RowQueue[]): void {
    for (const row of rows) {
      row.release(party, this.#onGrant);
      this.#tidy(row);
    }
    this.#forget(party);
  }

  #releaseAll(party: Party): void {
    if (party.waits.size > 0) this.#cancel(party, [...party.waits.keys()]);
    this.#release(party, [...party.held]);
  }

  #find({ replica, number }: RowOwner): Party | undefined {
    return this.#parties.get(replica)?.get(number);
  }

  #intern(owner: RowOwner, began: number): Party {
    let parties = this.#parties.get(owner.replica);
    if (parties === undefined) {
      parties = new Map();
      this.#parties.set(owner.replica, parties);
    }
    let party = parties.get(owner.number);
    if (party === undefined) {
      party = new Party(owner, began);
      parties.set(owner.number, party);
    }
    return party;
  }

  #forget({ owner, held, waits }: Party): void {
    if (held.size > 0 || waits.size > 0) return;
    const parties = this.#parties.get(owner.replica);
    parties?.delete(owner.number);
    if (parties?.size === 0) this.#parties.delete(owner.replica);
  }

  #queue(table: TableId, key: Key): RowQueue | undefined {
    return this.#rows.get(table)?.get(key);
  }

  #queues(table: TableId, keys: readonly Key[]): readonly RowQueue[] {
    return keys.map((key) => this.#queue(table, key)).filter((row) => row !== undefined);
  }

  #internQueue(table: TableId, key: Key): RowQueue {
    let rows = this.#rows.get(table);
    if (rows === undefined) {
      rows = new Map();
      this.#rows.set(table, rows);
    }
    let row = rows.get(key);
    if (row === undefined) {
      row = new RowQueue(table, key);
      rows.set(key, row);
      this.#rowCount++;
    }
    return row;
  }

  #tidy(row: RowQueue): void {
    if (!row.isUnused) return;
    const rows = this.#rows.get(row.table);
    if (rows?.get(row.key) !== row) return;
    rows.delete(row.key);
    this.#rowCount--;
    if (rows.size === 0) this.#rows.delete(row.table);
  }
}

function requestOf({ table, key }: RowQueue, { owner, began }: Party, mode: RowLockMode): RequestRows {
  return { type: "requestRows", table, keys: [key], mode, owner, began };
}
