import { refuse } from "../base/arguments.js";
import { copyValueIn, deepFreeze } from "../base/copy.js";
import { classOf, valueClass } from "../base/order.js";
import type { Value } from "../base/value.js";
import { compileLike } from "./like.js";
import type { ConditionNode } from "./node.js";
import { checkPath } from "../base/path.js";

/** Deeper conditions than this are a mistake or an attack. */
const maxNesting = 1_000;

type Unread = Readonly<Record<string, unknown>>;

/**
 * Checks that plain data is a condition node and freezes a copy of it. Every node passes through here or {@link operand}, so the planner and
 * the evaluator can trust what they read.
 */
export function readNode(data: unknown, depth = 0): ConditionNode {
  const where = "condition";
  if (typeof data !== "object" || data === null) return refuse(where, "node", "an object with an op", data);
  if (depth > maxNesting) return refuse(where, "node", `nested at most ${maxNesting} deep`, data);
  const node = data as Unread;
  switch (node.op) {
    case "and":
    case "or": {
      if (!Array.isArray(node.conditions) || node.conditions.length === 0)
        return refuse(where, "conditions", "a list of conditions", node.conditions);
      return Object.freeze({ op: node.op, conditions: Object.freeze(node.conditions.map((inner) => readNode(inner, depth + 1))) });
    }
    case "not":
      return Object.freeze({ op: node.op, condition: readNode(node.condition, depth + 1) });
    case "eq":
    case "ne":
      return fieldNode(node, { op: node.op, value: operand(where, node.value) });
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return fieldNode(node, { op: node.op, value: orderedOperand(where, node.value) });
    case "between":
      return fieldNode(node, { op: node.op, low: orderedOperand(where, node.low), high: orderedOperand(where, node.high) });
    case "in":
    case "notIn":
      return fieldNode(node, { op: node.op, values: operands(where, node.values) });
    case "contains":
      return fieldNode(node, { op: node.op, value: operand(where, node.value), ignoreCase: node.ignoreCase === true });
    case "startsWith":
    case "endsWith":
    case "equals":
      return fieldNode(node, { op: node.op, value: textOperand(where, node.value), ignoreCase: node.ignoreCase === true });
    case "like":
      return fieldNode(node, { op: node.op, ...likeOperand(where, node.pattern, node.escape), ignoreCase: node.ignoreCase === true });
    case "matches":
      return fieldNode(node, { op: node.op, ...expressionOperand(where, node.source, node.flags) });
    default:
      return refuse(where, "op", "the name of a condition", node.op);
  }
}

type WithoutPath<N> = N extends { readonly path: unknown } ? Omit<N, "path"> : never;

function fieldNode(node: Unread, rest: WithoutPath<ConditionNode>): ConditionNode {
  return Object.freeze({ path: checkPath("condition", node.path), ...rest }) as ConditionNode;
}

/** An operand of `eq` and its kin: any storable value. */
export function operand(where: string, value: unknown): Value {
  if (value === undefined) refuse(where, "value", "a value to compare with", value, "isNull() asks for null or absent");
  return deepFreeze(copyValueIn(value, where, "value"));
}

/** An operand of `lt` and its kin: a value that has an order. */
export function orderedOperand(where: string, value: unknown): Value {
  const kind = classOf(value);
  if (kind === valueClass.none) refuse(where, "value", "a value that can be ordered", value, "isNull() asks for null or absent");
  if (kind >= valueClass.array) refuse(where, "value", "a boolean, number, bigint, date, string or Uint8Array", value);
  return operand(where, value);
}

export function operands(where: string, values: unknown): readonly Value[] {
  if (typeof values !== "object" || values === null || !(Symbol.iterator in values))
    return refuse(where, "values", "a list of values", values);
  return Object.freeze(Array.from(values as Iterable<unknown>, (value) => operand(where, value)));
}

export function textOperand(where: string, value: unknown): string {
  return typeof value === "string" ? value : refuse(where, "value", "a string", value);
}

export function likeOperand(where: string, pattern: unknown, escape: unknown): { pattern: string; escape: string | undefined } {
  if (typeof pattern !== "string") return refuse(where, "pattern", "a string", pattern);
  if (escape !== undefined && typeof escape !== "string") return refuse(where, "escape", "a single character", escape);
  compileLike(pattern, escape, false); // refuses a bad escape here, where the caller wrote it, and not at the first query
  return { pattern, escape };
}

export function expressionOperand(where: string, source: unknown, flags: unknown): { source: string; flags: string } {
  if (typeof source !== "string" || typeof flags !== "string") return refuse(where, "expression", "a regular expression", source);
  try {
    // "g" only says where the next search starts, and every record is a search of its own.
    return { source, flags: new RegExp(source, flags).flags.replace("g", "") };
  } catch {
    return refuse(where, "expression", "a valid regular expression", `/${source}/${flags}`);
  }
}
