import { InvariantError } from "../base/errors.js";
import { getter, pathText } from "../base/path.js";
import type { Getter } from "../base/path.js";
import { tokenOf, tupleToken } from "../base/token.js";
import type { Token } from "../base/token.js";
import type { StoredRecord } from "../base/value.js";
import type { IndexDefinition, Rows, Slot, TableIndex } from "./table-index.js";
import { uniqueTokenOf } from "./unique-token.js";

/** The slots that share a token: alone, as most are in an index of distinct values, or in a list. */
type Posting = Slot | Slot[];

/**
 * An index for equality: O(1) to add, remove and look up.
 *
 * A list of slots is dense, so that reading it runs at the speed of an array; `#positions` tells for each slot where it stands in its list, so that
 * removing it is a swap with the last.
 */
export class HashIndex implements TableIndex {
  readonly definition: IndexDefinition;
  readonly #getters: readonly Getter[];
  readonly #rows: Rows;
  readonly #postings = new Map<Token, Posting>();
  readonly #positions: number[] = [];
  #entries = 0;

  constructor(definition: IndexDefinition, rows: Rows) {
    this.definition = definition;
    this.#rows = rows;
    this.#getters = definition.fields.map((path) => getter(path));
  }

  get entries(): number {
    return this.#entries;
  }

  add(record: StoredRecord, slot: Slot): void {
    this.#add(this.#tokenOf(record), slot);
  }

  addAll(slots: readonly Slot[]): void {
    for (const slot of slots) this.add(this.#rows.records[slot]!, slot);
  }

  remove(record: StoredRecord, slot: Slot): void {
    this.#remove(this.#tokenOf(record), slot);
  }

  replace(before: StoredRecord, after: StoredRecord, slot: Slot): void {
    const old = this.#tokenOf(before);
    const token = this.#tokenOf(after);
    if (old === token || (Number.isNaN(old) && Number.isNaN(token))) return;
    this.#remove(old, slot);
    this.#add(token, slot);
  }

  uniqueToken(record: StoredRecord): Token | undefined {
    return uniqueTokenOf(this.#getters, record);
  }

  holder(record: StoredRecord): Slot | undefined {
    const values = this.#getters.map((read) => read(record));
    return values.some((value) => value === null || value === undefined) ? undefined : this.slots(values)[0];
  }

  /** The slots of the records whose fields equal these values; the index's own list, valid until its next change. */
  slots(values: readonly unknown[]): readonly Slot[] {
    const posting = this.#postings.get(values.length === 1 ? tokenOf(values[0]) : tupleToken(values));
    if (posting === undefined) return [];
    return typeof posting === "number" ? [posting] : posting;
  }

  check(live: readonly Slot[], table: string): void {
    const name = `${table}, hash index on ${this.definition.fields.map(pathText).join(", ")}`;
    let count = 0;
    for (const [token, posting] of this.#postings) {
      const slots = typeof posting === "number" ? [posting] : posting;
      if (slots.length === 0) throw new InvariantError(`${name}: an empty list is left behind`);
      if (this.definition.unique && slots.length > 1 && this.uniqueToken(this.#rows.records[slots[0]!]!) !== undefined) {
        throw new InvariantError(`${name}: it is unique, but slots ${slots.join(", ")} share a value`);
      }
      for (const [position, slot] of slots.entries()) {
        const record = this.#rows.records[slot];
        if (record === undefined || !Object.is(normal(this.#tokenOf(record)), normal(token))) {
          throw new InvariantError(`${name}: slot ${slot} has an entry that its record does not explain`);
        }
        if (typeof posting !== "number" && this.#positions[slot] !== position)
          throw new InvariantError(`${name}: slot ${slot} is not where it should be`);
        count++;
      }
    }
    // Each entry is explained by its slot's record, and a record explains one entry: equal counts leave no record out.
    if (count !== live.length || this.#entries !== count) throw new InvariantError(`${name}: ${live.length} records, but ${count} entries`);
  }

  #tokenOf(record: StoredRecord): Token {
    const only = this.#getters[0]!;
    return this.#getters.length === 1 ? tokenOf(only(record)) : tupleToken(this.#getters.map((read) => read(record)));
  }

  #add(token: Token, slot: Slot): void {
    this.#entries++;
    const posting = this.#postings.get(token);
    if (posting === undefined) this.#postings.set(token, slot);
    else if (typeof posting === "number") {
      this.#positions[posting] = 0;
      this.#positions[slot] = 1;
      this.#postings.set(token, [posting, slot]);
    } else {
      this.#positions[slot] = posting.length;
      posting.push(slot);
    }
  }

  #remove(token: Token, slot: Slot): void {
    this.#entries--;
    const posting = this.#postings.get(token);
    if (posting === undefined || typeof posting === "number") {
      this.#postings.delete(token);
      return;
    }
    const position = this.#positions[slot]!;
    const last = posting.pop()!;
    if (last !== slot) {
      posting[position] = last;
      this.#positions[last] = position;
    }
    if (posting.length === 1) this.#postings.set(token, posting[0]!);
  }
}

/** `Map` takes 0 and -0 for one key, `Object.is` does not. */
function normal(token: Token): Token {
  return token === 0 ? 0 : token;
}
