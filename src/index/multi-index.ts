import { InvariantError } from "../base/errors.js";
import { getter, pathText } from "../base/path.js";
import type { Getter } from "../base/path.js";
import { tokenOf } from "../base/token.js";
import type { Token } from "../base/token.js";
import type { StoredRecord } from "../base/value.js";
import type { IndexDefinition, Rows, Slot, TableIndex } from "./table-index.js";

/**
 * An index over the elements of arrays: answers `contains`.
 *
 * A string in the field's place cannot be found by an element, yet `contains` searches its text: such records are kept apart, as candidates for
 * every search.
 */
export class MultiIndex implements TableIndex {
  readonly definition: IndexDefinition;
  readonly #read: Getter;
  readonly #rows: Rows;
  readonly #postings = new Map<Token, Set<Slot>>();
  readonly #texts = new Set<Slot>();
  #entries = 0;

  constructor(definition: IndexDefinition, rows: Rows) {
    this.definition = definition;
    this.#rows = rows;
    this.#read = getter(definition.fields[0]!);
  }

  get entries(): number {
    return this.#entries;
  }

  add(record: StoredRecord, slot: Slot): void {
    const value = this.#read(record);
    if (typeof value === "string") this.#texts.add(slot);
    for (const token of tokensOf(value)) {
      const posting = this.#postings.get(token);
      if (posting === undefined) this.#postings.set(token, new Set([slot]));
      else posting.add(slot);
      this.#entries++;
    }
  }

  addAll(slots: readonly Slot[]): void {
    for (const slot of slots) this.add(this.#rows.records[slot]!, slot);
  }

  remove(record: StoredRecord, slot: Slot): void {
    const value = this.#read(record);
    if (typeof value === "string") this.#texts.delete(slot);
    for (const token of tokensOf(value)) {
      const posting = this.#postings.get(token);
      if (posting?.delete(slot) === true) this.#entries--;
      if (posting?.size === 0) this.#postings.delete(token);
    }
  }

  replace(before: StoredRecord, after: StoredRecord, slot: Slot): void {
    if (this.#read(before) === this.#read(after)) return;
    this.remove(before, slot);
    this.add(after, slot);
  }

  // A multi index cannot be unique.
  uniqueToken(): undefined {
    return undefined;
  }

  holder(): undefined {
    return undefined;
  }

  /** The slots of the records that may contain an element: those that have it, and those with a string in the field's place. */
  slots(element: unknown): Slot[] {
    return [...(this.#postings.get(tokenOf(element)) ?? []), ...(typeof element === "string" ? this.#texts : [])];
  }

  /** How many slots {@link slots} would give. */
  count(element: unknown): number {
    return (this.#postings.get(tokenOf(element))?.size ?? 0) + (typeof element === "string" ? this.#texts.size : 0);
  }

  check(live: readonly Slot[], table: string): void {
    const name = `${table}, multi index on ${pathText(this.definition.fields[0]!)}`;
    let expected = 0;
    let texts = 0;
    for (const slot of live) {
      const value = this.#read(this.#rows.records[slot]!);
      if (typeof value === "string") {
        if (!this.#texts.has(slot)) throw new InvariantError(`${name}: the string in slot ${slot} is not kept apart`);
        texts++;
      }
      for (const token of tokensOf(value)) {
        if (this.#postings.get(token)?.has(slot) !== true)
          throw new InvariantError(`${name}: slot ${slot} lacks an entry for ${String(token)}`);
        expected++;
      }
    }
    const found = [...this.#postings.values()].reduce((sum, posting) => sum + posting.size, 0);
    if (found !== expected || this.#entries !== expected) throw new InvariantError(`${name}: ${expected} elements, but ${found} entries`);
    if (texts !== this.#texts.size) throw new InvariantError(`${name}: ${texts} strings, but ${this.#texts.size} are kept apart`);
  }
}

/** The distinct elements of an array; nothing else has elements. */
function tokensOf(value: unknown): Iterable<Token> {
  return Array.isArray(value) ? new Set(value.map(tokenOf)) : [];
}
