import { isDate, isUint8Array } from "node:util/types";
import { refuse } from "../base/arguments.js";
import { copyValueIn, deepFreeze } from "../base/copy.js";
import { isIterable, isList, isPlainObject } from "../base/shape.js";
import type { Value } from "../base/value.js";
import { parseLike } from "./like-pattern.js";
import { maxNesting, maxTests } from "./node.js";
import type { ConditionNode } from "./node.js";
import { checkPath } from "../base/path.js";

type Unread = Readonly<Record<string, unknown>>;

/**
 * Checks that plain data is a condition node and freezes a copy of it. Every node passes through here or {@link operand}, so the planner and
 * the evaluator can trust what they read.
 */
export function readNode(node: unknown, where: string): ConditionNode {
  return read(node, where, 1, { left: maxTests });
}

function read(node: unknown, where: string, depth: number, tests: { left: number }): ConditionNode {
  if (!isPlainObject(node)) return refuse(where, "node", "an object with an op", node);
  if (tests.left-- === 0) return refuse(where, "node", `made of at most ${maxTests} parts`, node);
  if (depth > maxNesting) return refuse(where, "node", `nested at most ${maxNesting} levels deep`, node);
  switch (node.op) {
    case "and":
    case "or": {
      if (!isList(node.conditions) || node.conditions.length === 0)
        return refuse(where, "conditions", "a list of conditions", node.conditions);
      return Object.freeze({
        op: node.op,
        conditions: Object.freeze(Array.from(node.conditions, (one) => read(one, where, depth + 1, tests))),
      });
    }
    case "not":
      return Object.freeze({ op: node.op, condition: read(node.condition, where, depth + 1, tests) });
    case "eq":
    case "ne":
      return fieldNode(where, node, { op: node.op, value: operand(where, node.value) });
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return fieldNode(where, node, { op: node.op, value: orderedOperand(where, node.value) });
    case "between":
      return fieldNode(where, node, {
        op: node.op,
        low: orderedOperand(where, node.low, "low"),
        high: orderedOperand(where, node.high, "high"),
      });
    case "in":
    case "notIn":
      return fieldNode(where, node, { op: node.op, values: operands(where, node.values) });
    case "contains":
      return fieldNode(where, node, { op: node.op, value: operand(where, node.value), ignoreCase: node.ignoreCase === true });
    case "startsWith":
    case "endsWith":
    case "equals":
      return fieldNode(where, node, { op: node.op, value: textOperand(where, node.value), ignoreCase: node.ignoreCase === true });
    case "like":
      return fieldNode(where, node, {
        op: node.op,
        ...likeOperand(where, node.pattern, node.escape),
        ignoreCase: node.ignoreCase === true,
      });
    case "matches":
      return fieldNode(where, node, { op: node.op, ...expressionOperand(where, node.source, node.flags) });
    default:
      return refuse(where, "op", "the name of a condition", node.op);
  }
}

type WithoutPath<N> = N extends { readonly path: unknown } ? Omit<N, "path"> : never;

function fieldNode(where: string, node: Unread, rest: WithoutPath<ConditionNode>): ConditionNode {
  // In the order in which the verbs write them, so that equal conditions are equal text.
  return Object.freeze(Object.assign({ op: rest.op, path: checkPath(where, node.path) }, rest)) as ConditionNode;
}

/** An operand of `eq` and its kin: any storable value. */
export function operand(where: string, value: unknown, name = "value"): Value {
  if (value === undefined) refuse(where, name, "a value to compare with", value, "isNull() asks for null or absent");
  return deepFreeze(copyValueIn(value, where, name));
}

/** An operand of `lt` and its kin: a value that has an order. */
export function orderedOperand(where: string, value: unknown, name = "value"): Value {
  const hint = value === null || value === undefined ? "isNull() asks for null or absent" : "";
  if (!isOrdered(value)) refuse(where, name, "a boolean, number, bigint, date, string or Uint8Array", value, hint);
  return operand(where, value, name);
}

function isOrdered(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return true;
    default:
      return isDate(value) || isUint8Array(value);
  }
}

export function operands(where: string, values: unknown): readonly Value[] {
  if (!isIterable(values)) return refuse(where, "values", "a list of values", values);
  return Object.freeze(Array.from(values, (value, i) => operand(where, value, `values[${i}]`)));
}

export function textOperand(where: string, value: unknown): string {
  return typeof value === "string" ? value : refuse(where, "value", "a string", value);
}

export function likeOperand(where: string, pattern: unknown, escape: unknown): { pattern: string; escape: string | undefined } {
  if (typeof pattern !== "string") return refuse(where, "pattern", "a string", pattern);
  if (escape !== undefined && typeof escape !== "string") return refuse(where, "escape", "one character", escape);
  parseLike(pattern, escape, where); // refuses a bad escape here, where the caller wrote it, and not at the first query
  return { pattern, escape };
}

export function expressionOperand(where: string, source: unknown, flags: unknown): { source: string; flags: string } {
  if (typeof source !== "string" || typeof flags !== "string") {
    return refuse(where, "expression", "a source and flags, which are strings", typeof source === "string" ? flags : source);
  }
  try {
    // "g" only says where the next search starts, and every record is a search of its own.
    return { source, flags: new RegExp(source, flags).flags.replace("g", "") };
  } catch {
    return refuse(where, "expression", "a valid regular expression", `/${source}/${flags}`);
  }
}
