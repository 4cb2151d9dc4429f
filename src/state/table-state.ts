import { InvariantError } from "../base/errors.js";
import { compareKeys } from "../base/order.js";
import { samePath } from "../base/path.js";
import type { Path } from "../base/path.js";
import type { Key, StoredRecord } from "../base/value.js";
import { createIndex } from "../index/create-index.js";
import type { IndexDefinition, Rows, Slot, TableIndex } from "../index/table-index.js";
import type { TableDefinition } from "../log/commit.js";
import { KeyMap } from "./key-map.js";

/** How many records a table can hold: a `Map` of V8, which finds the keys that are no small integers, has no more entries. */
export const maxRecords = 2 ** 24;

/**
 * One table of one replica: its records, their indexes and the next automatic key. Only `applyCommit` changes it.
 *
 * Records stand in a dense array of slots, and a map finds the slot of a key. So a scan walks an array, an index holds small integers instead of
 * keys, and reading an index costs no hashing.
 */
export class TableState implements Rows {
  readonly definition: TableDefinition;
  /** By slot; a freed slot is undefined until it is used again. Not to be changed from outside. */
  readonly records: (StoredRecord | undefined)[] = [];
  #slots = new KeyMap();
  #free: Slot[] = [];
  readonly #columns = new Set<string>();
  /** Every index in the order of creation, and those among them that are built. */
  #definitions: readonly IndexDefinition[] = [];
  #indexes: readonly TableIndex[] = [];
  #unique: readonly TableIndex[] = [];
  #lacksUnique = false;
  #nextKey = 1;
  #inKeyOrder = true;
  #isFlat = true;
  #lastKey: Key | undefined;
  #dropped = false;
  #batch: Slot[] | undefined;

  constructor(definition: TableDefinition) {
    this.definition = definition;
    for (const name of Object.keys(definition.descriptors ?? { [definition.primaryKey]: "any" })) this.#columns.add(name);
  }

  get size(): number {
    return this.#slots.size;
  }

  get primaryKey(): string {
    return this.definition.primaryKey;
  }

  /** What every index is, built or not. */
  get definitions(): readonly IndexDefinition[] {
    return this.#definitions;
  }

  /** Every index; builds those that are not built yet. */
  get indexes(): readonly TableIndex[] {
    if (this.#indexes.length < this.#definitions.length) this.#build(() => true);
    return this.#indexes;
  }

  /** The indexes that begin with the field of one of these, and perhaps others. An index costs only a thread that has a use for it. */
  indexesOn(leads: readonly { readonly path: Path }[]): readonly TableIndex[] {
    if (this.#indexes.length < this.#definitions.length) {
      this.#build(({ fields }) => leads.some(({ path }) => samePath(path, fields[0]!)));
    }
    return this.#indexes;
  }

  /** The unique indexes. */
  get uniqueIndexes(): readonly TableIndex[] {
    if (this.#lacksUnique) this.#build(({ unique }) => unique);
    return this.#unique;
  }

  /** The key that an insert without one gets: above every integer key that was ever used. */
  get nextKey(): number {
    return this.#nextKey;
  }

  /** Whether slots stand in the order of their keys, as they do until a freed slot is used again or a key comes out of order. */
  get inKeyOrder(): boolean {
    return this.#inKeyOrder;
  }

  /** Field names in the order in which they were first seen. */
  get columns(): Iterable<string> {
    return this.#columns;
  }

  /** Whether no record ever held a value that is itself an object, so that a shallow copy is a whole one. */
  get isFlat(): boolean {
    return this.#isFlat;
  }

  get dropped(): boolean {
    return this.#dropped;
  }

  get(key: Key): StoredRecord | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.records[slot];
  }

  slotOf(key: Key): Slot | undefined {
    return this.#slots.get(key);
  }

  keyOf(record: StoredRecord): Key {
    return record[this.definition.primaryKey] as Key;
  }

  findIndex(fields: readonly Path[]): IndexDefinition | undefined {
    return this.#definitions.find((definition) => sameFields(definition.fields, fields));
  }

  /** Inserts or replaces. Answers the record that was there before. */
  put(key: Key, record: StoredRecord): StoredRecord | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) {
      const taken = this.#place(key, record);
      if (this.#batch !== undefined) this.#batch.push(taken);
      else for (const index of this.#indexes) index.add(record, taken);
      return undefined;
    }
    this.#flushBatch();
    const before = this.records[slot]!;
    this.records[slot] = record;
    this.#noteFields(record);
    for (const index of this.#indexes) index.replace(before, record, slot);
    return before;
  }

  /** From here to {@link endBatch} new records enter the indexes together, which costs a sorted index much less. */
  beginBatch(): void {
    this.#batch ??= [];
  }

  endBatch(): void {
    this.#flushBatch();
    this.#batch = undefined;
  }

  /** Removes a record and answers it. */
  remove(key: Key): StoredRecord | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#flushBatch();
    const record = this.records[slot]!;
    for (const index of this.#indexes) index.remove(record, slot);
    this.#slots.delete(key);
    this.records[slot] = undefined;
    this.#free.push(slot);
    if (this.#slots.size === 0) this.#startAfresh();
    return record;
  }

  /** Never assigns a key below this one again. */
  raiseNextKey(nextKey: number): void {
    if (nextKey > this.#nextKey) this.#nextKey = nextKey;
  }

  /** Notes fields as seen, in this order. */
  noteColumns(names: Iterable<string>): void {
    for (const name of names) this.#columns.add(name);
  }

  /** Notes an index, to be built when it is first of use. */
  addIndex(definition: IndexDefinition): void {
    if (!this.#definitions.includes(definition)) this.#definitions = [...this.#definitions, definition];
    this.#lacksUnique ||= definition.unique;
  }

  removeIndex(fields: readonly Path[]): void {
    this.#definitions = this.#definitions.filter((definition) => !sameFields(definition.fields, fields));
    this.#use(this.#indexes.filter(({ definition }) => !sameFields(definition.fields, fields)));
  }

  /**
   * Makes from the records whatever stands beside them, after a change was cut off half-way. Indexes are built again when they are of use. It may be cut
   * off itself: it changes nothing that it looks at.
   */
  repair(): void {
    const slots = new KeyMap();
    const free: Slot[] = [];
    let inKeyOrder = true;
    let last: Key | undefined;
    for (let slot = 0; slot < this.records.length; slot++) {
      const record = this.records[slot];
      if (record === undefined) {
        free.push(slot);
        continue;
      }
      const key = this.keyOf(record);
      slots.add(key, slot);
      if (last !== undefined && compareKeys(last, key) >= 0) inKeyOrder = false;
      last = key;
      this.#noteKey(key);
      this.#noteFields(record);
    }
    this.#slots = slots;
    this.#free = free;
    this.#inKeyOrder = inKeyOrder;
    this.#lastKey = last;
    this.#batch = undefined;
    this.#use([]);
  }

  /** Marks the table as gone; its records stay for the snapshots that still look at them. */
  drop(): void {
    this.#dropped = true;
  }

  *liveSlots(): Generator<Slot> {
    for (let slot = 0; slot < this.records.length; slot++) if (this.records[slot] !== undefined) yield slot;
  }

  /**
   * Verifies every invariant of the table.
   * @throws InvariantError naming the first one that does not hold
   */
  check(): void {
    const { name } = this.definition;
    const live = [...this.liveSlots()];
    if (live.length !== this.#slots.size) throw new InvariantError(`${name}: ${live.length} records, but ${this.#slots.size} keys`);
    if (new Set(this.#free).size !== this.#free.length || live.length + this.#free.length !== this.records.length) {
      throw new InvariantError(`${name}: the free slots are not those without a record`);
    }
    let last: Key | undefined;
    for (const slot of live) {
      const record = this.records[slot]!;
      const key = this.keyOf(record);
      if (this.#slots.get(key) !== slot) throw new InvariantError(`${name}: the record with key ${String(key)} is not found by its key`);
      if (Number.isSafeInteger(key) && (key as number) >= this.#nextKey)
        throw new InvariantError(`${name}: the next key ${this.#nextKey} is not above ${key}`);
      if (this.#inKeyOrder && last !== undefined && compareKeys(last, key) >= 0)
        throw new InvariantError(`${name}: slots are not in key order`);
      for (const field in record) if (!this.#columns.has(field)) throw new InvariantError(`${name}: column ${field} was never noted`);
      last = key;
    }
    for (const index of this.indexes) index.check(live, name);
  }

  #build(isWanted: (definition: IndexDefinition) => boolean): void {
    const built = new Map(this.#indexes.map((index) => [index.definition, index]));
    const missing = this.#definitions.filter((definition) => !built.has(definition) && isWanted(definition));
    if (missing.length === 0) return;
    const slots = [...this.liveSlots()];
    for (const definition of missing) {
      const index = createIndex(definition, this);
      index.addAll(slots);
      built.set(definition, index);
    }
    this.#use(this.#definitions.flatMap((definition) => built.get(definition) ?? []));
  }

  #use(indexes: readonly TableIndex[]): void {
    const unique = indexes.filter(({ definition }) => definition.unique);
    const lacksUnique = unique.length < this.#definitions.filter((definition) => definition.unique).length;
    this.#indexes = indexes;
    this.#unique = unique;
    this.#lacksUnique = lacksUnique;
  }

  #place(key: Key, record: StoredRecord): Slot {
    const reused = this.#free.pop();
    const slot = reused ?? this.records.length;
    this.records[slot] = record;
    this.#slots.add(key, slot);
    if (this.#inKeyOrder) {
      this.#inKeyOrder = reused === undefined && (this.#lastKey === undefined || compareKeys(this.#lastKey, key) < 0);
      this.#lastKey = key;
    }
    this.#noteKey(key);
    this.#noteFields(record);
    return slot;
  }

  #noteKey(key: Key): void {
    if (typeof key === "number" && key >= this.#nextKey && Number.isSafeInteger(key)) this.#nextKey = key + 1;
  }

  #flushBatch(): void {
    if (this.#batch === undefined || this.#batch.length === 0) return;
    for (const index of this.#indexes) index.addAll(this.#batch);
    this.#batch = [];
  }

  #noteFields(record: StoredRecord): void {
    for (const name in record) {
      const value = record[name];
      if (typeof value === "object" && value !== null) this.#isFlat = false;
      if (!this.#columns.has(name)) this.#columns.add(name);
    }
  }

  #startAfresh(): void {
    this.records.length = 0;
    this.#free.length = 0;
    this.#inKeyOrder = true;
    this.#lastKey = undefined;
  }
}

function sameFields(a: readonly Path[], b: readonly Path[]): boolean {
  return a.length === b.length && a.every((path, i) => samePath(path, b[i]!));
}
