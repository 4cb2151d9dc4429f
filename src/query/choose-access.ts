import { samePath } from "../base/path.js";
import type { Path } from "../base/path.js";
import { tokenOf } from "../base/token.js";
import type { Key, Value } from "../base/value.js";
import type { ConditionNode } from "../condition/node.js";
import { HashIndex } from "../index/hash-index.js";
import { MultiIndex } from "../index/multi-index.js";
import { SortedIndex } from "../index/sorted-index.js";
import type { SortedRange } from "../index/sorted-index.js";
import type { Slot, TableIndex } from "../index/table-index.js";
import type { TableState } from "../state/table-state.js";
import { ElementAccess, HashAccess, KeyAccess, SortedAccess, UnionAccess } from "./access.js";
import type { Access } from "./access.js";
import { factsOf } from "./facts.js";
import type { ElementFact, Fact, PointsFact, RangeFact } from "./facts.js";

/** An access, and the nodes of the conjunction that it answers wholly. */
export interface Choice {
  readonly access: Access;
  readonly answers: readonly ConditionNode[];
}

/** More combinations of `in` values than this are left to a narrower part of the index, or to a scan. */
const maxCombinations = 1_024;

/**
 * The most selective way to the records that a condition can match, or undefined where only a scan finds them. A conjunction needs one usable
 * part, a disjunction needs every branch usable; a negation is never usable.
 */
export function chooseAccess(node: ConditionNode, state: TableState): Choice | undefined {
  const nodes = node.op === "and" ? node.conditions : [node];
  let best: Choice | undefined;
  for (const choice of choices(nodes, state)) {
    if (best === undefined || isBetter(choice, best)) best = choice;
  }
  return best;
}

/** The nodes that an access leaves to be tested. */
export function remaining(node: ConditionNode, { answers }: Choice): readonly ConditionNode[] {
  const nodes = node.op === "and" ? node.conditions : [node];
  return nodes.filter((inner) => !answers.includes(inner));
}

function* choices(nodes: readonly ConditionNode[], state: TableState): Generator<Choice> {
  const facts = factsOf(nodes);
  if (facts.length > 0) {
    const byKey = pointsOn(facts, [state.definition.primaryKey]);
    if (byKey !== undefined) yield { access: new KeyAccess(slotsOf(byKey, state)), answers: byKey.answers };
    for (const index of state.indexesOn(facts)) {
      const choice = useIndex(index, facts);
      if (choice !== undefined) yield choice;
    }
  }
  for (const node of nodes) {
    const choice = node.op === "or" ? useUnion(node, node.conditions, state) : node.op === "and" ? chooseAccess(node, state) : undefined;
    if (choice !== undefined) yield choice;
  }
}

function isBetter(a: Choice, b: Choice): boolean {
  if (a.access.kind === "key" || b.access.kind === "key") return a.access.kind === "key" && b.access.kind !== "key";
  const difference = a.access.candidates - b.access.candidates;
  return difference < 0 || (difference === 0 && a.answers.length > b.answers.length);
}

function useUnion(node: ConditionNode, branches: readonly ConditionNode[], state: TableState): Choice | undefined {
  const accesses: Access[] = [];
  let exact = true;
  for (const branch of branches) {
    const choice = chooseAccess(branch, state);
    if (choice === undefined) return undefined;
    accesses.push(choice.access);
    exact &&= remaining(branch, choice).length === 0;
  }
  const access = new UnionAccess(accesses, state.records.length);
  return access.candidates > state.size ? undefined : { access, answers: exact ? [node] : [] };
}

function useIndex(index: TableIndex, facts: readonly Fact[]): Choice | undefined {
  if (index instanceof HashIndex) return useHash(index, facts);
  if (index instanceof SortedIndex) return useSorted(index, facts);
  if (index instanceof MultiIndex) {
    const fact = facts.find((one): one is ElementFact => one.kind === "element" && samePath(one.path, index.definition.fields[0]!));
    return fact && { access: new ElementAccess(index, fact.value), answers: fact.answers };
  }
  return undefined;
}

function useHash(index: HashIndex, facts: readonly Fact[]): Choice | undefined {
  if (pointsOn(facts, index.definition.fields[0]!) === undefined) return undefined;
  const { points, combinations } = leadingPoints(index.definition.fields, facts);
  if (points.length < index.definition.fields.length) return undefined;
  return { access: new HashAccess(index, combinations), answers: points.flatMap(({ answers }) => answers) };
}

function useSorted(index: SortedIndex, facts: readonly Fact[]): Choice | undefined {
  const { ranges, answers } = sortedRanges(index, facts);
  return ranges === undefined ? undefined : { access: new SortedAccess(index, ranges), answers };
}

const nothingSelected = { ranges: undefined, answers: [], depth: 0 };

/** The ranges of a sorted index that the facts select: equal leading fields, then bounds on the next one. Undefined where they select all. */
export function sortedRanges(
  index: SortedIndex,
  facts: readonly Fact[],
): { ranges: readonly SortedRange[] | undefined; answers: readonly ConditionNode[]; depth: number } {
  const { fields } = index.definition;
  const { points, combinations } = leadingPoints(fields, facts);
  const next = fields[points.length];
  const bounds = next && rangeOn(facts, next);
  if (bounds === undefined && points.length === 0) return nothingSelected;
  return {
    ranges: combinations.map((prefix) => ({ prefix, low: bounds?.low, high: bounds?.high })),
    answers: [...points.flatMap(({ answers }) => answers), ...(bounds?.answers ?? [])],
    depth: points.length,
  };
}

/** The facts that fix the leading fields of an index, and every combination of values they allow. */
function leadingPoints(
  fields: readonly Path[],
  facts: readonly Fact[],
): { points: PointsFact[]; combinations: readonly (readonly unknown[])[] } {
  const points: PointsFact[] = [];
  let combinations: readonly (readonly unknown[])[] = [[]];
  for (const path of fields) {
    const fact = pointsOn(facts, path);
    if (fact === undefined || combinations.length * fact.values.length > maxCombinations) break;
    points.push(fact);
    const { values } = fact;
    combinations =
      points.length === 1 ? values.map((value) => [value]) : combinations.flatMap((prefix) => values.map((value) => [...prefix, value]));
  }
  return { points, combinations };
}

function pointsOn(facts: readonly Fact[], path: Path): PointsFact | undefined {
  for (const fact of facts) if (fact.kind === "points" && samePath(fact.path, path)) return fact;
  return undefined;
}

function rangeOn(facts: readonly Fact[], path: Path): RangeFact | undefined {
  for (const fact of facts) if (fact.kind === "range" && samePath(fact.path, path)) return fact;
  return undefined;
}

function slotsOf(fact: PointsFact, state: TableState): readonly Slot[] {
  const slots: Slot[] = [];
  for (const value of fact.values) {
    const key = keyFor(value);
    const slot = key === undefined ? undefined : state.slotOf(key);
    if (slot !== undefined) slots.push(slot);
  }
  return slots;
}

/** The key that equals a value: 1n finds key 1. */
function keyFor(value: Value): Key | undefined {
  if (typeof value === "string" || typeof value === "number") return value;
  const token = typeof value === "bigint" ? tokenOf(value) : undefined;
  return typeof token === "number" ? token : undefined;
}
