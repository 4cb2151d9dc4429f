import { expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Key, StoredRecord } from "../../src/base/value.js";
import { toTest } from "../../src/condition/evaluate.js";
import type { ConditionNode } from "../../src/condition/node.js";
import type { Change } from "../../src/log/commit.js";
import { applyCommit } from "../../src/state/apply-commit.js";
import { DatabaseState } from "../../src/state/database-state.js";
import { ChangedRecords } from "../../src/transaction/changed-records.js";
import { runs } from "../support/arbitraries.js";
import { condition, content, picked } from "../support/arbitrary-condition.js";
import type { PlainWhere } from "../support/plain-query.js";
import { definitionOf } from "../support/states.js";
import { toNode, untypedDb } from "../support/untyped.js";

const key: Arbitrary<number> = fc.nat(9);
const commit: Arbitrary<Change[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ id: key, body: content }).map(({ id, body }): Change => {
        return { type: "put", table: 1, key: id, record: { ...body, id } };
      }),
    },
    { weight: 1, arbitrary: key.map((id): Change => ({ type: "delete", table: 1, key: id })) },
  ),
  { minLength: 1, maxLength: 10 },
);

const table = untypedDb().createTable("t");

it("whatever a condition matches of what was changed is among its candidates", () => {
  fc.assert(
    fc.property(
      fc.array(commit, { minLength: 2, maxLength: 4 }),
      fc.array(condition("id", key), { minLength: 1, maxLength: 20 }),
      fc.nat(30),
      (commits, specs, at) => {
        const state = new DatabaseState();
        applyCommit(state, { seq: 1, changes: [{ type: "createTable", definition: definitionOf(1) }] });
        applyCommit(state, { seq: 2, changes: commits[0]! });
        const snapshot = state.openSnapshot();
        const before = new Map<Key, StoredRecord | undefined>();
        for (const [i, changes] of commits.slice(1).entries()) {
          for (const change of changes) {
            if (change.type !== "put" && change.type !== "delete") continue;
            if (!before.has(change.key)) before.set(change.key, state.table(1)!.get(change.key));
          }
          applyCommit(state, { seq: 3 + i, changes });
        }
        const news = new ChangedRecords(snapshot.overlayOf(state.table(1)!), state.table(1)!);
        const images = [...before].flatMap(([id, image]) => [image, state.table(1)!.get(id)]).filter((image) => image !== undefined);
        expect(new Set(news.records)).toEqual(new Set(images));
        if (images.length === 0) return;
        for (const [i, spec] of specs.entries()) {
          const { where } = picked<{ where: PlainWhere }>({ where: { kind: "condition", spec } }, images, at + i);
          if (where.kind === "shorthand") throw new Error("a condition stays one");
          const node = toNode(table, where.spec) as ConditionNode;
          const test = toTest(node);
          const candidates = new Set(news.candidates(node));
          const missed = [...news.records.entries()].filter(([position, record]) => test(record) && !candidates.has(position));
          expect(missed).toEqual([]);
        }
      },
    ),
    runs(300),
  );
});
