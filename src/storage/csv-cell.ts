import { isDate, isUint8Array } from "node:util/types";
import { fromExtendedJson } from "../base/extended-json.js";
import { parseDescriptor } from "../schema/descriptor.js";
import type { FieldDescriptor, FieldType } from "../schema/descriptor.js";
import { isCanonical } from "./csv-infer.js";
import type { ColumnType } from "./csv-infer.js";
import { valueText } from "./json-text.js";

/** Reads a cell; undefined is an absent field. Throws TypeError saying what was expected. */
export type ReadCell = (cell: string) => unknown;

/** Reads the cells of a column whose type was guessed: an empty one is null, or in a column of text an empty string. */
export function guessedCell(type: ColumnType): ReadCell {
  switch (type) {
    case "string":
      return ownText;
    case "boolean":
      return (cell) => (cell === "" ? null : cell === "true");
    case "number":
      return (cell) => (cell === "" ? null : Number(cell));
  }
}

/**
 * Reads the cells of a field with a descriptor. An empty cell is null where that is allowed, an absent field where that is, and else an empty string
 * or wrong.
 */
export function describedCell(descriptor: string, field: string): ReadCell {
  const { type, array, nullable, optional }: FieldDescriptor = parseDescriptor(descriptor, field, "importCsv()");
  const read = array ? readJson : readers[type];
  return (cell) => {
    if (cell !== "") return read(cell);
    if (nullable) return null;
    return optional ? undefined : read(cell);
  };
}

const integer = /^[-+]?\d+$/;
const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const readers: Readonly<Record<FieldType, ReadCell>> = {
  string: ownText,
  integer: (cell) => {
    const value = integer.test(cell.trim()) ? Number(cell) : Number.NaN;
    return Number.isSafeInteger(value) ? value : expected("a whole number");
  },
  number: (cell) => {
    const text = cell.trim();
    if (decimal.test(text) && Number.isFinite(Number(text))) return Number(text);
    return /^(?:NaN|-?Infinity)$/.test(text) ? Number(text) : expected("a number");
  },
  boolean: (cell) => {
    const text = cell.trim().toLowerCase();
    if (text === "true" || text === "1" || text === "yes") return true;
    return text === "false" || text === "0" || text === "no" ? false : expected("true or false");
  },
  bigint: (cell) => (integer.test(cell.trim()) && cell.length < 10_000 ? BigInt(cell.trim().replace("+", "")) : expected("a whole number")),
  date: (cell) => {
    const date = new Date(cell.trim());
    return Number.isNaN(date.getTime()) ? expected("a date such as 2026-01-31T00:00:00.000Z") : date;
  },
  bytes: (cell) => (base64.test(cell) ? new Uint8Array(Buffer.from(cell, "base64")) : expected("bytes in base64")),
  object: readJson,
  any: (cell) => {
    if (isCanonical(cell)) return Number(cell);
    return cell === "true" || cell === "false" ? cell === "true" : ownText(cell);
  },
};

function readJson(cell: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(cell);
  } catch {
    return expected("JSON");
  }
  return fromExtendedJson(json, "importCsv()");
}

function expected(what: string): never {
  throw new TypeError(what);
}

/** V8 copies parts of a string that are shorter than this; a longer part holds on to the whole, which may be much of the file. */
const sharedLength = 13;

/** The text in memory of its own. */
function ownText(cell: string): string {
  return cell.length < sharedLength ? cell : Buffer.from(cell).toString();
}

/** A value as the text of a cell; null stands for an empty cell. Numbers and booleans stay what they are: they are no formulas. */
export function cellOf(value: unknown): string | number | boolean | null {
  switch (typeof value) {
    case "undefined":
      return null;
    case "string":
    case "boolean":
      return value;
    case "number":
      return Object.is(value, -0) ? "-0" : value;
    case "bigint":
      return String(value);
    default:
      return structureCell(value);
  }
}

function structureCell(value: unknown): string | null {
  if (value === null) return null;
  if (isDate(value)) return value.toISOString();
  return isUint8Array(value) ? Buffer.from(value).toString("base64") : valueText(value);
}
