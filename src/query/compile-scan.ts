import type { StoredRecord } from "../base/value.js";
import type { Value } from "../base/value.js";
import { toTest, toValueTest } from "../condition/evaluate.js";
import type { ConditionNode, FieldNode } from "../condition/node.js";

/** Goes through the slots of a table and gives the records that match, at most `limit` of them. */
export type Scan = (records: readonly (StoredRecord | undefined)[], limit: number) => StoredRecord[];

/** Below this many records, compiling costs more than it saves. */
const worthCompiling = 512;

/** Compiled scans by their source. One of these serves every condition of the same shape: operands are parameters. */
const compiled = new Map<string, (operands: readonly unknown[]) => Scan>();
const maxCompiled = 500;

/**
 * A scan for a conjunction.
 *
 * A test that is put together from closures reads every field through a call that V8 cannot specialise, since all fields of all tables pass
 * through it; a scan compiled for the shape of the condition runs about four times as fast. Where the process forbids code generation
 * (`--disallow-code-generation-from-strings`), the closures serve. Field names enter the code as JSON strings, operands only as parameters.
 */
export function makeScan(nodes: readonly ConditionNode[], records: number): Scan {
  return (records >= worthCompiling ? compileScan(nodes) : undefined) ?? interpretScan(nodes);
}

/** The scan made of closures. */
export function interpretScan(nodes: readonly ConditionNode[]): Scan {
  const tests = nodes.map(toTest);
  return (records, limit) => {
    const found: StoredRecord[] = [];
    for (const record of records) {
      if (found.length >= limit) break;
      if (record !== undefined && tests.every((test) => test(record))) found.push(record);
    }
    return found;
  };
}

/** The scan as generated code, or undefined where the process forbids it. */
export function compileScan(nodes: readonly ConditionNode[]): Scan | undefined {
  const operands: unknown[] = [];
  const condition = nodes.map((node) => expression(node, operands)).join(" && ") || "true";
  const source = `return (records, limit) => {
    const found = [];
    for (let i = 0; i < records.length && found.length < limit; i++) {
      const r = records[i];
      if (r !== undefined && ${condition}) found.push(r);
    }
    return found;
  };`;
  let factory = compiled.get(source);
  if (factory === undefined) {
    try {
      // oxlint-disable-next-line typescript/no-implied-eval -- see above for what may enter the source
      factory = new Function("o", source) as (operands: readonly unknown[]) => Scan;
    } catch {
      return undefined;
    }
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(source, factory);
  }
  return factory(operands);
}

/** A condition as an expression over the record `r` and the operands `o`. */
function expression(node: ConditionNode, operands: unknown[]): string {
  switch (node.op) {
    case "and":
    case "or":
      return `(${node.conditions.map((inner) => expression(inner, operands)).join(node.op === "and" ? " && " : " || ")})`;
    case "not":
      return `!${expression(node.condition, operands)}`;
    default:
      return fieldExpression(node, operands);
  }
}

function fieldExpression(node: FieldNode, operands: unknown[]): string {
  const name = node.path[0]!;
  if (node.path.length > 1 || name in Object.prototype) return `${parameter(toTest(node), operands)}(r)`;
  const field = `r[${JSON.stringify(name)}]`;
  return simple(node, field, operands) ?? `${parameter(toValueTest(node), operands)}(${field})`;
}

/** The nodes that are worth writing out: comparisons with a number, string, boolean or null. */
function simple(node: FieldNode, field: string, operands: unknown[]): string | undefined {
  switch (node.op) {
    case "eq":
      return equality(field, node.value, operands);
    case "ne": {
      const equal = equality(field, node.value, operands);
      return equal && `!${equal}`;
    }
    case "lt":
      return ordered(field, [["<", node.value]], operands);
    case "lte":
      return ordered(field, [["<=", node.value]], operands);
    case "gt":
      return ordered(field, [[">", node.value]], operands);
    case "gte":
      return ordered(field, [[">=", node.value]], operands);
    case "between": {
      const bounds: Bounds = [
        [">=", node.low],
        ["<=", node.high],
      ];
      return typeof node.low === typeof node.high ? ordered(field, bounds, operands) : undefined;
    }
    case "startsWith":
      return node.ignoreCase ? undefined : `(typeof ${field} === "string" && ${field}.startsWith(${parameter(node.value, operands)}))`;
    default:
      return undefined;
  }
}

function equality(field: string, operand: Value, operands: unknown[]): string | undefined {
  if (operand === null) return `(${field} === null || ${field} === undefined)`;
  if (typeof operand === "string" || typeof operand === "boolean") return `(${field} === ${parameter(operand, operands)})`;
  if (typeof operand !== "number" || Number.isNaN(operand)) return undefined;
  const wanted = parameter(operand, operands);
  return `(${field} === ${wanted} || typeof ${field} === "bigint" && ${field} == ${wanted})`;
}

type Bounds = readonly (readonly [operator: string, operand: Value])[];

/** Comparisons with operands of one type. JavaScript compares a number and a bigint by value, and NaN as false, which is what `lt` means. */
function ordered(field: string, bounds: Bounds, operands: unknown[]): string | undefined {
  const type = typeof bounds[0]![1];
  if (type !== "number" && type !== "string") return undefined;
  const tests = bounds.map(([operator, operand]) => `${field} ${operator} ${parameter(operand, operands)}`).join(" && ");
  const sameClass = type === "string" ? `typeof ${field} === "string"` : `(typeof ${field} === "number" || typeof ${field} === "bigint")`;
  return `(${sameClass} && ${tests})`;
}

function parameter(value: unknown, operands: unknown[]): string {
  return `o[${operands.push(value) - 1}]`;
}
