import { isDate, isUint8Array } from "node:util/types";
import { parseDescriptor } from "../schema/descriptor.js";
import { isCanonical } from "./csv-infer.js";
import { escapeFormula, escapeTorn, isTorn } from "./csv-text.js";
import { valueText } from "./json-text.js";

/** Null, where an empty cell is an absent field: what PostgreSQL and MySQL write for it. It stands without quotes, and text that looks like it within. */
export const nullCell = "\\N";

/** What begins like this may be taken for a comment by whoever reads the file, if it begins a row. */
export const commentMark = /^[!#-/:-@[-`{-~]/;

/** What a cell says of a value that is there, and of null and an absent field. */
export interface CellSource {
  readonly delimiter: string;
  /** true puts an apostrophe before text that a spreadsheet would take for a formula. */
  readonly escapeFormulas: boolean;
}

/** Writes a value as a cell, in quotes where it needs them. Throws TypeError saying what the value may not be. */
export type WriteCell = (value: unknown) => string;

/** Writes the cells of columns: what is read back from them by the same descriptor is the same value. */
export class CellWriter {
  readonly #source: CellSource;
  readonly #needsQuotes: RegExp;

  constructor(source: CellSource) {
    this.#source = source;
    const delimiter = source.delimiter.replaceAll(/[\\\]^-]/g, "\\$&");
    this.#needsQuotes = new RegExp(`["\\r\\n\\ufeff${delimiter}]|^ | $|^\\\\N$|^$`);
  }

  /**
   * The writer of a column.
   * @param descriptor of its field; undefined where it has none
   * @param isFirst whether its cells begin their rows
   */
  column(descriptor: string | undefined, field: string, isFirst: boolean): WriteCell {
    const { type, array, nullable, optional } = parseDescriptor(descriptor ?? "string|null", field, "exportCsv()");
    if (type === "any" && !array) return (value) => this.#any(value, isFirst);
    const isNull = nullable && optional ? () => this.#null() : () => "";
    return (value) => (value === null ? isNull() : value === undefined ? "" : this.#plain(value, isFirst));
  }

  /** A heading: one that begins the file may not look like a declaration of the delimiter. */
  heading(name: string, isFirst: boolean): string {
    return isFirst && /^sep=/i.test(name) ? inQuotes(this.#escaped(name)) : this.#text(name, isFirst);
  }

  #null(): string {
    if (nullCell.includes(this.#source.delimiter))
      throw new TypeError(`null where the delimiter is ${JSON.stringify(this.#source.delimiter)}`);
    return nullCell;
  }

  #plain(value: unknown, isFirst: boolean): string {
    return typeof value === "string" ? this.#text(value, isFirst) : this.#quoted(textOf(value), isFirst);
  }

  /** Text that would be read as something else is a string of JSON. */
  #any(value: unknown, isFirst: boolean): string {
    if (value === undefined) return "";
    if (typeof value !== "string") return this.#quoted(typeof value === "boolean" ? String(value) : valueInAny(value), isFirst);
    const isOther = isCanonical(value) || isNumberLike(value) || value === "true" || value === "false" || value === "null";
    return isOther || /^["[{]/.test(value) || isTorn(value) ? this.#quoted(JSON.stringify(value), isFirst) : this.#text(value, isFirst);
  }

  #text(value: string, isFirst: boolean): string {
    const text = this.#escaped(value);
    return text.length > value.length ? inQuotes(text) : this.#quoted(text, isFirst);
  }

  #escaped(value: string): string {
    const text = escapeTorn(value);
    return this.#source.escapeFormulas ? escapeFormula(text) : text;
  }

  #quoted(text: string, isFirst: boolean): string {
    return this.#needsQuotes.test(text) || (isFirst && commentMark.test(text)) ? inQuotes(text) : text;
  }
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Numbers, and the little else that begins like one: none of it is text to a spreadsheet, or begins with an apostrophe. */
function isNumberLike(text: string): boolean {
  return Number.isFinite(Number(text)) && text !== "";
}

function valueInAny(value: unknown): string {
  if (typeof value !== "number") return valueText(value);
  return Number.isFinite(value) && !Object.is(value, -0) ? valueText(value) : textOf(value);
}

function textOf(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (isDate(value)) return value.toISOString();
  return isUint8Array(value) ? Buffer.from(value).toString("base64") : valueText(value);
}
