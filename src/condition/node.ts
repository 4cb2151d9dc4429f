import type { Value } from "../base/value.js";
import type { Path } from "../base/path.js";

/**
 * A condition as data: frozen, without functions, so that the planner can read it and it can be printed, stored or sent to another thread.
 * Logic is two-valued: every node is true or false of every record.
 */
export type ConditionNode = ComparisonNode | BetweenNode | InNode | TextNode | LikeNode | MatchesNode | LogicNode | NotNode;

/** `eq` and `ne` compare deeply and take null for absent; the others match only values of the operand's own class, and never NaN. */
export interface ComparisonNode {
  readonly op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte";
  readonly path: Path;
  readonly value: Value;
}

/** Both ends are included. */
export interface BetweenNode {
  readonly op: "between";
  readonly path: Path;
  readonly low: Value;
  readonly high: Value;
}

export interface InNode {
  readonly op: "in" | "notIn";
  readonly path: Path;
  readonly values: readonly Value[];
}

/** `contains` also looks for an element of an array; the others match only strings. */
export interface TextNode {
  readonly op: "startsWith" | "endsWith" | "contains" | "equals";
  readonly path: Path;
  readonly value: Value;
  readonly ignoreCase: boolean;
}

export interface LikeNode {
  readonly op: "like";
  readonly path: Path;
  readonly pattern: string;
  readonly escape: string | undefined;
  readonly ignoreCase: boolean;
}

/** A regular expression in its parts; it matches only strings. */
export interface MatchesNode {
  readonly op: "matches";
  readonly path: Path;
  readonly source: string;
  readonly flags: string;
}

export interface LogicNode {
  readonly op: "and" | "or";
  readonly conditions: readonly ConditionNode[];
}

export interface NotNode {
  readonly op: "not";
  readonly condition: ConditionNode;
}

/** Every node that looks at one field. */
export type FieldNode = Exclude<ConditionNode, LogicNode | NotNode>;

export function isFieldNode(node: ConditionNode): node is FieldNode {
  return node.op !== "and" && node.op !== "or" && node.op !== "not";
}

/** A condition may be nested this deep. Whoever walks through one may do so by recursion. */
export const maxNesting = 256;

/** A condition may make this many tests; one that is put into itself again and again doubles each time. */
export const maxTests = 100_000;

/** How large a condition is. */
export interface Extent {
  /** How deep it is nested: 1 for a test of one field. */
  readonly depth: number;
  /** How many tests of a field it makes, each place of a shared one counted. */
  readonly tests: number;
}

const single: Extent = { depth: 1, tests: 1 };
const extents = new WeakMap<ConditionNode, Extent>();

/** Remembers how large a condition is, as whoever put it together knows from its parts. */
export function withExtent<N extends ConditionNode>(node: N, extent: Extent): N {
  extents.set(node, extent);
  return node;
}

/** How large a condition is. O(1) where it was put together from conditions, else O(parts). */
export function extentOf(node: ConditionNode): Extent {
  if (isFieldNode(node)) return single;
  const known = extents.get(node);
  if (known !== undefined) return known;
  let depth = 0;
  let tests = 0;
  for (const part of node.op === "not" ? [node.condition] : node.conditions) {
    const inner = extentOf(part);
    depth = Math.max(depth, inner.depth);
    tests += inner.tests;
  }
  return { depth: depth + 1, tests };
}

/** The paths of all fields that a condition looks at. */
export function* pathsOf(node: ConditionNode): Generator<Path> {
  if (isFieldNode(node)) yield node.path;
  else if (node.op === "not") yield* pathsOf(node.condition);
  else for (const inner of node.conditions) yield* pathsOf(inner);
}
