import { describe, it } from "@jest/globals";
import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { StoredRecord } from "../../src/base/value.js";
import type { ConditionNode } from "../../src/condition/node.js";
import { compileScan, interpretScan } from "../../src/query/compile-scan.js";
import { key, patience, runs } from "../support/arbitraries.js";
import { condition } from "../support/arbitrary-condition.js";
import { aggregate, query, settled } from "../support/arbitrary-query.js";
import type { Draft } from "../support/arbitrary-query.js";
import { holds } from "../support/plain-condition.js";
import type { PlainKey } from "../support/plain-order.js";
import { plainSelect } from "../support/plain-query.js";
import type { PlainQuery } from "../support/plain-query.js";
import { ask, askFigures, enlarged, firstRecords, same, sameRows, scenario, steps, Triplet } from "../support/scenario.js";
import type { Scenario, Step } from "../support/scenario.js";
import { conditionFrom, toCondition, toNode, toOptions, untypedDb } from "../support/untyped.js";

interface Asked<Q> {
  readonly given: Scenario;
  readonly questions: readonly Q[];
  /** Changes to be made while something looks at the table as it was. */
  readonly later: readonly Step[];
}

/**
 * A table and questions to it.
 * @param table what the test will make of the scenario
 */
function asked<Q extends Pick<PlainQuery, "where" | "order">>(
  question: (primaryKey: string, keyValues: Arbitrary<PlainKey>) => Arbitrary<Draft<Q>>,
  maxLength: number,
  table: (given: Scenario) => Scenario = (given) => given,
): Arbitrary<Asked<Q>> {
  const all = ["id", "key"].map((primaryKey) =>
    fc
      .tuple(scenario(primaryKey), fc.array(fc.tuple(question(primaryKey, key), fc.nat(30)), { minLength: 1, maxLength }), steps(8))
      .map(([given, list, later]) => {
        const records = firstRecords(table(given));
        return {
          given,
          questions: records.length === 0 ? [] : list.map(([one, first]) => settled<Q>(one, primaryKey, given.indexes, records, first)),
          later,
        };
      }),
  );
  return fc.oneof(...all);
}

describe("a query answers the same with indexes, without them, and as a filter and a sort do", () => {
  it(
    "on a table",
    () => {
      fc.assert(
        fc.property(asked(query, 6), ({ given, questions }) => {
          const triplet = new Triplet(given);
          for (const question of questions) triplet.ask(question);
          triplet.check();
        }),
        runs(600),
      );
    },
    patience,
  );

  it(
    "on a table large enough for compiled scans and for indexes with several leaves",
    () => {
      fc.assert(
        fc.property(asked(query, 4, enlarged), ({ given, questions }) => {
          const triplet = new Triplet(enlarged(given));
          for (const question of questions) triplet.ask(question);
          triplet.check();
        }),
        runs(30),
      );
    },
    patience,
  );

  it(
    "inside a unit of work that has changed the table, and after its end",
    () => {
      fc.assert(
        fc.property(asked(query, 3), fc.boolean(), ({ given, questions, later }, fail) => {
          const triplet = new Triplet(given);
          const { db, records } = triplet;
          const stop = new Error("stop");
          try {
            db.atomic(() => {
              triplet.change(later);
              for (const question of questions) triplet.ask(question);
              if (fail) throw stop;
            });
          } catch (error) {
            if (error !== stop) throw error;
            triplet.records = records;
          }
          for (const question of questions) triplet.ask(question);
          triplet.check();
        }),
        runs(300),
      );
    },
    patience,
  );

  it(
    "on a snapshot and in an iteration begun before the table was changed",
    () => {
      fc.assert(
        fc.property(asked(query, 3), ({ given, questions, later }) => {
          const { indexes } = given;
          // Some indexes are built while the snapshot is open.
          const triplet = new Triplet({ ...given, indexes: indexes.filter(({ stage }) => stage < 2) });
          const { db, primaryKey, records } = triplet;
          const snapshot = db.snapshot();
          const begun = questions.map((question) => triplet.indexed.iterate(toOptions(triplet.indexed, question)));
          triplet.change(later);
          triplet.createIndexes(indexes, 2);
          for (const question of questions) {
            ask("snapshot, indexed", snapshot.getTable(triplet.indexed), question, primaryKey, records);
            ask("snapshot, bare", snapshot.getTable(triplet.bare), question, primaryKey, records);
            triplet.ask(question);
          }
          for (const [i, question] of questions.entries()) {
            sameRows("iterate", [...begun[i]!], plainSelect(records.values(), question, primaryKey), question);
          }
          snapshot.close();
          triplet.check();
        }),
        runs(300),
      );
    },
    patience,
  );
});

describe("aggregates", () => {
  it(
    "are the same with indexes, without them, on a snapshot, in a unit of work, and as computed from the records one by one",
    () => {
      fc.assert(
        fc.property(asked(aggregate, 4), ({ given, questions, later }) => {
          const triplet = new Triplet(given);
          const { db, indexed, bare, records } = triplet;
          const snapshot = db.snapshot();
          for (const question of questions) {
            askFigures("indexed", indexed, question, records);
            askFigures("bare", bare, question, records);
          }
          db.atomic(() => {
            triplet.change(later);
            for (const question of questions) askFigures("atomic", indexed, question, triplet.records);
          });
          for (const question of questions) {
            askFigures("snapshot", snapshot.getTable(indexed), question, records);
            askFigures("afterwards", indexed, question, triplet.records);
          }
          snapshot.close();
        }),
        runs(400),
      );
    },
    patience,
  );
});

describe("a condition", () => {
  const conditions = asked(
    (primaryKey, keyValues) => condition(primaryKey, keyValues).map((spec) => ({ where: { kind: "condition" as const, spec }, order: [] })),
    8,
  );

  it(
    "means the same after it was stored as JSON or cloned",
    () => {
      fc.assert(
        fc.property(conditions, ({ given, questions }) => {
          const triplet = new Triplet(given);
          const records = [...triplet.records.values()];
          for (const {
            where: { spec },
          } of questions) {
            const made = toCondition(triplet.indexed, spec);
            const wanted = records.filter((record) => holds(spec, record));
            const others = [JSON.parse(JSON.stringify(made)) as unknown, structuredClone(made), made].map(conditionFrom);
            for (const one of [made, ...others]) {
              same(
                "matches",
                records.filter((record) => one.matches(record)),
                wanted,
              );
              same("count", triplet.indexed.count(one), wanted.length);
            }
          }
        }),
        runs(200),
      );
    },
    patience,
  );

  it(
    "gives the same scan compiled and interpreted",
    () => {
      const table = untypedDb().createTable("fields");
      fc.assert(
        fc.property(conditions, fc.option(fc.nat(20), { nil: Infinity }), ({ given, questions }, limit) => {
          const specs = questions.slice(0, 3).map(({ where }) => where.spec);
          const nodes = specs.map((spec) => toNode(table, spec) as ConditionNode);
          const records = firstRecords(given).flatMap((record, i) => (i % 4 === 1 ? [undefined, record] : [record])) as StoredRecord[];
          const wanted = records.filter((record) => record !== undefined && specs.every((spec) => holds(spec, record))).slice(0, limit);
          same("interpreted", interpretScan(nodes)(records, limit), wanted);
          same("compiled", compileScan(nodes)!(records, limit), wanted);
        }),
        runs(1_000),
      );
    },
    patience,
  );
});
