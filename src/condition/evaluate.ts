import { classOf, compareValues, valuesEqual } from "../base/order.js";
import { tokenOf } from "../base/token.js";
import type { Value } from "../base/value.js";
import { compileLike } from "./like.js";
import type { BetweenNode, ComparisonNode, ConditionNode, InNode, MatchesNode, TextNode } from "./node.js";
import { getter } from "../base/path.js";

/** Decides one record. */
export type Test = (record: Readonly<Record<string, unknown>>) => boolean;

/** Decides one value of the field that a node names; undefined and null are alike. */
export type ValueTest = (value: unknown) => boolean;

/**
 * The meaning of a condition, as a function. Every faster way to answer (an index, a compiled scan) must agree with this one; a property test
 * holds them against each other.
 */
export function toTest(node: ConditionNode): Test {
  switch (node.op) {
    case "and": {
      const tests = node.conditions.map(toTest);
      return (record) => tests.every((test) => test(record));
    }
    case "or": {
      const tests = node.conditions.map(toTest);
      return (record) => tests.some((test) => test(record));
    }
    case "not": {
      const test = toTest(node.condition);
      return (record) => !test(record);
    }
    default: {
      const read = getter(node.path);
      const test = toValueTest(node);
      return (record) => test(read(record));
    }
  }
}

/** What a node that looks at one field asks of its value. */
export function toValueTest(node: Exclude<ConditionNode, { op: "and" | "or" | "not" }>): ValueTest {
  switch (node.op) {
    case "eq":
    case "ne":
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return comparison(node);
    case "between":
      return between(node);
    case "in":
    case "notIn":
      return membership(node);
    case "startsWith":
    case "endsWith":
    case "contains":
    case "equals":
      return text(node);
    case "like": {
      const matches = compileLike(node.pattern, node.escape, node.ignoreCase);
      return (value) => typeof value === "string" && matches(value);
    }
    case "matches":
      return regularExpression(node);
  }
}

function comparison({ op, value: operand }: ComparisonNode): ValueTest {
  if (op === "eq") return equalTo(operand);
  if (op === "ne") {
    const equal = equalTo(operand);
    return (value) => !equal(value);
  }
  if (Number.isNaN(operand)) return () => false;
  const sameClass = orderedLike(operand);
  switch (op) {
    case "lt":
      return (value) => sameClass(value) && compareValues(value, operand) < 0;
    case "lte":
      return (value) => sameClass(value) && compareValues(value, operand) <= 0;
    case "gt":
      return (value) => sameClass(value) && compareValues(value, operand) > 0;
    case "gte":
      return (value) => sameClass(value) && compareValues(value, operand) >= 0;
  }
}

function equalTo(operand: Value): ValueTest {
  if (operand === null) return (value) => value === null || value === undefined;
  return (value) => value === operand || valuesEqual(value, operand);
}

function between({ low, high }: BetweenNode): ValueTest {
  if (Number.isNaN(low) || Number.isNaN(high) || classOf(low) !== classOf(high)) return () => false;
  const sameClass = orderedLike(low);
  return (value) => sameClass(value) && compareValues(value, low) >= 0 && compareValues(value, high) <= 0;
}

/** Whether a value may be compared by order with this operand: of its class, and not NaN. */
function orderedLike(operand: Value): ValueTest {
  const wanted = classOf(operand);
  return (value) => classOf(value) === wanted && !Number.isNaN(value);
}

function membership({ op, values }: InNode): ValueTest {
  const tokens = new Set(values.map(tokenOf));
  return op === "in" ? (value) => tokens.has(tokenOf(value)) : (value) => !tokens.has(tokenOf(value));
}

function text({ op, value: operand, ignoreCase }: TextNode): ValueTest {
  if (typeof operand !== "string") return (value) => containsElement(value, operand);
  const wanted = ignoreCase ? operand.toLowerCase() : operand;
  const fold = (value: string): string => (ignoreCase ? value.toLowerCase() : value);
  switch (op) {
    case "startsWith":
      return (value) => typeof value === "string" && fold(value).startsWith(wanted);
    case "endsWith":
      return (value) => typeof value === "string" && fold(value).endsWith(wanted);
    case "equals":
      return (value) => typeof value === "string" && fold(value) === wanted;
    case "contains":
      return (value) =>
        typeof value === "string"
          ? fold(value).includes(wanted)
          : ignoreCase
            ? Array.isArray(value) && value.some((item) => typeof item === "string" && fold(item) === wanted)
            : containsElement(value, operand);
  }
}

function containsElement(value: unknown, element: Value): boolean {
  return Array.isArray(value) && value.some((item) => valuesEqual(item, element));
}

function regularExpression({ source, flags }: MatchesNode): ValueTest {
  const expression = new RegExp(source, flags);
  return (value) => {
    // A sticky expression remembers where it stopped; each record starts afresh.
    expression.lastIndex = 0;
    return typeof value === "string" && expression.test(value);
  };
}
