import { DictDBError } from "../base/errors.js";
import { fromExtendedJson } from "../base/extended-json.js";
import { parseIsoDate } from "../base/iso-date.js";
import { parseDescriptor } from "../schema/descriptor.js";
import type { FieldDescriptor, FieldType } from "../schema/descriptor.js";
import { isCanonical } from "./csv-infer.js";
import type { ColumnType } from "./csv-infer.js";
import { isTorn, ownText, unescapeFormula, unescapeTorn } from "./csv-text.js";
import { nullCell } from "./csv-value.js";
import { JsonParser } from "./json-parser.js";

/**
 * Reads a cell; undefined is an absent field. Throws TypeError saying what was expected.
 * @param isQuoted whether it stood in quotes
 */
export type ReadCell = (cell: string, isQuoted: boolean) => unknown;

/** How cells are to be understood, whatever their type. */
export interface CellForm {
  /** What stands for null. */
  readonly nullValues: ReadonlySet<string>;
  /** true takes away the apostrophes that keep spreadsheets from running text. */
  readonly unescapeFormulas: boolean;
}

/** Reads the cells of a column whose type was guessed: an empty one is null, or in a column of text an empty string. */
export function guessedCell(type: ColumnType, form: CellForm): ReadCell {
  const { nullValues } = form;
  const text = textReader(form);
  return (cell) => {
    if (nullValues.has(cell)) return null;
    if (type === "string") return text(cell);
    if (cell === "") return null;
    return type === "boolean" ? cell === "true" : Number(cell);
  };
}

/**
 * Reads the cells of a field with a descriptor. An empty cell is an absent field where that is allowed, null where that is, and else an empty string or
 * wrong; one in quotes is an empty string where that is a value of the type.
 */
export function describedCell(descriptor: string, field: string, form: CellForm): ReadCell {
  const { type, array, nullable, optional }: FieldDescriptor = parseDescriptor(descriptor, field, "importCsv()");
  const isAny = type === "any" && !array;
  const read = array ? readJson : type === "string" ? textReader(form) : type === "any" ? anyReader(form) : readers[type];
  const hasEmpty = isAny || (!array && (type === "string" || type === "bytes"));
  const empty = optional ? undefined : null;
  const mayBeAbsentOrNull = nullable && optional && !isAny;
  const { nullValues } = form;
  return (cell, isQuoted) => {
    if (nullValues.has(cell)) return nullable || isAny ? null : optional ? undefined : expected("a value that is not null");
    if (cell === "") return (nullable || optional) && !(isQuoted && hasEmpty) ? empty : read(cell);
    return mayBeAbsentOrNull && !isQuoted && cell === nullCell ? null : read(cell);
  };
}

const integer = /^[-+]?\d+$/;
const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const readers: Readonly<Record<Exclude<FieldType, "string" | "any">, (cell: string) => unknown>> = {
  integer: readInteger,
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
  bigint: readBigint,
  date: readDate,
  bytes: (cell) => (base64.test(cell) ? new Uint8Array(Buffer.from(cell, "base64")) : expected("bytes in base64")),
  object: readJson,
};

/** A day with slashes is what spreadsheets make of one; with the year in front it can mean one day only. */
function readDate(cell: string): Date {
  const text = cell.trim().replace(/^(\d{4})\/(\d\d)\/(\d\d)$/, "$1-$2-$3");
  return parseIsoDate(text) ?? expected("a date such as 2026-01-31 or 2026-01-31T09:30:00Z");
}

function readInteger(cell: string): number {
  const text = cell.trim();
  const value = Number(text);
  if (Number.isSafeInteger(value) && integer.test(text)) return value;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return expected("a whole number");
  // Beyond 2^53 there are whole numbers that none can hold: the text must be one that can, or how JavaScript writes it.
  return text === String(value) || (integer.test(text) && readBigint(text) === BigInt(value)) ? value : expected("a whole number");
}

function readBigint(cell: string): bigint {
  const text = cell.trim();
  if (!integer.test(text)) return expected("a whole number");
  try {
    return BigInt(text.replace("+", ""));
  } catch {
    return expected("a whole number");
  }
}

function textReader({ unescapeFormulas }: CellForm): (cell: string) => string {
  return unescapeFormulas ? (cell) => ownText(unescapeTorn(unescapeFormula(cell))) : (cell) => ownText(unescapeTorn(cell));
}

/** A number as JavaScript writes it, true, false, null, or JSON of a string, an array or an object; anything else is text. */
function anyReader(form: CellForm): (cell: string) => unknown {
  const text = textReader(form);
  return (cell) => {
    switch (cell) {
      case "true":
        return true;
      case "false":
        return false;
      case "null":
        return null;
    }
    if (isCanonical(cell) || isLargeInteger(cell)) return Number(cell);
    if (!/^["[{]/.test(cell)) return text(cell);
    try {
      return readJson(cell);
    } catch {
      return text(cell);
    }
  };
}

/** A whole number beyond 2^53 as {@link valueText} writes it: its digits alone would be those of a bigint. */
function isLargeInteger(cell: string): boolean {
  const value = Number(cell);
  return Number.isInteger(value) && !Number.isSafeInteger(value) && cell === value.toExponential();
}

/** The JSON of a whole cell. `JSON.parse` rounds integers, and takes the last of two fields of one name. */
function readJson(cell: string): unknown {
  const parser = new JsonParser();
  try {
    parser.push(Buffer.from(isTorn(cell) ? cell.replaceAll(/[\ud800-\udfff]/gu, escapeUnit) : cell), true);
    const value = parser.readValue();
    if (parser.peek() !== -1) return expected("JSON");
    return parser.sawTag ? fromExtendedJson(value, "importCsv()") : value;
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof DictDBError)) throw error;
    const { argument, expected: wanted } = error instanceof DictDBError ? error.details : {};
    return expected(typeof argument === "string" ? `JSON whose ${argument} is ${String(wanted)}` : "JSON");
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16)}`;
}

function expected(what: string): never {
  throw new TypeError(what);
}
