import { isDate, isUint8Array } from "node:util/types";
import { tagIn } from "../base/extended-json.js";
import type { StoredRecord } from "../base/value.js";

/** The text of a record if all its values are such that `JSON.stringify` says them exactly; undefined otherwise. */
type FastText = (record: StoredRecord, isPlain: (value: unknown) => boolean) => string | undefined;

interface Shape {
  readonly names: readonly string[];
  readonly fast: FastText;
}

/** Shapes beyond this number are forgotten: a table may be a map of maps, each with other names. */
const maxShapes = 1_000;

/** Says records as JSON with their fields in one order, so that equal records have equal texts. Remembers the shapes that it has met. */
export class RecordText {
  readonly #shapes = new Map<string, Shape>();
  #last: Shape | undefined;

  of(record: StoredRecord): string {
    const shape = this.#last !== undefined && hasNames(record, this.#last.names) ? this.#last : this.#shapeOf(record);
    return shape.fast(record, isPlain) ?? objectText(record);
  }

  #shapeOf(record: StoredRecord): Shape {
    const names = Object.keys(record);
    const id = JSON.stringify(names);
    let shape = this.#shapes.get(id);
    if (shape === undefined) {
      if (this.#shapes.size >= maxShapes) this.#shapes.clear();
      shape = { names, fast: fastText(names) };
      this.#shapes.set(id, shape);
    }
    this.#last = shape;
    return shape;
  }
}

function hasNames(record: StoredRecord, names: readonly string[]): boolean {
  let i = 0;
  for (const name in record) if (names[i++] !== name) return false;
  return i === names.length;
}

/** A record with one field that begins with a dollar looks like a tag: {@link objectText} says it. */
function fastText(names: readonly string[]): FastText {
  if (names.length === 1 && names[0]!.startsWith("$")) return () => undefined;
  const sorted = [...names].sort();
  return compileText(sorted) ?? interpretText(sorted);
}

/**
 * A function that puts the fields of records in order by one object literal: all of them share one hidden class, and `JSON.stringify` goes through them
 * at full speed. Undefined where the process forbids code generation. Names enter the code as JSON strings.
 */
export function compileText(sorted: readonly string[]): FastText | undefined {
  // In a literal this name would set the prototype. No record has such a field.
  if (sorted.includes("__proto__")) return undefined;
  const values = sorted.map((name, i) => `const v${i} = r[${JSON.stringify(name)}];`).join("\n");
  const test = sorted.map((_, i) => `(typeof v${i} === "string" || p(v${i}))`).join(" && ") || "true";
  const literal = sorted.map((name, i) => `${JSON.stringify(name)}: v${i}`).join(", ");
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- see above for what may enter the source
    return new Function("r", "p", `${values}\nreturn ${test} ? JSON.stringify({ ${literal} }) : undefined;`) as FastText;
  } catch {
    return undefined;
  }
}

/** The same without generated code. */
export function interpretText(sorted: readonly string[]): FastText {
  return (record, isPlain) => {
    const copy: Record<string, unknown> = {};
    for (const name of sorted) {
      const value = record[name];
      if (!isPlain(value)) return undefined;
      copy[name] = value;
    }
    return JSON.stringify(copy);
  };
}

/** Whether `JSON.stringify` says a value exactly. */
function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return true;
    case "number":
      return (value | 0) === value ? value !== 0 || Object.is(value, 0) : isPlainFraction(value);
    default:
      return value === null;
  }
}

function isPlainFraction(value: number): boolean {
  return Number.isSafeInteger(value) ? value !== 0 : Number.isFinite(value) && !Number.isInteger(value);
}

/** A value as JSON that loses nothing, with the fields of objects in one order. See `base/extended-json.ts` for the tags. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return numberText(value);
    case "bigint":
      return tagged("$bigint", String(value));
    case "object":
      return value === null ? "null" : isList(value) ? `[${value.map(valueText).join(",")}]` : structureText(value);
    default:
      return String(value);
  }
}

const isList: (value: object) => value is readonly unknown[] = Array.isArray;

function structureText(value: object): string {
  if (isDate(value)) return tagged("$date", value.toISOString());
  if (isUint8Array(value)) return tagged("$bytes", Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"));
  return objectText(value as StoredRecord);
}

function objectText(object: StoredRecord): string {
  // As an object orders them whose fields are added in this order: numbers come first. So this says what the fast way says.
  const ordered: Record<string, unknown> = {};
  for (const name of Object.keys(object).sort()) ordered[name] = object[name];
  const members = Object.keys(ordered).flatMap((name) =>
    ordered[name] === undefined ? [] : [`${JSON.stringify(name)}:${valueText(ordered[name])}`],
  );
  const text = `{${members.join(",")}}`;
  return tagIn(ordered) === undefined ? text : `{"$object":${text}}`;
}

/**
 * A whole number beyond 2^53 has an exponent: without one, JSON of that size is a whole number of Python's, which has every digit. What JSON has no
 * number for is tagged.
 */
function numberText(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) return tagged("$number", Object.is(value, -0) ? "-0" : String(value));
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

function tagged(tag: string, text: string): string {
  return `{"${tag}":${JSON.stringify(text)}}`;
}
