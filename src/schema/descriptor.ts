import { refuse } from "../base/arguments.js";
import { InvalidArgumentError } from "../base/errors.js";
import { pathText } from "./issues.js";

/** What a descriptor can start with. */
export const fieldTypes = ["string", "number", "integer", "boolean", "bigint", "date", "bytes", "object", "any"] as const;

/** The type of a field, or of an array's elements. */
export type FieldType = (typeof fieldTypes)[number];

/** A descriptor string such as `"string[]|null?"`, taken apart. */
export interface FieldDescriptor {
  readonly type: FieldType;
  /** `[]`: the field holds an array of `type`. */
  readonly array: boolean;
  /** `|null`: the field may hold null. */
  readonly nullable: boolean;
  /** `?`: the field may be absent. */
  readonly optional: boolean;
}

const form = /^([a-z]+)(\[\])?(\|null)?(\?)?$/;
const expected = `one of ${fieldTypes.join(", ")}, followed by any of "[]", "|null" and "?" in this order`;

/**
 * Takes a descriptor apart.
 *
 * @param where the method as its caller wrote it, such as `createTable()`
 * @throws InvalidArgumentError naming the field, what a descriptor looks like and what was received
 */
export function parseDescriptor(descriptor: unknown, field: string, where: string): FieldDescriptor {
  const parts = typeof descriptor === "string" ? form.exec(descriptor) : null;
  const type = fieldTypes.find((name) => name === parts?.[1]);
  if (parts === null || type === undefined) refuse(where, pathText(["schema", field]), expected, descriptor, suggestion(descriptor));
  return { type, array: parts[2] !== undefined, nullable: parts[3] !== undefined, optional: parts[4] !== undefined };
}

/**
 * Refuses the names that reach an object's prototype instead of a field of its own.
 *
 * @throws InvalidArgumentError
 */
export function checkFieldName(field: string, where: string): void {
  if (field !== "__proto__" && field !== "constructor" && field !== "prototype") return;
  throw new InvalidArgumentError(`${where}: schema cannot have a field named "${field}", because JavaScript reserves that name`, {
    argument: "schema",
    expected: "a field name other than __proto__, constructor and prototype",
    received: field,
  });
}

/** Names that other languages, databases and JavaScript's own constructors have for our types. */
const foreignNames: Readonly<Record<string, FieldType>> = {
  str: "string",
  text: "string",
  varchar: "string",
  float: "number",
  double: "number",
  real: "number",
  numeric: "number",
  int: "integer",
  bool: "boolean",
  datetime: "date",
  timestamp: "date",
  uint8array: "bytes",
  buffer: "bytes",
  blob: "bytes",
  json: "object",
  dict: "object",
  unknown: "any",
};

/** What the writer of a wrong descriptor probably meant, as a hint for the error. */
function suggestion(descriptor: unknown): string {
  const text = typeof descriptor === "function" ? descriptor.name : descriptor;
  if (typeof text !== "string" || text.length > 40) return "";
  const parts = /^\s*(\w+)((?:\s|\[\]|\|\s*null|\?)*)$/.exec(text);
  const name = parts?.[1]?.toLowerCase() ?? "";
  const type = fieldTypes.find((known) => known === name) ?? (Object.hasOwn(foreignNames, name) ? foreignNames[name] : undefined);
  if (type === undefined) return "";
  const suffixes = parts?.[2] ?? "";
  const array = suffixes.includes("[]") ? "[]" : "";
  return `did you mean "${type}${array}${suffixes.includes("null") ? "|null" : ""}${suffixes.includes("?") ? "?" : ""}"?`;
}
