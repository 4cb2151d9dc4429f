import { isDate, isUint8Array } from "node:util/types";
import { InvalidArgumentError } from "./errors.js";

/**
 * A value as JSON that loses nothing: what JSON cannot say is tagged as in MongoDB's Extended JSON, `{"$date": "2026-01-31T00:00:00.000Z"}`.
 * Tags: `$date`, `$bytes` (base64), `$bigint`, `$number` (NaN, Infinity, -Infinity, -0), and `$object` around a plain object that looks like a tag.
 */
export function toExtendedJson(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return { $bigint: String(value) };
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? "-0" : String(value) };
    case "object":
      return value === null ? null : objectToJson(value);
    default:
      return value;
  }
}

function objectToJson(value: object): unknown {
  if (Array.isArray(value)) return value.map(toExtendedJson);
  if (isDate(value)) return { $date: value.toISOString() };
  if (isUint8Array(value)) return { $bytes: Buffer.from(value).toString("base64") };
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toExtendedJson(member)]));
  return tagIn(value) === undefined ? copy : { $object: copy };
}

/**
 * The value behind {@link toExtendedJson}'s output.
 * @throws InvalidArgumentError when a tag's content is not what the tag promises
 */
export function fromExtendedJson(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(fromExtendedJson);
  const tag = tagIn(json);
  if (tag !== undefined) return untag(tag, (json as Readonly<Record<string, unknown>>)[tag]);
  return membersOf(json);
}

function membersOf(json: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, fromExtendedJson(member)]));
}

function tagIn(value: object): string | undefined {
  const names = Object.keys(value);
  return names.length === 1 && names[0]!.startsWith("$") ? names[0] : undefined;
}

function untag(tag: string, content: unknown): unknown {
  if (tag === "$object" && typeof content === "object" && content !== null) return membersOf(content);
  if (typeof content === "string") {
    if (tag === "$date" && !Number.isNaN(Date.parse(content))) return new Date(content);
    if (tag === "$bytes") return new Uint8Array(Buffer.from(content, "base64"));
    if (tag === "$bigint" && /^-?\d+$/.test(content)) return BigInt(content);
    if (tag === "$number" && /^(NaN|-?Infinity|-0)$/.test(content)) return Number(content);
  }
  throw new InvalidArgumentError(`a value tagged ${JSON.stringify(tag)} does not hold what that tag promises`, { argument: tag });
}
