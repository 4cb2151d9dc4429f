import { isDate, isUint8Array } from "node:util/types";
import type { Path } from "../base/path.js";
import type { Value } from "../base/value.js";
import type { ConditionNode, LikeNode, TextNode } from "./node.js";

const comparisons = { eq: "=", ne: "!=", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;
const textWords = { startsWith: "starts", endsWith: "ends", contains: "contains", equals: "equals" } as const;

/** A condition as a person would write it: `age >= 30 and dept in ("IT", "HR")`. It names everything that the condition tests, values included. */
export function conditionText(node: ConditionNode): string {
  switch (node.op) {
    case "and":
      return node.conditions.map((part) => (part.op === "or" ? `(${conditionText(part)})` : conditionText(part))).join(" and ");
    case "or":
      return node.conditions.map(conditionText).join(" or ");
    case "not":
      return `not (${conditionText(node.condition)})`;
    case "eq":
    case "ne":
      if (node.value === null) return `${fieldText(node.path)} is ${node.op === "eq" ? "null" : "not null"}`;
      return `${fieldText(node.path)} ${comparisons[node.op]} ${valueText(node.value)}`;
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return `${fieldText(node.path)} ${comparisons[node.op]} ${valueText(node.value)}`;
    case "between":
      return `${fieldText(node.path)} between ${valueText(node.low)} and ${valueText(node.high)}`;
    case "in":
    case "notIn":
      return `${fieldText(node.path)} ${node.op === "in" ? "in" : "not in"} (${node.values.map(valueText).join(", ")})`;
    case "startsWith":
    case "endsWith":
    case "contains":
    case "equals":
      return textNodeText(node);
    case "like":
      return likeText(node);
    case "matches":
      return `${fieldText(node.path)} matches /${node.source}/${node.flags}`;
  }
}

function textNodeText({ op, path, value, ignoreCase }: TextNode): string {
  return `${fieldText(path)} ${ignoreCase ? "i" : ""}${textWords[op]} ${valueText(value)}`;
}

function likeText({ path, pattern, escape, ignoreCase }: LikeNode): string {
  const ending = escape === undefined ? "" : ` escape ${JSON.stringify(escape)}`;
  return `${fieldText(path)} ${ignoreCase ? "ilike" : "like"} ${JSON.stringify(pattern)}${ending}`;
}

/** A path with its odd names in backticks, so that the dot of a name is no step of the path. */
function fieldText(path: Path): string {
  return path.map((name) => (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : `\`${name.replaceAll("`", "``")}\``)).join(".");
}

function valueText(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (isDate(value)) return `date"${value.toISOString()}"`;
  if (isUint8Array(value)) return `bytes"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")}"`;
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  const members = Object.entries(value as Readonly<Record<string, Value>>).map(([name, one]) => `${fieldText([name])}: ${valueText(one)}`);
  return `{${members.join(", ")}}`;
}
