import { inspect } from "node:util";
import { refuse } from "../base/arguments.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError } from "../base/errors.js";
import { fromExtendedJson, toExtendedJson } from "../base/extended-json.js";
import { isInstance, isList, isPlainObject } from "../base/shape.js";
import { conditionText } from "./condition-text.js";
import { toTest } from "./evaluate.js";
import { extentOf, maxNesting, maxTests, withExtent } from "./node.js";
import type { ConditionNode, Extent } from "./node.js";
import { readNode } from "./read-node.js";

/** A condition with its verbs. Its meaning is all in the frozen `node`. */
export class Condition {
  readonly node: ConditionNode;

  constructor(node: ConditionNode) {
    this.node = Object.freeze(node);
    Object.freeze(this);
  }

  /**
   * A condition that was stored as JSON or crossed `postMessage`.
   * @param value what `JSON.parse` or the other thread gave
   * @throws InvalidArgumentError where it is no condition
   */
  static from(value: unknown): Condition {
    const where = "Condition.from()";
    if (isInstance(value, Condition)) return value;
    if (isPlainObject(value)) {
      if (Object.hasOwn(value, "$condition")) return new Condition(readNode(fromExtendedJson(value.$condition, where), where));
      if (Object.hasOwn(value, "node")) return new Condition(readNode(value.node, where));
    }
    return refuse(where, "value", "a condition, or what became of one in JSON or postMessage", value);
  }

  and(...others: readonly Condition[]): Condition {
    return and(this, ...others);
  }

  or(...others: readonly Condition[]): Condition {
    return or(this, ...others);
  }

  not(): Condition {
    return not(this);
  }

  /** Whether one record fulfils this condition. */
  matches(record: Readonly<Record<string, unknown>>): boolean {
    if (typeof record !== "object" || record === null || isList(record)) refuse("matches()", "record", "a record", record);
    return toTest(this.node)(record);
  }

  toJSON(): unknown {
    return { $condition: toExtendedJson(this.node) };
  }

  toString(): string {
    return conditionText(this.node);
  }

  [inspect.custom](): string {
    return `Condition { ${this.toString()} }`;
  }
}

/** The condition that is true where all of these are. */
export function and(...conditions: readonly Condition[]): Condition {
  return combine("and", conditions);
}

/** The condition that is true where at least one of these is. */
export function or(...conditions: readonly Condition[]): Condition {
  return combine("or", conditions);
}

/** The exact complement: true wherever the other is false. */
export function not(condition: Condition): Condition {
  checkCondition("not()", condition);
  const { depth, tests } = extentOf(condition.node);
  const extent = { depth: depth + 1, tests };
  checkExtent("not()", extent);
  return new Condition(withExtent({ op: "not", condition: condition.node }, extent));
}

function combine(op: "and" | "or", conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) {
    throw new InvalidArgumentError(
      `${op}(): at least one condition is needed, because ${op}() of nothing would match ${op === "and" ? "everything" : "nothing"}`,
      {
        argument: "conditions",
        expected: "at least one condition",
        received: "none",
      },
    );
  }
  let depth = 2;
  let tests = 0;
  for (const condition of conditions) {
    checkCondition(`${op}()`, condition);
    const extent = extentOf(condition.node);
    depth = Math.max(depth, condition.node.op === op ? extent.depth : extent.depth + 1);
    tests += extent.tests;
  }
  checkExtent(`${op}()`, { depth, tests });
  // Flat, so that a long chain of a.and(b).and(c) stays one level deep.
  const nodes = conditions.flatMap(({ node }) => (node.op === op ? node.conditions : [node]));
  return new Condition(withExtent({ op, conditions: Object.freeze(nodes) }, { depth, tests }));
}

function checkExtent(where: string, { depth, tests }: Extent): void {
  if (depth > maxNesting) refuse(where, "condition", `nested at most ${maxNesting} levels deep`, depth);
  if (tests > maxTests) refuse(where, "condition", `made of at most ${maxTests} tests`, tests);
}

function checkCondition(where: string, value: unknown): asserts value is Condition {
  if (isInstance(value, Condition)) return;
  const hint =
    typeof value === "function"
      ? "a predicate can only be the whole `where`"
      : "write users.fields.age.gte(18), or give an equality shorthand as the whole `where`";
  throw new InvalidArgumentError(`${where}: every argument must be a condition, received ${describe(value)} (${hint})`, {
    argument: "condition",
    expected: "a condition",
    received: describe(value),
  });
}
