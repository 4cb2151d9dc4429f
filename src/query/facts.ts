import { classOf, compareValues, valueClass } from "../base/order.js";
import { samePath } from "../base/path.js";
import type { Path } from "../base/path.js";
import { tokenOf } from "../base/token.js";
import type { Value } from "../base/value.js";
import { likePrefix } from "../condition/like-pattern.js";
import { isFieldNode } from "../condition/node.js";
import type { ConditionNode, FieldNode } from "../condition/node.js";
import { prefixUpperBound } from "../condition/prefix.js";
import type { Bound } from "../index/sorted-index.js";

/** What a conjunction says of one field that an index could use. */
export type Fact = PointsFact | RangeFact | ElementFact;

interface FactBase {
  readonly path: Path;
  /** The nodes that the fact was read from, and that it answers wholly: nothing of them is left to test. */
  readonly answers: readonly ConditionNode[];
}

/** The field equals one of these values, all different. */
export interface PointsFact extends FactBase {
  readonly kind: "points";
  readonly values: readonly Value[];
}

/** The field lies between these bounds, which are of one class. */
export interface RangeFact extends FactBase {
  readonly kind: "range";
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
}

/** The field contains this element. */
export interface ElementFact extends FactBase {
  readonly kind: "element";
  readonly value: Value;
}

/** Reads the facts in the nodes of a conjunction. Ranges of one field are narrowed to their intersection. */
export function factsOf(nodes: readonly ConditionNode[]): readonly Fact[] {
  const facts: Fact[] = [];
  for (const node of nodes) {
    const fact = isFieldNode(node) ? factOf(node) : undefined;
    if (fact === undefined) continue;
    const other = facts.findIndex((earlier) => earlier.kind === "range" && samePath(earlier.path, fact.path));
    const narrowed = other >= 0 && fact.kind === "range" ? intersect(facts[other] as RangeFact, fact) : undefined;
    if (narrowed === undefined) facts.push(fact);
    else facts[other] = narrowed;
  }
  return facts;
}

function factOf(node: FieldNode): Fact | undefined {
  switch (node.op) {
    case "eq":
      return points(node, [node.value]);
    case "in":
      return points(node, [...new Map(node.values.map((value) => [tokenOf(value), value])).values()]);
    case "lt":
    case "lte":
      return range(node, undefined, { value: node.value, inclusive: node.op === "lte" });
    case "gt":
    case "gte":
      return range(node, { value: node.value, inclusive: node.op === "gte" }, undefined);
    case "between":
      return range(node, { value: node.low, inclusive: true }, { value: node.high, inclusive: true });
    case "startsWith":
      return node.ignoreCase ? undefined : prefixRange(node, node.value as string, true);
    case "like": {
      if (node.ignoreCase) return undefined;
      const { prefix, exact, rest } = likePrefix(node.pattern, node.escape);
      if (exact) return points(node, [prefix]);
      return prefix === "" ? undefined : prefixRange(node, prefix, rest);
    }
    case "contains":
      return node.ignoreCase ? undefined : { kind: "element", path: node.path, value: node.value, answers: [] };
    case "ne":
    case "notIn":
    case "endsWith":
    case "equals":
    case "matches":
      return undefined;
  }
}

function points(node: FieldNode, values: readonly Value[]): PointsFact {
  return { kind: "points", path: node.path, values, answers: [node] };
}

function range(node: FieldNode, low: Bound | undefined, high: Bound | undefined): RangeFact | undefined {
  if (Number.isNaN(low?.value) || Number.isNaN(high?.value)) return undefined;
  if (low !== undefined && high !== undefined && classOf(low.value) !== classOf(high.value)) return undefined;
  return { kind: "range", path: node.path, low, high, answers: [node] };
}

/** Every string that starts with a prefix, as a range. */
function prefixRange(node: FieldNode, prefix: string, whole: boolean): RangeFact {
  const upper = prefixUpperBound(prefix);
  return {
    kind: "range",
    path: node.path,
    low: { value: prefix, inclusive: true },
    high: upper === undefined ? undefined : { value: upper, inclusive: false },
    answers: whole ? [node] : [],
  };
}

/** The narrower of two ranges on each side; undefined where only one side of each is known and their classes differ. */
function intersect(a: RangeFact, b: RangeFact): RangeFact | undefined {
  if (rangeClass(a) !== rangeClass(b)) return undefined;
  return {
    kind: "range",
    path: a.path,
    low: tighter(a.low, b.low, 1),
    high: tighter(a.high, b.high, -1),
    answers: [...a.answers, ...b.answers],
  };
}

function rangeClass({ low, high }: RangeFact): number {
  return low === undefined ? (high === undefined ? valueClass.none : classOf(high.value)) : classOf(low.value);
}

function tighter(a: Bound | undefined, b: Bound | undefined, direction: 1 | -1): Bound | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const difference = compareValues(a.value, b.value) * direction;
  if (difference === 0) return a.inclusive ? b : a;
  return difference > 0 ? a : b;
}
