import { describe, expect, it } from "@jest/globals";
import { InvariantError } from "../../src/base/errors.js";
import { valuesEqual } from "../../src/base/order.js";
import type { StoredRecord, Value } from "../../src/base/value.js";
import type { IndexDefinition, Rows, Slot, TableIndex } from "../../src/index/table-index.js";
import { randomFrom } from "../support/random.js";

/** A kind of index. */
export interface IndexKind {
  make(definition: IndexDefinition, rows: Rows): TableIndex;
  /** The slots of the records that have this value in the field `v`, as the index finds them. */
  find(index: TableIndex, value: Value | undefined): readonly Slot[];
  /** How a record holds a value so that the index finds the record by it; itself unless the index looks inside arrays. */
  wrap(value: Value | undefined): Value | undefined;
  readonly definition: Omit<IndexDefinition, "fields" | "unique">;
  /** Whether it enters every record, also one without a value. */
  readonly holdsNull: boolean;
}

/** One value of each group of equal ones, and another that equals it. */
const pairs: readonly (readonly [Value | undefined, Value | undefined])[] = [
  [null, undefined],
  [true, true],
  [0, -0],
  [1, 1n],
  [Number.NaN, Number.NaN],
  [2n ** 70n, 2n ** 70n],
  [new Date(1), new Date(1)],
  ["1", "1"],
  ["\u0000d1", "\u0000d1"],
  ["d1", "d1"],
  [Uint8Array.of(1), Uint8Array.of(1)],
  [
    [1, "a"],
    [1n, "a"],
  ],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
];

/** Records in slots, and an index over their field `v` that is kept up as a table keeps it. */
export class IndexedRows implements Rows {
  readonly records: (StoredRecord | undefined)[] = [];
  readonly primaryKey = "id";
  readonly inKeyOrder: boolean;
  readonly index: TableIndex;
  readonly #kind: IndexKind;

  constructor(kind: IndexKind, { unique = false, inKeyOrder = false } = {}) {
    this.#kind = kind;
    this.inKeyOrder = inKeyOrder;
    this.index = kind.make({ ...kind.definition, unique, fields: [["v"]] }, this);
  }

  get live(): Slot[] {
    return [...this.records.keys()].filter((slot) => this.records[slot] !== undefined);
  }

  /** Inserts or replaces the record in a slot. Where slots are not in key order, keys run against them. */
  put(slot: Slot, value: Value | undefined): void {
    const before = this.records[slot];
    this.records[slot] = this.record(slot, value);
    if (before === undefined) this.index.add(this.records[slot], slot);
    else this.index.replace(before, this.records[slot], slot);
  }

  remove(slot: Slot): void {
    this.index.remove(this.records[slot]!, slot);
    this.records[slot] = undefined;
  }

  record(slot: Slot, value: Value | undefined): StoredRecord {
    const v = this.#kind.wrap(value);
    const id = this.inKeyOrder ? slot : 1_000_000 - slot;
    return v === undefined ? { id } : { id, v };
  }

  find(value: Value | undefined): Slot[] {
    return [...this.#kind.find(this.index, value)].sort((a, b) => a - b);
  }

  check(): void {
    this.index.check(this.live, "rows");
  }
}

/** What every index does, whatever it is made of. */
export function tableIndexContract(name: string, kind: IndexKind): void {
  describe(`${name}, as every index,`, () => {
    it("begins empty", () => {
      const rows = new IndexedRows(kind);
      expect(rows.index.entries).toBe(0);
      expect(rows.find(1)).toEqual([]);
      rows.check();
    });

    it("finds records by equal values, and by no others", () => {
      const rows = new IndexedRows(kind);
      pairs.forEach(([value], slot) => rows.put(slot, value));
      pairs.forEach(([value, equal], slot) => {
        const found = value === null && !kind.holdsNull ? [] : [slot];
        expect([value, rows.find(value), rows.find(equal)]).toEqual([value, found, found]);
      });
      expect(rows.find("absent")).toEqual([]);
      rows.check();
    });

    it("finds all records of a value", () => {
      const rows = new IndexedRows(kind);
      for (let slot = 0; slot < 6; slot++) rows.put(slot, pairs[3]![slot % 2]);
      expect(rows.find(1)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(rows.index.entries).toBe(6);
      rows.check();
    });

    it("holds the same however its records came", () => {
      const [one, many] = [new IndexedRows(kind), new IndexedRows(kind)];
      for (let slot = 0; slot < 1_000; slot++) {
        one.put(slot, slot % 7);
        many.records[slot] = many.record(slot, slot % 7);
      }
      many.index.addAll(many.live.slice(0, 600));
      many.index.addAll(many.live.slice(600, 605));
      many.index.addAll(many.live.slice(605));
      for (let value = 0; value < 8; value++) expect(many.find(value)).toEqual(one.find(value));
      expect(many.index.entries).toBe(one.index.entries);
      many.check();
    });

    it("forgets a record that is removed", () => {
      const rows = new IndexedRows(kind);
      for (let slot = 0; slot < 4; slot++) rows.put(slot, "x");
      rows.remove(1);
      expect(rows.find("x")).toEqual([0, 2, 3]);
      for (const slot of [0, 3, 2]) rows.remove(slot);
      expect([rows.find("x"), rows.index.entries]).toEqual([[], 0]);
      rows.check();
    });

    it("moves a record whose value changes, and leaves one whose value stays equal", () => {
      const rows = new IndexedRows(kind);
      pairs.forEach(([value], slot) => rows.put(slot, value));
      pairs.forEach(([, equal], slot) => rows.put(slot, equal));
      rows.check();
      pairs.forEach(([, equal], slot) => expect(rows.find(equal)).toEqual(equal === undefined && !kind.holdsNull ? [] : [slot]));
      pairs.forEach((_, slot) => rows.put(slot, pairs[(slot + 1) % pairs.length]![0]));
      rows.check();
      expect(rows.find(true)).toEqual([0]);
      pairs.forEach((_, slot) => rows.put(slot, undefined));
      rows.check();
      expect(rows.find(true)).toEqual([]);
    });

    it("agrees with a list of records after thousands of changes", () => {
      const random = randomFrom(20_260_131);
      for (const inKeyOrder of [false, true]) {
        const rows = new IndexedRows(kind, { inKeyOrder });
        const values = new Map<Slot, Value | undefined>();
        for (let step = 0; step < 6_000; step++) {
          const slot = random(700);
          if (values.has(slot) && random(3) === 0) {
            rows.remove(slot);
            values.delete(slot);
          } else {
            const value = random(4) === 0 ? pairs[random(pairs.length)]![random(2)] : random(50);
            rows.put(slot, value);
            values.set(slot, value);
          }
        }
        rows.check();
        for (const wanted of [...pairs.map(([value]) => value), ...Array.from({ length: 51 }, (_, i) => i)]) {
          const expected = [...values].filter(([, value]) => valuesEqual(value, wanted)).map(([slot]) => slot);
          expect([wanted, rows.find(wanted)]).toEqual([wanted, wanted === null && !kind.holdsNull ? [] : expected.sort((a, b) => a - b)]);
        }
      }
    });

    it("notices in check() a record that changed behind its back", () => {
      const rows = new IndexedRows(kind);
      for (let slot = 0; slot < 5; slot++) rows.put(slot, slot);
      rows.check();
      rows.records[2] = rows.record(2, 99);
      expect(() => rows.check()).toThrow(InvariantError);
    });

    it("notices in check() an entry too few and one too many", () => {
      const rows = new IndexedRows(kind);
      for (let slot = 0; slot < 5; slot++) rows.put(slot, 1);
      rows.index.remove(rows.records[3]!, 3);
      expect(() => rows.check()).toThrow(InvariantError);
      rows.index.add(rows.records[3]!, 3);
      rows.check();
      rows.records[4] = undefined;
      expect(() => rows.check()).toThrow(InvariantError);
    });
  });
}

/** What an index does that may be unique. */
export function uniqueIndexContract(name: string, kind: IndexKind): void {
  describe(`${name}, as every index that may be unique,`, () => {
    it("names who holds a value; null and absent are held by nobody", () => {
      const rows = new IndexedRows(kind, { unique: true });
      pairs.forEach(([value], slot) => rows.put(slot, value));
      pairs.forEach(([, equal], slot) => {
        expect(rows.index.holder(rows.record(99, equal))).toBe(equal === undefined ? undefined : slot);
      });
      expect(rows.index.holder(rows.record(99, null))).toBeUndefined();
      expect(rows.index.holder(rows.record(99, "nobody's"))).toBeUndefined();
    });

    it("has one token for equal values, and none for null and absent", () => {
      const rows = new IndexedRows(kind, { unique: true });
      const tokens = pairs.map(([value]) => rows.index.uniqueToken(rows.record(0, value)));
      expect(pairs.map(([, equal]) => rows.index.uniqueToken(rows.record(0, equal)))).toEqual(
        tokens.map((token) => (token === 0 ? -0 : token)),
      );
      expect(tokens[0]).toBeUndefined();
      expect(new Set(tokens).size).toBe(pairs.length);
    });

    it("notices in check() that two records share a value, but for null", () => {
      const rows = new IndexedRows(kind, { unique: true });
      rows.put(0, null);
      rows.put(1, undefined);
      rows.put(2, 1);
      rows.check();
      rows.put(3, 1n);
      expect(() => rows.check()).toThrow(InvariantError);
    });
  });
}
