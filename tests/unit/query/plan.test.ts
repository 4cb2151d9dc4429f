import { describe, expect, it } from "@jest/globals";
import { and, not, or } from "../../../src/condition/condition.js";
import type { Condition } from "../../../src/condition/condition.js";
import { Field } from "../../../src/condition/field.js";
import { DictDB } from "../../../src/index.js";
import type { IndexDefinition } from "../../../src/index/table-index.js";
import type { TableDefinition } from "../../../src/log/commit.js";
import { indexText } from "../../../src/query/access.js";
import { planQuery } from "../../../src/query/plan.js";
import { readQuery } from "../../../src/query/read-query.js";
import { TableState } from "../../../src/state/table-state.js";

const definition: TableDefinition = {
  id: 1,
  name: "t",
  primaryKey: "id",
  descriptors: undefined,
  versionField: undefined,
  needsSchema: false,
  lockNumber: 1,
};

/**
 * A table of 100 records: `ten` and `four` take that many values in turn, `n` is the key's own, `text` is "t00" to "t99", and each record has two
 * `tags`.
 */
function tableWith(...indexes: readonly (readonly [fields: string, kind: "hash" | "sorted" | "multi"])[]): TableState {
  const state = new TableState(definition);
  for (let id = 0; id < 100; id++) {
    const text = `t${String(id).padStart(2, "0")}`;
    state.put(id, { id, ten: id % 10, four: id % 4, n: id, text, tags: [`a${id % 5}`, `b${id % 20}`] });
  }
  for (const [fields, kind] of indexes) {
    const paths = fields.split(" ").map((name) => [name]);
    const index: IndexDefinition = { fields: paths, type: kind === "sorted" ? "sorted" : "hash", unique: false, multi: kind === "multi" };
    state.addIndex(index);
  }
  return state;
}

const field = (name: string): Field => new Field([name]);
const [ten, four, n, text, tags, id] = ["ten", "four", "n", "text", "tags", "id"].map(field) as [Field, Field, Field, Field, Field, Field];

/** What a plan comes to, in short: how the candidates are found, how many they are, and how many tests are left for each. */
function planOf(state: TableState, where: Condition | undefined, options: object = {}): object {
  const { access, residual, ordered } = planQuery(readQuery("select()", { where, ...options }, definition), state);
  if (ordered !== undefined) {
    const { index, candidates, descending, residual: left } = ordered;
    return { order: indexText(index.definition), candidates, ...(descending && { descending }), left: left.length };
  }
  return { access: access?.kind ?? "scan", ...(access && { index: access.index, candidates: access.candidates }), left: residual.length };
}

describe("the access to the candidates", () => {
  const hash = tableWith(["ten", "hash"], ["four", "hash"], ["tags", "multi"]);
  const sorted = tableWith(["ten", "sorted"], ["n", "sorted"], ["text", "sorted"]);

  it.each<[string, TableState, Condition, object]>([
    ["equality, by hash", hash, ten.eq(3), { access: "index", index: "ten", candidates: 10, left: 0 }],
    ["equality with what there is not", hash, ten.eq("3"), { access: "index", index: "ten", candidates: 0, left: 0 }],
    ["equality with null", hash, ten.isNull(), { access: "index", index: "ten", candidates: 0, left: 0 }],
    ["one of several, by hash", hash, ten.in([3, 3n, 4, 99]), { access: "index", index: "ten", candidates: 20, left: 0 }],
    ["one of none", hash, ten.in([]), { access: "index", index: "ten", candidates: 0, left: 0 }],
    ["a range, which no hash finds", hash, ten.gt(3), { access: "scan", left: 1 }],
    ["an element", hash, tags.contains("a1"), { access: "index", index: "tags", candidates: 20, left: 1 }],
    ["an element that may be in any case", hash, tags.icontains("a1"), { access: "scan", left: 1 }],
    ["equality, in order", sorted, ten.eq(3), { access: "index", index: "ten", candidates: 10, left: 0 }],
    ["a range", sorted, n.gte(90), { access: "index", index: "n", candidates: 10, left: 0 }],
    ["a range with both ends", sorted, n.between(10, 12), { access: "index", index: "n", candidates: 3, left: 0 }],
    ["a range with its ends swapped", sorted, n.between(12, 10), { access: "index", index: "n", candidates: 0, left: 0 }],
    ["a range of two classes, which matches nothing", sorted, n.between(1, "2"), { access: "scan", left: 1 }],
    ["a range from NaN, which matches nothing", sorted, n.gt(Number.NaN), { access: "scan", left: 1 }],
    ["a prefix", sorted, text.startsWith("t1"), { access: "index", index: "text", candidates: 10, left: 0 }],
    ["a prefix in any case", sorted, text.istartsWith("T1"), { access: "scan", left: 1 }],
    ["a pattern that is a prefix", sorted, text.like("t1%"), { access: "index", index: "text", candidates: 10, left: 0 }],
    ["a pattern with a prefix", sorted, text.like("t1_"), { access: "index", index: "text", candidates: 10, left: 1 }],
    ["a pattern with a prefix and more", sorted, text.like("t1%5"), { access: "index", index: "text", candidates: 10, left: 1 }],
    ["a pattern without wildcards", sorted, text.like("t15"), { access: "index", index: "text", candidates: 1, left: 0 }],
    ["a pattern with an escape", sorted, text.like("t!%", { escape: "!" }), { access: "index", index: "text", candidates: 0, left: 0 }],
    ["a pattern without a prefix", sorted, text.like("%5"), { access: "scan", left: 1 }],
    ["a pattern in any case", sorted, text.ilike("t1%"), { access: "scan", left: 1 }],
    ["an end", sorted, text.endsWith("5"), { access: "scan", left: 1 }],
    ["an expression", sorted, text.matches(/^t1/), { access: "scan", left: 1 }],
    ["inequality", sorted, ten.ne(3), { access: "scan", left: 1 }],
    ["none of several", sorted, ten.notIn([3]), { access: "scan", left: 1 }],
    ["a negation", sorted, not(ten.eq(3)), { access: "scan", left: 1 }],
    ["the key", sorted, id.eq(7), { access: "key", index: null, candidates: 1, left: 0 }],
    ["several keys, of which one is missing", sorted, id.in([7, 8n, 777]), { access: "key", index: null, candidates: 2, left: 0 }],
    ["a key that is none", sorted, id.eq(new Date(0)), { access: "key", index: null, candidates: 0, left: 0 }],
    ["a range of keys, which have no order of their own", sorted, id.gt(7), { access: "scan", left: 1 }],
  ])("%s", (_what, state, where, expected) => {
    expect(planOf(state, where)).toEqual(expected);
  });
});

describe("a conjunction", () => {
  const state = tableWith(["ten", "hash"], ["four", "hash"], ["n", "sorted"]);

  it.each<[string, Condition, object]>([
    ["takes the index with fewer candidates", and(four.eq(1), ten.eq(3)), { access: "index", index: "ten", candidates: 10, left: 1 }],
    ["takes it whichever comes first", and(ten.eq(3), four.eq(1)), { access: "index", index: "ten", candidates: 10, left: 1 }],
    ["takes a small range before an equality", and(ten.eq(3), n.lt(5)), { access: "index", index: "n", candidates: 5, left: 1 }],
    ["takes the key before all", and(ten.eq(99), id.eq(7)), { access: "key", index: null, candidates: 1, left: 1 }],
    ["needs one part that an index finds", and(text.endsWith("5"), ten.eq(3)), { access: "index", index: "ten", candidates: 10, left: 1 }],
    ["without one is a scan", and(text.endsWith("5"), not(ten.eq(3))), { access: "scan", left: 2 }],
    [
      "narrows ranges of one field to what they share",
      and(n.gt(10), n.lte(30), n.gte(25)),
      { access: "index", index: "n", candidates: 6, left: 0 },
    ],
    ["of ranges that share nothing has no candidates", and(n.gt(30), n.lt(10)), { access: "index", index: "n", candidates: 0, left: 0 }],
    [
      "leaves out an end that one range leaves out",
      and(n.gte(10), n.gt(10), n.lt(12), n.lte(12)),
      { access: "index", index: "n", candidates: 1, left: 0 },
    ],
    ["keeps ranges of two classes apart", and(n.gt(90), n.lt("x")), { access: "index", index: "n", candidates: 9, left: 1 }],
    [
      "of two equalities on one field tests the second",
      and(ten.eq(3), ten.eq(4)),
      { access: "index", index: "ten", candidates: 10, left: 1 },
    ],
    [
      "looks into a disjunction",
      and(text.endsWith("5"), or(ten.eq(3), ten.eq(4))),
      { access: "union", index: "ten", candidates: 20, left: 1 },
    ],
  ])("%s", (_what, where, expected) => {
    expect(planOf(state, where)).toEqual(expected);
  });
});

describe("a disjunction", () => {
  const state = tableWith(["ten", "hash"], ["n", "sorted"]);

  it.each<[string, Condition, object]>([
    ["is a union of what its branches find", or(ten.eq(3), n.lt(5)), { access: "union", index: "ten | n", candidates: 15, left: 0 }],
    ["names the key", or(id.eq(3), n.lt(5)), { access: "union", index: "key | n", candidates: 6, left: 0 }],
    [
      "is tested when a branch leaves something to test",
      or(and(ten.eq(3), four.eq(1)), n.lt(5)),
      { access: "union", index: "ten | n", candidates: 15, left: 1 },
    ],
    ["is a scan when one branch is", or(ten.eq(3), four.eq(1)), { access: "scan", left: 1 }],
    ["is a scan when it would look at more records than there are", or(n.lt(60), n.gt(30)), { access: "scan", left: 1 }],
    ["of disjunctions is one", or(or(ten.eq(1), ten.eq(2)), ten.eq(3)), { access: "union", index: "ten", candidates: 30, left: 0 }],
    ["with a negated branch is a scan", or(ten.eq(3), not(ten.eq(4))), { access: "scan", left: 1 }],
  ])("%s", (_what, where, expected) => {
    expect(planOf(state, where)).toEqual(expected);
  });
});

describe("an index over several fields", () => {
  const hash = tableWith(["ten four", "hash"]);
  const sorted = tableWith(["ten four n", "sorted"]);

  it.each<[string, TableState, Condition, object]>([
    [
      "of hashes takes equalities on all of them",
      hash,
      and(four.eq(1), ten.eq(3)),
      { access: "index", index: "ten, four", candidates: 5, left: 0 },
    ],
    [
      "of hashes takes several values for each",
      hash,
      and(four.in([1, 3]), ten.in([3, 5])),
      { access: "index", index: "ten, four", candidates: 20, left: 0 },
    ],
    ["of hashes finds nothing by some of them", hash, ten.eq(3), { access: "scan", left: 1 }],
    ["finds by its first field", sorted, ten.eq(3), { access: "index", index: "ten, four, n", candidates: 10, left: 0 }],
    ["finds by its first two", sorted, and(four.eq(1), ten.eq(3)), { access: "index", index: "ten, four, n", candidates: 5, left: 0 }],
    ["finds by all", sorted, and(n.eq(13), four.eq(1), ten.eq(3)), { access: "index", index: "ten, four, n", candidates: 1, left: 0 }],
    [
      "finds by a range behind equal fields",
      sorted,
      and(ten.eq(3), four.eq(1), n.gt(50)),
      { access: "index", index: "ten, four, n", candidates: 3, left: 0 },
    ],
    [
      "finds by a range on the first field",
      sorted,
      and(ten.gt(7), four.eq(1)),
      { access: "index", index: "ten, four, n", candidates: 20, left: 1 },
    ],
    [
      "finds by several values and a range",
      sorted,
      and(ten.in([3, 5]), four.gte(2)),
      { access: "index", index: "ten, four, n", candidates: 10, left: 0 },
    ],
    [
      "leaves a field behind a gap to be tested",
      sorted,
      and(ten.eq(3), n.gt(50)),
      { access: "index", index: "ten, four, n", candidates: 10, left: 1 },
    ],
    ["finds nothing without its first field", sorted, and(four.eq(1), n.eq(13)), { access: "scan", left: 2 }],
    [
      "leaves the rest when there are too many combinations",
      sorted,
      and(ten.in(upTo(100)), four.in(upTo(20))),
      { access: "index", index: "ten, four, n", candidates: 100, left: 1 },
    ],
  ])("%s", (_what, state, where, expected) => {
    expect(planOf(state, where)).toEqual(expected);
  });
});

describe("the order of the result", () => {
  const state = tableWith(["ten", "sorted"], ["n", "sorted"], ["four n", "sorted"]);

  it.each<[string, Condition | undefined, object, object]>([
    ["comes from an index", undefined, { orderBy: "n" }, { order: "n", candidates: 100, left: 0 }],
    ["comes from an index backwards", undefined, { orderBy: "-n", limit: 5 }, { order: "n", candidates: 100, descending: true, left: 0 }],
    ["may name the key last, which ties go by anyway", undefined, { orderBy: ["ten", "id"] }, { order: "ten", candidates: 100, left: 0 }],
    ["cannot name the key last the other way round", undefined, { orderBy: ["ten", "-id"] }, { access: "scan", left: 0 }],
    ["comes from an index over several fields", undefined, { orderBy: ["four", "n"] }, { order: "four, n", candidates: 100, left: 0 }],
    ["cannot go two ways at once", undefined, { orderBy: ["four", "-n"] }, { access: "scan", left: 0 }],
    ["cannot come from the first of several fields", undefined, { orderBy: "four" }, { access: "scan", left: 0 }],
    ["comes from fields behind one that is fixed", four.eq(1), { orderBy: "n" }, { order: "four, n", candidates: 25, left: 0 }],
    [
      "does not where the field has several values",
      four.in([1, 2]),
      { orderBy: "n" },
      { access: "index", index: "four, n", candidates: 50, left: 0 },
    ],
    ["comes from the part that a range selects", n.gt(89), { orderBy: "-n" }, { order: "n", candidates: 10, descending: true, left: 0 }],
    ["is sorted where another index finds fewer", n.lt(5), { orderBy: "ten" }, { access: "index", index: "n", candidates: 5, left: 0 }],
    [
      "comes from an index where a limit ends the search early",
      n.lt(90),
      { orderBy: "ten", limit: 2 },
      { order: "ten", candidates: 100, left: 1 },
    ],
    ["is sorted where the limit would not", n.lt(5), { orderBy: "ten", limit: 2 }, { access: "index", index: "n", candidates: 5, left: 0 }],
    ["by key alone needs no index", undefined, { orderBy: "id" }, { access: "scan", left: 0 }],
    ["is not looked for behind a key", id.in([3, 4]), { orderBy: "n" }, { access: "key", index: null, candidates: 2, left: 0 }],
    ["does not matter without orderBy, limit and offset", ten.eq(3), {}, { access: "index", index: "ten", candidates: 10, left: 0 }],
  ])("%s", (_what, where, options, expected) => {
    expect(planOf(state, where, options)).toEqual(expected);
  });
});

describe("an order by more fields than an index has", () => {
  it("is sorted where a condition fixes the field of the index to one value", () => {
    const table = new DictDB().createTable("t");
    table.insert([
      { a: 1, b: 2, c: 1 },
      { a: 1, b: 1, c: 2 },
      { a: 1, b: 1, c: 1 },
      { a: 2, b: 0, c: 0 },
    ]);
    table.createIndex("a", { type: "sorted" });
    expect(table.select({ where: { a: 1 }, orderBy: ["b", "c"], columns: ["id"] })).toEqual([{ id: 3 }, { id: 2 }, { id: 1 }]);
  });
});

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
