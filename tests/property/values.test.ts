import { unset } from "../../src/index.js";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compareKeys, compareValues, valuesEqual } from "../../src/base/order.js";
import { tokenOf, tupleToken } from "../../src/base/token.js";
import { key, patience, runs, value } from "../support/arbitraries.js";
import { isFrozen, scribble } from "../support/hostile-input.js";
import { classOf, compare, equal, exactText, plainCopy } from "../support/plain-order.js";
import type { PlainRecord } from "../support/plain-order.js";
import { same, scenario, steps, Triplet } from "../support/scenario.js";
import { maxOf, minOf, toCondition, untypedDb } from "../support/untyped.js";
import type { UntypedEvent, UntypedReader, UntypedTable } from "../support/untyped.js";

const record = fc.dictionary(fc.constantFrom("a", "b", "c", "toString"), value, { maxKeys: 3 });

/** Every way in which a record comes to be stored, given what there is to store. */
const waysIn: Readonly<Record<string, (table: UntypedTable, given: PlainRecord) => void>> = {
  insert: (table, given) => table.insert(given),
  "insert of several": (table, given) => table.insert([given, { other: 1 }]),
  upsert: (table, given) => table.upsert(given),
  "upsert that updates": (table, given) => {
    table.insert({ id: 1 });
    table.upsert(given);
  },
  "upsert that replaces": (table, given) => {
    table.insert({ id: 1 });
    table.upsert([given], { onConflict: "replace" });
  },
  update: (table, given) => {
    table.insert({ id: 1 });
    table.update(given, 1);
  },
  "update of what matches": (table, given) => {
    table.insert({ id: 1 });
    table.update(given, { where: { id: 1 } });
  },
  "update by a function": (table, given) => {
    table.insert({ id: 1 });
    table.update(() => given, 1);
  },
};

/** Every way in which something stored comes out, as the values that the caller gets. */
const waysOut: Readonly<Record<string, (reader: UntypedReader) => unknown>> = {
  get: (reader) => reader.get(1),
  "get with options": (reader) => reader.get(1, { copy: true, mustMatch: true }),
  all: (reader) => reader.all(),
  copy: (reader) => [...reader.copy().values()],
  select: (reader) => reader.select(),
  "select in order": (reader) => reader.select({ where: { id: 1 }, orderBy: "-a", limit: 1 }),
  "select of columns": (reader) => reader.select({ columns: ["a", "b", "c", "toString"] }),
  "select of distinct columns": (reader) => reader.select({ columns: { x: "a", y: "b" }, distinct: true }),
  first: (reader) => reader.first({ orderBy: "id" }),
  iterate: (reader) => [...reader.iterate()],
  "iterate in order": (reader) => [...reader.iterate({ orderBy: "a", columns: ["a"] })],
};

describe("what goes in is copied", () => {
  it.each(Object.entries(waysIn))(
    "by %s, so that nothing done to it later changes the table",
    (_name, put) => {
      fc.assert(
        fc.property(record, fc.boolean(), (given, freeze) => {
          const db = untypedDb({ freeze });
          const table = db.createTable("t");
          table.createIndex("a", { type: "sorted" });
          const own = { id: 1, ...plainCopy(given) };
          const wanted = exactText(own);
          put(table, own);
          scribble(own);
          same("the table", exactText(table.get(1)), wanted);
          table.check();
        }),
        runs(100),
      );
    },
    patience,
  );

  it(
    "where a schema made the record that is stored",
    () => {
      fc.assert(
        fc.property(record, (given) => {
          const made: unknown[] = [];
          const validate = (one: PlainRecord) => {
            made.push(one);
            return { value: one };
          };
          const table = untypedDb().createTable("t", { schema: { "~standard": { version: 1, vendor: "test", validate } } });
          table.insert({ id: 1, ...given });
          for (const one of made) scribble(one);
          same("the table", table.get(1), { id: 1, ...plainCopy(given) });
        }),
        runs(100),
      );
    },
    patience,
  );

  it(
    "into conditions",
    () => {
      fc.assert(
        fc.property(record, value, (given, operand) => {
          const table = untypedDb().createTable("t");
          table.insert([
            { id: 1, ...given },
            { id: 2, a: operand },
            { id: 3, a: [operand] },
          ]);
          const field = { path: ["a"] };
          const specs = [
            { verb: "eq" as const, args: [plainCopy(operand)], ...field },
            { verb: "in" as const, args: [[plainCopy(operand), 1]], ...field },
            { verb: "contains" as const, args: [plainCopy(operand)], ...field },
            ...(["number", "date", "bytes", "string"].includes(classOf(operand))
              ? [{ verb: "between" as const, args: [plainCopy(operand), plainCopy(operand)], ...field }]
              : []),
          ];
          const conditions = specs.map((spec) => toCondition(table, spec));
          const before = conditions.map((condition) => table.select({ where: condition }));
          for (const { args } of specs) scribble(args);
          same(
            "what they match",
            conditions.map((condition) => table.select({ where: condition })),
            before,
          );
        }),
        runs(200),
      );
    },
    patience,
  );
});

describe("what comes out is copied", () => {
  it.each(Object.entries(waysOut))(
    "by %s, so that nothing done to it changes the table",
    (_name, read) => {
      fc.assert(
        fc.property(record, record, fc.boolean(), (first, second, freeze) => {
          const db = untypedDb({ freeze });
          const table = db.createTable("t");
          table.createIndex("a", { type: "sorted" });
          table.insert([first, second].map((one, i) => ({ id: i + 1, ...plainCopy(one) })));
          const wanted = exactText(table.all());
          const snapshot = db.snapshot();
          scribble(read(table));
          scribble(read(snapshot.getTable(table)));
          same("the table", exactText(table.all()), wanted);
          db.atomic(() => {
            table.update({ d: [1] }, 2);
            scribble(read(table));
          });
          same("what the unit wrote", table.get(2)?.d, [1]);
          table.update({ d: unset() }, 2);
          same("the table, later", exactText(table.all()), wanted);
          same("the snapshot", exactText(snapshot.getTable(table).all()), wanted);
          snapshot.close();
          table.check();
        }),
        runs(60),
      );
    },
    patience,
  );

  it(
    "by aggregates and into functions that compute changes",
    () => {
      fc.assert(
        fc.property(fc.array(record, { maxLength: 5 }), (list) => {
          const db = untypedDb();
          const table = db.createTable("t");
          table.insert(list);
          const wanted = exactText(table.all());
          scribble(table.aggregate({ low: minOf("a"), high: maxOf("a") }));
          scribble(table.aggregate({ low: minOf("b"), high: maxOf("c") }, { groupBy: ["a", "b"] }));
          table.update(
            (one: PlainRecord) => {
              scribble(one);
              return {};
            },
            { where: () => true },
          );
          same("the table", exactText(table.all()), wanted);
        }),
        runs(150),
      );
    },
    patience,
  );

  it(
    "to listeners, and frozen",
    async () => {
      await fc.assert(
        fc.asyncProperty(record, record, async (first, second) => {
          const db = untypedDb();
          const table = db.createTable("t");
          const events: UntypedEvent[] = [];
          const off = db.on("commit", (event) => events.push(event));
          table.insert({ id: 1, ...first });
          table.update(second, 1);
          const wanted = exactText(table.get(1));
          await Promise.resolve();
          off();
          expect(events).toHaveLength(2);
          for (const { changes } of events) {
            for (const { before, after } of changes) {
              if (!isFrozen(before) || !isFrozen(after)) throw new Error("an image is not frozen");
              for (const member of [...Object.values(before ?? {}), ...Object.values(after ?? {})]) {
                if (member instanceof Uint8Array) scribble(member);
              }
            }
          }
          same("the table", exactText(table.get(1)), wanted);
        }),
        runs(100),
      );
    },
    patience,
  );
});

describe("a record given out with copy: false", () => {
  it(
    "never changes, whatever is written later, and is the same until its record changes",
    () => {
      fc.assert(
        fc.property(scenario("id"), steps(15), fc.boolean(), (given, later, freeze) => {
          const triplet = new Triplet(given, { freeze });
          const { indexed: table, records } = triplet;
          const options = { copy: false };
          const byKey = [...records.keys()].map((one) => table.get(one, options)!);
          const inOrder = table.select({ copy: false, orderBy: "a" });
          const others = [...table.iterate({ copy: false }), table.first(options)].filter((one) => one !== undefined);
          const all = [...byKey, ...inOrder, ...others];
          const texts = all.map(exactText);
          triplet.change(later);
          triplet.db.atomic(() => triplet.change(later.toReversed()));
          same("the records", all.map(exactText), texts);
          for (const [one, before] of records) {
            const kept = byKey.find(({ id }) => id === one);
            if (triplet.records.get(one) === before && table.get(one, options) !== kept) throw new Error(`record ${one} was stored anew`);
          }
          if (freeze && !all.every(isFrozen)) throw new Error("a record is not frozen");
        }),
        runs(150),
      );
    },
    patience,
  );
});

/** An equal value that is another one: bigints for numbers, -0 for 0, fields in another order. */
function disguised(one: unknown): unknown {
  switch (classOf(one)) {
    case "number":
      if (typeof one === "bigint") return BigInt(Number.isFinite(Number(one)) ? Number(one) : 0) === one ? Number(one) : one;
      return one === 0 ? -(one as number) : Number.isInteger(one) ? BigInt(one as number) : one;
    case "array":
      return (one as unknown[]).map(disguised);
    case "object":
      return Object.fromEntries(
        Object.entries(one as object)
          .reverse()
          .map(([name, member]) => [name, disguised(member)]),
      );
    default:
      return plainCopy(one);
  }
}

// Values, and more of them that are equal to others or nearly so.
const related = fc.tuple(value, value).chain(([one, other]) =>
  fc.array(
    fc.constantFrom(one, other, disguised(one), disguised(other), [one], [disguised(one), other], { x: one }, { x: disguised(one) }),
    {
      minLength: 3,
      maxLength: 3,
    },
  ),
);
const three = fc.oneof(related, fc.tuple(value, value, value));

describe("the order of values", () => {
  it(
    "is total: reflexive, antisymmetric and transitive, and the one that the specification describes",
    () => {
      fc.assert(
        fc.property(three, ([a, b, c]) => {
          const sign = (x: unknown, y: unknown) => Math.sign(compareValues(x, y));
          for (const one of [a, b, c]) if (sign(one, one) !== 0) throw new Error("not reflexive");
          if (sign(a, b) !== -sign(b, a)) throw new Error("not antisymmetric");
          if (sign(a, b) <= 0 && sign(b, c) <= 0 && sign(a, c) > 0) throw new Error("not transitive");
          if (sign(a, b) === 0 && sign(b, c) === 0 && sign(a, c) !== 0) throw new Error("equality is not transitive");
          same("order", sign(a, b), Math.sign(compare(a, b)));
          same("equality", valuesEqual(a, b), equal(a, b));
          if (!valuesEqual(a, disguised(a))) throw new Error("a value does not equal itself in another guise");
        }),
        runs(6_000),
      );
    },
    patience,
  );

  it(
    "is the order of keys",
    () => {
      fc.assert(
        fc.property(key, key, (a, b) => {
          same("order", Math.sign(compareKeys(a, b)), Math.sign(compare(a, b)));
        }),
        runs(1_000),
      );
    },
    patience,
  );
});

describe("tokens", () => {
  it(
    "are one entry of a Map exactly for values that are equal",
    () => {
      fc.assert(
        fc.property(three, ([a, b, c]) => {
          same("tokens", new Set([tokenOf(a), tokenOf(b)]).size === 1, equal(a, b));
          same("tokens of pairs", tupleToken([a, b]) === tupleToken([b, c]), equal(a, b) && equal(b, c));
          same("tokens of unequally many", tupleToken([a, b]) === tupleToken([a, b, null]), false);
        }),
        runs(6_000),
      );
    },
    patience,
  );
});
