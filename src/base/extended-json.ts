import { isDate, isUint8Array } from "node:util/types";
import { refuse } from "./arguments.js";
import { describe } from "./describe.js";
import { parseIsoDate } from "./iso-date.js";
import { isList } from "./shape.js";

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

/** Deeper JSON than this would exhaust the stack. A condition as deep as they may be, with a value as deep as it may be, is less deep. */
const maxJsonDepth = 1_000;

/**
 * The value behind {@link toExtendedJson}'s output.
 *
 * @param where the calling method, for error messages
 * @throws InvalidArgumentError when a tag's content is not what the tag promises, and for JSON deeper than 1,000 levels
 */
export function fromExtendedJson(json: unknown, where: string, depth = 1): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (depth > maxJsonDepth) refuse(where, "value", `nested at most ${maxJsonDepth} levels deep`, json);
  if (isList(json)) return Array.from(json, (item) => fromExtendedJson(item, where, depth + 1));
  const tag = tagIn(json);
  if (tag !== undefined) return untag(tag, (json as Readonly<Record<string, unknown>>)[tag], where, depth);
  return membersOf(json, where, depth);
}

function membersOf(json: object, where: string, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, fromExtendedJson(member, where, depth + 1)]));
}

/** The name of the tag that an object is, or looks like: its only field begins with a dollar. */
export function tagIn(value: object): string | undefined {
  const names = Object.keys(value);
  return names.length === 1 && names[0]!.startsWith("$") ? names[0] : undefined;
}

function untag(tag: string, content: unknown, where: string, depth: number): unknown {
  if (tag === "$object" && typeof content === "object" && content !== null) return membersOf(content, where, depth + 1);
  if (typeof content === "string") {
    const date = tag === "$date" ? parseIsoDate(content) : undefined;
    if (date !== undefined) return date;
    if (tag === "$bytes") return new Uint8Array(Buffer.from(content, "base64"));
    if (tag === "$bigint" && /^-?\d+$/.test(content)) return BigInt(content);
    if (tag === "$number" && /^(NaN|-?Infinity|-0)$/.test(content)) return Number(content);
  }
  return refuse(where, describe(tag), expectedIn(tag), content);
}

function expectedIn(tag: string): string {
  switch (tag) {
    case "$object":
      return "an object";
    case "$date":
      return "a date such as 2026-01-31T00:00:00.000Z";
    case "$bytes":
      return "bytes in base64";
    case "$bigint":
      return "a whole number in decimal digits";
    case "$number":
      return "NaN, Infinity, -Infinity or -0";
    default:
      return "one of the tags $object, $date, $bytes, $bigint and $number";
  }
}
