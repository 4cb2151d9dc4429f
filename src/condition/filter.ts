import { refuse } from "../base/arguments.js";
import { describe } from "../base/describe.js";
import { InvalidArgumentError } from "../base/errors.js";
import { isInstance, isPlainObject, isPromise } from "../base/shape.js";
import { and, Condition } from "./condition.js";
import { Field } from "./field.js";
import type { ConditionNode } from "./node.js";
import { checkPath } from "../base/path.js";

/** A caller's own test of a record. It is opaque to the planner. */
export type Predicate = (record: Readonly<Record<string, unknown>>) => unknown;

/** What `where` came to: a condition, a predicate, or neither (every record). */
export interface Filter {
  readonly node: ConditionNode | undefined;
  readonly predicate: Predicate | undefined;
}

/** Lets every record through. */
export const everything: Filter = { node: undefined, predicate: undefined };

/**
 * Reads a `where`: a condition, an equality shorthand, or a predicate.
 *
 * @throws InvalidArgumentError for anything else, and for shorthand values that are undefined or look like MongoDB operators
 */
export function readFilter(where: string, value: unknown): Filter {
  if (isInstance(value, Condition)) return { node: value.node, predicate: undefined };
  if (typeof value === "function") return { node: undefined, predicate: guarded(where, value as Predicate) };
  if (!isPlainObject(value)) {
    const hint = isInstance(value, Field) ? "ask something of the field, such as eq(...)" : "";
    return refuse(where, "where", "a condition, an object of field values, or a function", value, hint);
  }
  const equalities = Object.entries(value).map(([name, wanted]) => equality(where, name, wanted));
  return equalities.length === 0 ? everything : { node: and(...equalities).node, predicate: undefined };
}

function equality(where: string, name: string, wanted: unknown): Condition {
  if (wanted === undefined) refuse(where, `where.${name}`, "a value", wanted, "null matches null or absent");
  if (isInstance(wanted, Condition)) refuse(where, `where.${name}`, "a value to equal", wanted, "a condition is the whole where");
  const operator = [name, ...(isPlainObject(wanted) ? Object.keys(wanted) : [])].find((member) => member.startsWith("$"));
  if (operator !== undefined) refuseOperator(where, name, operator);
  return new Field(checkPath(where, [name])).eq(wanted);
}

/** What people who know MongoDB write first. */
function refuseOperator(where: string, name: string, operator: string): never {
  const field = name === operator ? "field" : name;
  const argument = name === operator ? "where" : `where.${name}`;
  throw new InvalidArgumentError(
    `${where}: ${argument} must hold values to equal, received the operator ${describe(operator)} (write conditions such as fields.${field}.gte(...), and and(), or(), not() of them)`,
    { argument, expected: "values to equal", received: operator },
  );
}

function guarded(where: string, predicate: Predicate): Predicate {
  return (record) => {
    const answer = predicate(record);
    if (typeof answer === "boolean" || answer === null || answer === undefined) return answer;
    const hint = isPromise(answer) ? "an async function cannot be a predicate" : "write a comparison";
    return refuse(where, "where", "a function that returns true, false, null or undefined", answer, hint);
  };
}
